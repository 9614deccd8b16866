import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ArrivalMerge } from '../../src/scenario/arrival-merge.ts';
import { type Plan, planOf } from '../../src/scenario/plan.ts';
import { scenarioWith } from '../scenario/example.ts';

/** All processes at virtual zero, so that the whole curve is theirs. */
function planWith(load: object, seed = 1, hosts = 4): Plan {
  const start = { mode: 'together', within: '0s' };
  return planOf(scenarioWith({ duration: '100s', seed }, { load, start, hosts }));
}

function instantsOf(plan: Plan): number[] {
  const merge = new ArrivalMerge(plan, plan.processes);
  const all: number[] = [];
  for (; merge.atMs < Number.POSITIVE_INFINITY; merge.advance()) all.push(merge.atMs);
  return all;
}

const curve = [
  ['0s', '10/s'],
  ['30s', '90/s'],
  ['30s', '5/s'],
  ['60s', '0/s'],
  ['80s', '40/s'],
];

test('Poisson counts have the mean and the variance of Λ, over every stretch', () => {
  const seeds = 400;
  const stretches: readonly (readonly [number, number])[] = [
    [0, 1_000],
    [25_000, 31_000],
    [58_000, 62_000],
    [0, 100_000],
  ];
  const counts = stretches.map(() => [] as number[]);
  for (let seed = 0; seed < seeds; seed += 1) {
    const plan = planWith({ curve }, seed);
    const instants = instantsOf(plan);
    for (const [i, [fromMs, toMs]] of stretches.entries()) {
      counts[i]!.push(instants.filter((atMs) => atMs >= fromMs && atMs < toMs).length);
    }
  }
  const lambda = planWith({ curve }).curves[0]!;
  for (const [i, [fromMs, toMs]] of stretches.entries()) {
    const expected = lambda.arrivalsUntil(toMs) - lambda.arrivalsUntil(fromMs);
    const mean = counts[i]!.reduce((sum, count) => sum + count, 0) / seeds;
    const variance = counts[i]!.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (seeds - 1);
    // Five standard errors of a Poisson mean and (for large means) of a variance.
    expect(Math.abs(mean - expected)).toBeLessThan(5 * Math.sqrt(expected / seeds));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(2.5 / seeds));
  }
});

test('gaps across the borders of blocks are as exponential as any', () => {
  const plan = planWith({ rate: '60/s' }, 3, 1);
  const byProcess = plan.processes.map((process) => {
    const merge = new ArrivalMerge(plan, [process]);
    const gaps: number[] = [];
    let last = 0;
    for (; merge.atMs < 100_000; merge.advance()) {
      gaps.push((merge.atMs - last) * 0.02);
      last = merge.atMs;
    }
    return gaps;
  });
  const gaps = byProcess.flat().sort((a, b) => a - b);
  const n = gaps.length;
  expect(n).toBeGreaterThan(5_000);
  // Kolmogorov and Smirnov against the exponential with mean 1; 1.95 is the 0.1 % point.
  const distance = Math.max(
    ...gaps.map((gap, i) => Math.abs(1 - Math.exp(-gap) - (i + 0.5) / n) + 0.5 / n),
  );
  expect(distance * Math.sqrt(n)).toBeLessThan(1.95);
});

test('even arrivals give exact counts: after every instant the whole number nearest to Λ', () => {
  const rates = fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(rates, fc.integer({ min: 1, max: 7 }), (perSecond, hosts) => {
      const steps = perSecond.map((rate, i) => ({ at: `${i * 20}s`, rate: `${rate}/s` }));
      const plan = planWith({ arrivals: 'even', steps }, 1, hosts);
      const instants = instantsOf(plan);
      const misses = instants.map((atMs, i) => plan.curves[0]!.arrivalsUntil(atMs) - (i + 0.5));
      expect(misses.reduce((worst, miss) => Math.max(worst, Math.abs(miss)), 0)).toBeLessThan(1e-6);
      const expected = plan.curves[0]!.arrivalsUntil(100_000);
      expect(Math.abs(instants.length - expected)).toBeLessThanOrEqual(0.5 + 1e-6);
    }),
    { numRuns: 30 },
  );
});

test('even arrivals at one rate are equally far apart, and every process has its turn', () => {
  const plan = planWith({ arrivals: 'even', rate: '50/s' });
  const merge = new ArrivalMerge(plan, plan.processes);
  for (let i = 0; i < 1_000; i += 1) {
    expect(merge.atMs).toBeCloseTo(i * 20 + 10, 6);
    expect(merge.process).toBe(i % plan.processes.length);
    merge.advance();
  }
});
