/** Real clients in virtual time: what a host promises to whoever drives it. */
import { spawn } from 'node:child_process';
import { randomUUID, webcrypto } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type HostClientOptions,
  hostClient,
  type VirtualHost,
} from '../../../../src/run/virtual/host/virtual-host.ts';

const HOUR_MS = 3_600_000;

let opened: VirtualHost | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function hosted(options: HostClientOptions): Promise<VirtualHost> {
  opened = await hostClient(options);
  return opened;
}

describe.each(['alibaba-sdk', 'reference', 'uncached'])('%s', (subject) => {
  test('a first request waits for as long as STS takes', async () => {
    const host = await hosted({ subject });
    const request = await host.request();
    expect(request.state).toBe('waiting');
    await host.advanceTo(1_000);
    expect(request).toMatchObject({ state: 'served', askedAtMs: 0, endedAtMs: 20 });
    expect(host.calls).toHaveLength(1);
    expect(host.calls[0]).toMatchObject({ atMs: 0, answeredAtMs: 20, client: 0, status: 200 });
    expect(host.breaches).toEqual([]);
    expect(host.crashes).toEqual([]);
  });
});

test('the official SDK refreshes with 15 minutes left, one call for each request of that instant', async () => {
  const host = await hosted({ subject: 'alibaba-sdk' });
  await host.request();
  await host.advanceTo(0.75 * HOUR_MS - 1);
  expect((await host.request()).state).toBe('served');
  await host.advanceTo(0.75 * HOUR_MS);
  const requests = await host.requests(5);
  expect(requests.map(({ state }) => state)).toEqual(Array(5).fill('waiting'));
  await host.advanceBy(100);
  expect(host.calls).toHaveLength(6);
});

describe('a client of the test', () => {
  const credentials = { accessKeyId: 'STS.x', accessKeySecret: 'y' };

  test('is waited for while Node works for it, at the same instant', async () => {
    const host = await hosted({
      subject: () => ({
        getCredentials: async () => {
          await readFile(new URL(import.meta.url));
          await webcrypto.subtle.digest('SHA-256', new Uint8Array(9));
          await new Promise((resolve) => setImmediate(resolve));
          return credentials;
        },
      }),
    });
    expect(await host.request()).toMatchObject({ state: 'served', endedAtMs: 0 });
  });

  test.each([
    ['a worker thread', () => new Worker('0', { eval: true })],
    ['child_process.spawn', () => spawn('true')],
    ['a UDP socket', () => createSocket('udp4')],
    ['a server of its own', () => createServer().listen(0)],
    ['a connection to example.org:443', () => fetch('https://example.org')],
  ])('that uses %s is named', async (what, use) => {
    const host = await hosted({
      subject: () => ({
        getCredentials: async () => {
          await use();
          return credentials;
        },
      }),
    });
    expect((await host.request()).state).toBe('failed');
    expect(host.breaches).toEqual([what]);
  });

  test('has its time, its chance, its crashes and its timers seen', async () => {
    const seen = async () => {
      const values: unknown[] = [];
      const host = await hosted({
        subject: () => ({
          getCredentials: () => {
            setInterval(() => {}, 1_000);
            void Promise.reject(new Error('nobody catches it'));
            values.push(Date.now(), performance.now(), Math.random(), randomUUID());
            return credentials;
          },
        }),
      });
      await host.advanceTo(1_234);
      await host.request();
      expect(host.pendingTimers).toEqual([
        { client: 0, dueAtMs: 2_234, repeats: true, isReferenced: true },
      ]);
      expect(host.crashes).toMatchObject([{ kind: 'rejection', atMs: 1_234 }]);
      expect(values.slice(0, 2)).toEqual([host.dateMs, 1_234]);
      await host.close();
      opened = undefined;
      return values;
    };
    expect(await seen()).toEqual(await seen());
  });

  test('finds the instance metadata service, and a fault of STS while it lasts', async () => {
    const host = await hosted({
      subject: (context) => ({
        getCredentials: async () => {
          const answer = await fetch('http://100.100.100.200/latest/meta-data/region-id');
          await context.assumeRole();
          return { ...credentials, accessKeyId: await answer.text() };
        },
      }),
    });
    const end = host.addFault({ kind: 'service-unavailable', share: 1 });
    const failed = await host.request();
    await host.advanceBy(1_000);
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'ServiceUnavailable' } });
    end();
    const served = await host.request();
    await host.advanceBy(1_000);
    expect(served).toMatchObject({ state: 'served', credentials: { accessKeyId: 'cn-shanghai' } });
  });
});
