/** Real clients in virtual time: what a host promises to whoever drives it. */
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
