/** In a thread of its own: what is limited stays limited. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAlibabaCloud } from '../../../src/run/live/outbound.ts';

test.each([
  ['sts.cn-shanghai.aliyuncs.com', true],
  ['STS.ALIYUNCS.COM', true],
  ['sts.aliyuncs.com.', true],
  ['aliyuncs.com', true],
  ['aliyuncs.com.example.org', false],
  ['notaliyuncs.com', false],
  ['127.0.0.1', false],
  [undefined, false],
])('%s is a name of Alibaba Cloud: %s', (host, expected) => {
  expect(isAlibabaCloud(host)).toBe(expected);
});

const OUTBOUND = new URL('../../../dist/src/run/live/outbound.js', import.meta.url).href;
let port = 0;
const server = createServer((socket) => socket.end());
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());

/** The code of the error that `code` ends with under a limit, or `connected`. */
async function inThread(limit: string, code: string): Promise<string> {
  const body = `
    import net from 'node:net'; import tls from 'node:tls'; import http2 from 'node:http2';
    import { parentPort } from 'node:worker_threads';
    import { limitOutbound } from ${JSON.stringify(OUTBOUND)};
    limitOutbound(${limit});
    const socket = ${code};
    socket.on('connect', () => parentPort.postMessage('connected'));
    socket.on('error', (error) => parentPort.postMessage(error.code));`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(body)}`));
  const [message] = await once(worker, 'message');
  await worker.terminate();
  return message;
}

describe('to the gate alone', () => {
  const limit = () => `{ kind: 'gate-alone', authority: '127.0.0.1:${port}' }`;
  test.each([
    ['options', () => `net.connect({ host: '127.0.0.1', port: ${port} })`],
    ['port and host', () => `net.connect(${port}, '127.0.0.1')`],
    ['port as text', () => `net.connect({ host: '127.0.0.1', port: '${port}' })`],
    ['a socket', () => `new net.Socket().connect(${port}, '127.0.0.1')`],
  ])('the gate itself, by %s', async (_how, code) => {
    expect(await inThread(limit(), code())).toBe('connected');
  });

  test.each([
    ['another port', () => `net.connect(${port + 1}, '127.0.0.1')`],
    ['the same by another name', () => `net.connect(${port}, 'localhost')`],
    ['a path', () => `net.connect('/tmp/some.sock')`],
    ['TLS', () => `tls.connect({ host: '127.0.0.1', port: ${port + 1} })`],
    ['HTTP/2', () => `http2.connect('https://127.0.0.1:${port + 1}')`],
  ])('not %s', async (_how, code) => {
    expect(await inThread(limit(), code())).toBe('RefusedByHarness');
  });
});

describe('anywhere but Alibaba Cloud', () => {
  const limit = "{ kind: 'no-alibaba-cloud' }";
  test('another server', async () => {
    expect(await inThread(limit, `net.connect(${port}, '127.0.0.1')`)).toBe('connected');
  });

  test.each([
    ['a name', `net.connect(443, 'sts.cn-shanghai.aliyuncs.com')`],
    ['a name, by TLS', `tls.connect({ host: 'kms.cn-shanghai.aliyuncs.com', port: 443 })`],
    [
      'an address, under a name',
      `tls.connect({ host: '127.0.0.1', port: 1, servername: 'sts.aliyuncs.com' })`,
    ],
  ])('not %s', async (_how, code) => {
    expect(await inThread(limit, code)).toBe('RefusedByHarness');
  });
});
