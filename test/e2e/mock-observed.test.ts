/** What can be seen and changed of the mock as a program: its flags, faults on every way, limits. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { FAULT_NAMES } from '../../mock-sts/core/fault-kinds.ts';
import { type MockSts, startMockSts } from '../../mock-sts/server/start.ts';
import { realClock } from '../../src/kernel/real-clock.ts';
import { askV1, landing } from '../mock-sts/landing.ts';
import { temporaryFolder } from '../temporary.ts';
import { cli, startCli } from './cli.ts';

test('--list-faults names every fault and starts nothing', async () => {
  const { code, stdout } = await cli(['mock', '--list-faults']);
  expect(code).toBe(0);
  for (const name of FAULT_NAMES) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
});

test('--actiontrail and --log json write what happens, faults and clock included', async () => {
  const directory = temporaryFolder();
  const file = join(directory, 'trail.jsonl');
  const flags = ['--port', '0', '--tls-port', '0', '--ca-dir', directory];
  const mock = startCli(['mock', ...flags, '--actiontrail', file, '--log', 'json']);
  const text = await mock.untilStdout(/_mock\/reset/);
  const url = /HTTP +(http:\/\/127\.0\.0\.1:\d+)/.exec(text)![1]!;
  const post = (path: string, body: object) =>
    fetch(`${url}/_mock/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await post('faults', { kind: 'latency', add: '1h' })).status).toBe(201);
  const slow = fetch(`${url}/?Action=AssumeRole&Version=2015-04-01&Format=JSON`);
  await fetch(`${url}/_mock/counters`);
  expect((await post('clock/advance', { ms: 3_700_000 })).status).toBe(200);
  expect((await slow).status).toBe(400);
  mock.signal('SIGTERM');
  const { code, stderr } = await mock.ended;
  expect(code).toBe(0);
  const lines = stderr.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).event)).toEqual([
    'fault-added',
    'call',
    'clock-advanced',
  ]);
  const events = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(events.map((line) => JSON.parse(line))).toMatchObject([
    { eventName: 'AssumeRole', errorCode: 'MissingAccessKeyId' },
  ]);
});

test('a trail file that cannot be written is told before anything starts', async () => {
  const directory = temporaryFolder();
  const file = join(directory, 'nowhere', 'trail.jsonl');
  const flags = ['--port', '0', '--tls-port', '0', '--ca-dir', directory];
  const { code, stderr } = await cli(['mock', ...flags, '--actiontrail', file]);
  expect(code).toBe(2);
  expect(stderr).toContain('--actiontrail');
});

describe('faults reach a client on the lane and on Node’s own server', () => {
  let mock: MockSts;
  beforeAll(async () => {
    mock = await startMockSts({ config: landing(), clock: realClock() });
  });
  afterAll(() => mock.close());

  async function add(fault: object): Promise<void> {
    await fetch(`${mock.httpUrl}/_mock/faults`, { method: 'DELETE' });
    const answer = await fetch(`${mock.httpUrl}/_mock/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    });
    expect(answer.status).toBe(201);
  }

  /** A signed call on a socket of its own; a chunked body is none of the lane's. */
  function call(byNode: boolean, ms: number) {
    const nowMs = realClock().nowMs();
    const { url, body } = askV1({ nowMs });
    const length = byNode ? 'transfer-encoding: chunked' : `content-length: ${body.length}`;
    const chunked = `${body.length.toString(16)}\r\n${Buffer.from(body).toString()}\r\n0\r\n\r\n`;
    const head = `POST ${url} HTTP/1.1\r\nhost: sts\r\ncontent-type: application/x-www-form-urlencoded\r\n${length}\r\n\r\n`;
    return new Promise<{
      text: string;
      error: string;
      ended: boolean;
      firstMs: number;
      lastMs: number;
    }>((resolve) => {
      const seen = { text: '', error: '', ended: false, firstMs: 0, lastMs: 0 };
      const beganMs = performance.now();
      const socket = connect(Number(new URL(mock.httpUrl).port), '127.0.0.1');
      socket.write(head);
      socket.write(byNode ? chunked : body);
      socket.on('data', (data) => {
        const text = String(data).replace('HTTP/1.1 100 Continue\r\n\r\n', '');
        if (text !== '') seen.firstMs ||= performance.now() - beganMs;
        seen.lastMs = performance.now() - beganMs;
        seen.text += text;
      });
      socket.on('error', (error: NodeJS.ErrnoException) => {
        seen.error = error.code ?? '';
      });
      socket.on('close', () => {
        seen.ended = true;
        resolve(seen);
      });
      setTimeout(() => {
        resolve({ ...seen });
        socket.destroy();
      }, ms);
    });
  }

  it.each([
    ['the lane', false],
    ['Node', true],
  ] as const)('on %s', async (_way, byNode) => {
    await add({ kind: 'connection-reset' });
    expect(await call(byNode, 2_000)).toMatchObject({ text: '', error: 'ECONNRESET', ended: true });
    await add({ kind: 'hang' });
    expect(await call(byNode, 500)).toMatchObject({ text: '', error: '', ended: false });
    await add({ kind: 'slow-body', over: '600ms' });
    const slow = await call(byNode, 1_500);
    expect(slow.text).toMatch(/^HTTP\/1\.1 200 OK\r\n.*"AccessKeyId":"STS\.\w+"\}\}$/s);
    expect(slow.firstMs).toBeLessThan(400);
    expect(slow.lastMs).toBeGreaterThan(580);
    await add({ kind: 'redirect-empty' });
    expect((await call(byNode, 300)).text).toMatch(
      /^HTTP\/1\.1 302 Found\r\n(?!.*content-type).*\r\n\r\n$/s,
    );
    await add({ kind: 'clock-skew', ahead: '10m' });
    const { text } = await call(byNode, 300);
    const aheadMs = Date.parse(/date: (.*)\r/.exec(text)![1]!) - realClock().nowMs();
    expect(Math.abs(aheadMs - 600_000)).toBeLessThan(3_000);
    expect(text).toContain('200 OK');
  });

  it('two hundred connections that hang or dribble do not stop service to others', async () => {
    await add({ kind: 'hang', share: '50%' });
    await fetch(`${mock.httpUrl}/_mock/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'slow-body', over: '1m' }),
    });
    const before = mock.counters().calls;
    const held = Array.from({ length: 200 }, () => call(false, 1_500));
    await expect.poll(() => mock.counters().calls - before, { interval: 5 }).toBe(200);
    await fetch(`${mock.httpUrl}/_mock/faults`, { method: 'DELETE' });
    const fine = await Promise.all(Array.from({ length: 50 }, () => call(false, 500)));
    for (const { text } of fine) expect(text).toContain('200 OK');
    await Promise.all(held);
  });
});

test('a request with more than 64 KB of headers is refused by Node, and the mock goes on', async () => {
  const mock = await startMockSts({ config: landing(), clock: realClock() });
  const large = await fetch(`${mock.httpUrl}/`, { headers: { 'x-filler': 'x'.repeat(70_000) } });
  expect(large.status).toBe(431);
  expect((await fetch(`${mock.httpUrl}/_mock/health`)).status).toBe(200);
  await mock.close();
});
