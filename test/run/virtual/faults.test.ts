/**
 * Faults in virtual time: an answer that a fault spoils, delays or keeps back is to a cache what it is
 * to a client on the wire. Each kind strikes while credentials are due for refresh.
 */
import { describe, expect, test } from 'vitest';
import { FAULT_KINDS } from '../../../mock-sts/core/fault-kinds.ts';
import type { SubjectResult } from '../../../src/measure/result.ts';
import { type Sketch, simulated } from './simulated.ts';

/** From before the first refresh of any client to the end of the credentials that came at first. */
const SPAN = 'at: 1m, for: 13m';

const PARAMETERS: Readonly<Record<string, string>> = {
  errors: 'share: 50%, code: InternalError',
  latency: 'add: 7s',
  'slow-body': 'over: 7s',
  'clock-skew': 'ahead: 2m',
  'access-key-disabled': 'user: app',
  'succeed-then-fail': 'calls: 1, code: InternalError',
  background: 'rate: 99/s',
};

const sketchOf = (kind: string, client: string, session = '960s'): Sketch => ({
  seed: 3,
  duration: '20m',
  hosts: 4,
  session,
  load: '{ rate: 8/s }',
  client,
  faults: [`{ kind: ${kind}, ${SPAN}${PARAMETERS[kind] ? `, ${PARAMETERS[kind]}` : ''} }`],
});

const codesOf = ({ errors }: SubjectResult, source: 'assumeRole' | 'request') =>
  errors.filter((error) => error.source === source).map(({ code }) => code);

const KINDS = Object.keys(FAULT_KINDS);

describe.each(KINDS)('%s', (kind) => {
  test.each(['reference', 'preset:alicloud-node', 'preset:alicloud-java', 'uncached'])(
    '%s: the result contradicts neither itself nor its claims, the same twice',
    async (client) => {
      // `simulated` throws where it does.
      const once = await simulated(sketchOf(kind, client));
      expect(once.totals.requests.offered).toBeGreaterThan(9_000);
      expect(await simulated(sketchOf(kind, client))).toEqual(once);
    },
  );
});

test.each([
  ['hang', 'Timeout'],
  ['connection-reset', 'ConnectionReset'],
  ['truncated-json', 'BadResponse'],
  ['malformed-json', 'BadResponse'],
  ['missing-expiration', 'BadResponse'],
  ['redirect-empty', 'Throttling'],
  ['access-key-disabled', 'InvalidAccessKeyId.Inactive'],
])('%s is %s to whoever has no credential', async (kind, code) => {
  const failed = codesOf(await simulated(sketchOf(kind, 'uncached')), 'request');
  expect(failed).toEqual([code]);
});

test('a call that hangs lasts as long as the client lets it, and one that is reset no time', async () => {
  const hanging = await simulated(sketchOf('hang', 'uncached'));
  expect(hanging.totals.stalls.longestSeconds).toBeCloseTo(5, 6);
  const reset = await simulated(sketchOf('connection-reset', 'uncached'));
  expect(reset.totals.requests.failed).toBeGreaterThan(6_000);
  // Before and after the fault each request waits for its own call; in it none does.
  expect(reset.totals.stalls.requests).toBe(
    reset.totals.requests.offered - reset.totals.requests.failed,
  );
});

test('a body that dribbles for seven seconds outlasts a limit of five on the whole call alone', async () => {
  const calls = async (client: string) =>
    codesOf(await simulated(sketchOf('slow-body', client)), 'request');
  // Ours allows five seconds in all; the official SDK's five are of silence.
  expect(await calls('uncached')).toEqual(['Timeout']);
  const official = await simulated(sketchOf('slow-body', 'preset:alicloud-node'));
  expect(official.totals.requests.failed).toBe(0);
  expect(official.totals.stalls.longestSeconds).toBeGreaterThan(7);
});

test('STS’s clock two minutes ahead costs the reference client no lifetime', async () => {
  const skewed = await simulated(sketchOf('clock-skew', 'reference'));
  const straight = await simulated({ ...sketchOf('clock-skew', 'reference'), faults: [] });
  expect(skewed.totals.assumeRole.calls).toBe(straight.totals.assumeRole.calls);
  expect(skewed.totals.stalls.requests).toBe(straight.totals.stalls.requests);
  expect(skewed.totals.credentials.servedExpired).toBe(0);
});

test('recorded calls of others leave the rest of their second, in simulations of one seed the same', async () => {
  const cold = (faults: readonly string[]) =>
    simulated({ duration: '1m', hosts: 60, load: '{ rate: 60/s }', faults });
  const alone = await cold([]);
  // Of 150 calls in the first second 50 are refused, ours in proportion.
  const beside = await cold(['{ kind: background, at: 0s, for: 5s, bySecond: "2*90 3*0" }']);
  const again = await cold(['{ kind: background, at: 0s, for: 5s, bySecond: "2*90 3*0" }']);
  expect(alone.totals.assumeRole.throttled).toBe(0);
  expect(beside.totals.assumeRole.throttled).toBeGreaterThan(10);
  expect(beside.totals.assumeRole.throttled).toBeLessThan(40);
  expect(again).toEqual(beside);
});
