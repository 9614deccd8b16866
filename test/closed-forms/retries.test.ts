/**
 * How many calls a refresh costs where each fails with chance p: up to m tries are a geometric law
 * cut off at m, with the mean (1 - p^m) / (1 - p), which grows to 1 / (1 - p) without a limit. A
 * fleet that retries needs that much more of the quota than its refreshes, p being the same for all;
 * that an overload ends with its cause is in `quota.test.ts`.
 */
import { describe, expect, test, vi } from 'vitest';
import { type Sketch, simulated } from '../run/virtual/simulated.ts';
import { EVEN_STS, referenceWith } from './fleet.ts';
import { expectNear } from './near.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

/** Tries of one refresh: mean and variance, and the chance that all fail. */
function tries(p: number, most: number) {
  let mean = 0;
  let square = 0;
  for (let k = 1; k <= most; k += 1) {
    const chance = k < most ? p ** (k - 1) * (1 - p) : p ** (most - 1);
    mean += k * chance;
    square += k * k * chance;
  }
  expect(mean).toBeCloseTo((1 - p ** most) / (1 - p), 9);
  return { mean, variance: square - mean ** 2, allFail: p ** most };
}

const binomialErrors = (count: number, p: number) => 3 * Math.sqrt(count * p * (1 - p));

const failing = (share: string, duration: string) => [
  `{ kind: errors, at: 0s, for: ${duration}, share: ${share}, code: InternalError }`,
];

test('three tries a refresh: (1 - p^3) / (1 - p) calls, of which p^3 in vain', async () => {
  // A request of each process every 100 s: a refresh is over long before the next one, and ends in
  // a success or in the failure of the request that began it.
  const p = 0.3;
  const duration = '20h';
  const { totals } = await simulated({
    ...EVEN_STS,
    duration,
    hosts: 100,
    session: '900s',
    load: '{ arrivals: even, rate: 1/s }',
    client: 'preset:aws-js-v3',
    faults: failing('30%', duration),
  });
  const refreshes = totals.assumeRole.succeeded + totals.requests.failed;
  const { mean, variance, allFail } = tries(p, 3);
  expect(refreshes).toBeGreaterThan(10_000);
  expectNear(totals.assumeRole.calls / refreshes, {
    expected: mean,
    within: 3 * Math.sqrt(variance / refreshes),
  });
  expectNear(totals.requests.failed, {
    expected: refreshes * allFail,
    within: binomialErrors(refreshes, allFail),
  });
});

test('one try a refresh: one call each, of which p in vain', async () => {
  const { totals } = await simulated({
    ...EVEN_STS,
    duration: '1000s',
    hosts: 1,
    load: '{ rate: 50/s }',
    client: 'uncached',
    faults: failing('30%', '1000s'),
  });
  const { calls, failed } = totals.assumeRole;
  expect(calls).toBe(totals.requests.offered);
  expectNear(failed, { expected: 0.3 * calls, within: binomialErrors(calls, 0.3) });
});

describe('the reference client at its start', () => {
  const processes = 4_000;
  /** Nobody asks it for anything: it makes the calls of one refresh and no others. */
  const starting = (triesMax: number, share: string): Sketch => ({
    ...EVEN_STS,
    duration: '15m',
    hosts: 1,
    processesPerHost: processes,
    load: '{ rate: 0 }',
    client: referenceWith({
      leadSeconds: 900,
      spreadSeconds: 450,
      triesMax,
      patienceMs: 600_000,
    }),
    faults: failing(share, '15m'),
  });

  test('makes (1 - p^m) / (1 - p) calls with m tries', async () => {
    const { totals } = await simulated(starting(4, '50%'));
    const { mean, variance, allFail } = tries(0.5, 4);
    expectNear(totals.assumeRole.calls, {
      expected: processes * mean,
      within: 3 * Math.sqrt(processes * variance),
    });
    expectNear(processes - totals.assumeRole.succeeded, {
      expected: processes * allFail,
      within: binomialErrors(processes, allFail),
    });
  });

  test('makes 1 / (1 - p) calls with as many tries as it takes', async () => {
    const { totals } = await simulated(starting(1_000, '50%'));
    expect(totals.assumeRole.succeeded).toBe(processes);
    // A geometric law has the variance p / (1 - p)^2 = 2.
    expectNear(totals.assumeRole.calls, {
      expected: 2 * processes,
      within: 3 * Math.sqrt(2 * processes),
    });
  });

  test('makes m calls and no more where all fail', async () => {
    const { totals } = await simulated(starting(8, '100%'));
    expect(totals.assumeRole.calls).toBe(8 * processes);
  });
});
