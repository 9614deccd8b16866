import { expect, test } from 'vitest';
import {
  excessChance,
  jitterSecondsFor,
  poissonTail,
  quotaForMeans,
  quotaForSpread,
} from '../../src/sizing/closed-forms.ts';
import * as oracle from '../closed-forms/poisson.ts';

test.each([
  [0.3, 0],
  [5, 12],
  [64.5, 100],
  [100, 60],
  [3_000, 3_200],
])('a Poisson count of mean %d exceeds %i as often as its terms say', (mean, count) => {
  const expected = oracle.poissonTail(mean, count);
  expect(poissonTail(mean, count)).toBeCloseTo(expected, 12);
  expect(poissonTail(mean, count) / expected).toBeCloseTo(1, 9);
});

// Windows that keep the chance of a second above 100 calls below one in a thousand, to half a second.
test.each([
  [500, 7.5],
  [1_000, 15],
  [3_000, 46.5],
  [10_000, 160],
])('%i processes need %d s of jitter for a quota of 100', (processes, seconds) => {
  const jitter = jitterSecondsFor({ processes, quotaPerSecond: 100 });
  expect(jitter / seconds).toBeGreaterThan(0.95);
  expect(jitter / seconds).toBeLessThan(1.05);
  const chance = (spread: number) =>
    1 - (1 - oracle.poissonTail(processes / spread, 100)) ** spread;
  expect(chance(jitter)).toBeLessThanOrEqual(1e-3);
  expect(chance(jitter * 0.998)).toBeGreaterThan(1e-3);
});

test('a quota that takes all of them at once needs no jitter', () => {
  expect(jitterSecondsFor({ processes: 100, quotaPerSecond: 100 })).toBe(0);
  expect(jitterSecondsFor({ processes: 101, quotaPerSecond: 100 })).toBeGreaterThan(1);
});

test.each([
  { calls: 3_000, seconds: 450 },
  { calls: 320, seconds: 450 },
  { calls: 10_000, seconds: 160 },
])('a quota for $calls calls in $seconds s is the smallest with that chance', (spread) => {
  const quota = quotaForSpread(spread, 0.01);
  expect(excessChance(spread, quota)).toBeLessThanOrEqual(0.01);
  expect(excessChance(spread, quota - 1)).toBeGreaterThan(0.01);
});

test('calls that are not spread are needed all at once', () => {
  expect(quotaForSpread({ calls: 320, seconds: 0 }, 0.01)).toBe(320);
  expect(quotaForSpread({ calls: 3, seconds: 1_000 }, 1e-9)).toBe(3);
});

test('equal means give what a spread gives; the busiest seconds decide', () => {
  const spread = { calls: 3_000, seconds: 450 };
  const even = new Array<number>(450).fill(3_000 / 450);
  expect(quotaForMeans(even, 0.01)).toBe(quotaForSpread(spread, 0.01));
  expect(quotaForMeans([...even, 20], 0.01)).toBe(quotaForMeans([20], 0.01));
  expect(quotaForMeans([0, 0], 0.01)).toBe(0);
});
