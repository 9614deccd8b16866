/** Our client with the official STS client behind it, over the wire, against the mock STS. */
import { createMockSts, type MockSts } from 'sts-harness';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SessionCache } from '../src/session-cache.ts';
import { assumeRoleWith } from '../src/sts.ts';

const MINUTE_MS = 60_000;

let mock: MockSts;
let cache: SessionCache;

beforeEach(async () => {
  // The official client signs by the machine's clock, and the mock's will be an hour ahead.
  mock = await createMockSts({ latencyMs: 5, timestampToleranceMs: 24 * 60 * MINUTE_MS });
  const { accessKeyId, accessKeySecret, roleArns } = mock.identities[0]!;
  cache = new SessionCache({
    assumeRole: assumeRoleWith({
      accessKeyId,
      accessKeySecret,
      roleArn: roleArns[0]!,
      endpoint: mock.url.replace('http://', ''),
      protocol: 'http',
    }),
    clock: mock.clock,
    random: () => 0.5,
  });
});

afterEach(async () => {
  cache.close();
  await mock.close();
});

it('fifty first requests make one call', async () => {
  const sessions = await Promise.all(Array.from({ length: 50 }, () => cache.getCredentials()));
  expect(mock.calls()).toHaveLength(1);
  expect(new Set(sessions).size).toBe(1);
});

it('serves the session at hand through an outage, and a new one after it', async () => {
  const first = await cache.getCredentials();
  const outage = mock.faults.add({ kind: 'outage' });
  mock.clock.advance(50 * MINUTE_MS);
  expect(cache.getCredentials()).toBe(first);
  await expect.poll(() => mock.counters().failed).toBe(1);
  mock.faults.remove(outage);
  mock.clock.advance(MINUTE_MS);
  await expect.poll(() => cache.getCredentials()).not.toBe(first);
});

it('never hands out a session that is about to end', async () => {
  const first = await cache.getCredentials();
  mock.faults.add({ kind: 'outage' });
  mock.clock.advance(59.5 * MINUTE_MS);
  await expect(cache.getCredentials()).rejects.toThrow();
  mock.faults.clear();
  expect(await cache.getCredentials()).not.toBe(first);
});
