/**
 * What a client could do that virtual time does not see by itself: it is waited for at the same virtual
 * instant, or named.
 */
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BroadcastChannel, MessageChannel } from 'node:worker_threads';
import zlib from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { SubjectContext } from '../../../../src/run/subjects/subject.ts';
import { hostClient, type VirtualHost } from '../../../../src/run/virtual/host/virtual-host.ts';

// Taken before any host comes, as by a module that is loaded by then.
const before = {
  setTimeout: globalThis.setTimeout,
  setInterval: globalThis.setInterval,
  setImmediate: globalThis.setImmediate,
  Timers: { ...(await import('node:timers/promises')) },
  MessageChannel: globalThis.MessageChannel,
};

const CREDENTIALS = { accessKeyId: 'STS.x', accessKeySecret: 'y' };

let opened: VirtualHost | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

/** A client that does `work` before it answers. */
async function working(work: (context: SubjectContext) => unknown): Promise<VirtualHost> {
  opened = await hostClient({
    subject: (context) => ({
      getCredentials: async () => {
        await work(context);
        return CREDENTIALS;
      },
    }),
  });
  return opened;
}

describe('waited for, at the same instant', () => {
  const text = Buffer.from('credential '.repeat(50_000));
  const gzip = promisify(zlib.gzip);
  const gunzip = promisify(zlib.gunzip);
  const brotli = promisify(zlib.brotliCompress);
  const unbrotli = promisify(zlib.brotliDecompress);

  test.each<[string, () => unknown]>([
    [
      'zlib by callbacks',
      async () => expect((await gunzip(await gzip(text))).equals(text)).toBe(true),
    ],
    [
      'brotli by callbacks',
      async () => expect((await unbrotli(await brotli(text))).equals(text)).toBe(true),
    ],
    [
      'a stream of zlib that nobody reads for a while',
      async () => {
        const stream = zlib.createGunzip();
        stream.end(zlib.gzipSync(text));
        await new Promise((resolve) => setTimeout(resolve, 5));
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        expect(Buffer.concat(chunks).equals(text)).toBe(true);
      },
    ],
    [
      'what zlib cannot read',
      () => expect(gunzip(Buffer.from('no gzip'))).rejects.toThrow('incorrect header check'),
    ],
    ['an immediate by a function from before', () => new Promise(before.setImmediate)],
  ])('%s', async (what, work) => {
    const host = await working(work);
    const request = await host.request();
    const waitMs = what.includes('for a while') ? 5 : 0;
    await host.advanceBy(waitMs);
    expect(request).toMatchObject({ state: 'served', endedAtMs: waitMs, error: undefined });
    expect(host.breaches).toEqual([]);
  });

  test('a module that the first request loads, in TypeScript', async () => {
    const file = fileURLToPath(new URL('../../../fixtures/clients/lazy.ts', import.meta.url));
    opened = await hostClient({ subject: `module:${file}` });
    const request = await opened.request();
    expect(opened.calls).toMatchObject([{ atMs: 0, client: 0 }]);
    await opened.advanceBy(20);
    expect(request).toMatchObject({ state: 'served', endedAtMs: 20 });
    expect(opened.breaches).toEqual([]);
  });
});

test('what comes back from Node’s thread pool runs as the client that waited for it', async () => {
  const host = await working(async ({ assumeRole }) => {
    await crypto.subtle.digest('SHA-256', new Uint8Array(9));
    setTimeout(() => {}, 1_000);
    await assumeRole();
  });
  await host.startClient();
  await host.request(1);
  expect(host.pendingTimers).toContainEqual(
    expect.objectContaining({ client: 1, dueAtMs: 1_000, isReferenced: true }),
  );
  expect(host.calls).toMatchObject([{ client: 1 }]);
});

describe('named', () => {
  const REAL = 'a timer of real time, by a function from before';
  test.each<[string, string, () => unknown]>([
    ['setTimeout', REAL, () => clearTimeout(before.setTimeout(() => {}, 1))],
    ['setInterval', REAL, () => clearInterval(before.setInterval(() => {}, 1))],
    ['setTimeout of promises', REAL, () => void before.Timers.setTimeout(1)],
    [
      'a port from before',
      'a message port from before',
      () => new before.MessageChannel().port1.postMessage('now'),
    ],
    ['a MessageChannel', 'a MessageChannel', () => new globalThis.MessageChannel()],
    ['one of node:worker_threads', 'a MessageChannel', () => new MessageChannel()],
    ['a BroadcastChannel', 'a BroadcastChannel', () => new BroadcastChannel('x')],
  ])('%s', async (_, what, use) => {
    const host = await working(use);
    await host.request();
    expect(host.breaches).toEqual([what]);
  });

  test('but not the timers that Node sets for itself', async () => {
    const host = await working(async ({ assumeRole }) => {
      await assumeRole();
      await fetch('http://100.100.100.200/latest/meta-data/region-id');
    });
    await host.request();
    await host.advanceBy(60_000);
    expect(host.breaches).toEqual([]);
  });
});
