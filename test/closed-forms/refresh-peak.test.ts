/**
 * The busiest second of a refresh that a fleet spreads uniformly over J seconds, as the reference
 * client's jitter does: N draws into J cells, close to J independent Poisson(N / J) counts.
 *
 * It presupposes that every process draws by itself. Clones that share the state of their random
 * numbers (a snapshot restored many times, a worker forked after seeding) draw alike, and are the
 * herd of `refresh-rate.test.ts`.
 *
 * The formulas for probabilistic early expiry, "XFetch" (Vattani, Chierichetti and Lowenstein,
 * "Optimal Probabilistic Cache Stampede Prevention", PVLDB 8(8), 2015), are not here: the chance of
 * an early refresh per read, exp(-remaining / (beta D)); its gap before expiry, which is Gumbel; the
 * e^(1/beta) refreshes at once without single flight; and the peak N / (e beta D) of a fleet. No
 * client of this project, and none that it models, decides per read by a coin whether to refresh.
 */
import { expect, test } from 'vitest';
import type { SubjectResult } from '../../src/measure/result.ts';
import { estimateOf } from '../../src/scenario/estimate.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { planOf } from '../../src/scenario/plan.ts';
import { type Sketch, simulated, sketched } from '../run/virtual/simulated.ts';
import { EVEN_STS, referenceWith } from './fleet.ts';
import { momentsOf } from './moments.ts';
import { expectNear } from './near.ts';
import { fullestCdf, poissonMax, poissonTail } from './poisson.ts';

interface Spread {
  readonly processes: number;
  readonly spreadSeconds: number;
}

/**
 * All start at zero, so all credentials end at 900 s and the refreshes are drawn on [800 s,
 * 800 s + J]: a window of whole seconds, and every process once in it.
 */
function spreadRefresh({ processes, spreadSeconds }: Spread): Sketch {
  return {
    ...EVEN_STS,
    duration: '15m',
    hosts: 1,
    processesPerHost: processes,
    session: '900s',
    start: '{ mode: together, within: 0s }',
    load: '{ rate: 1/s }',
    client: referenceWith({ leadSeconds: 100, spreadSeconds }),
    windows: [`{ name: refresh, at: 800s, for: ${Math.ceil(spreadSeconds)}s }`],
  };
}

async function peaksOf(spread: Spread, seeds: number): Promise<number[]> {
  const peaks: number[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { windows }: SubjectResult = await simulated(spreadRefresh(spread), { seed });
    const { calls, peakPerSecond } = windows.refresh!.totals.assumeRole;
    expect(calls).toBe(spread.processes);
    peaks.push(peakPerSecond);
  }
  return peaks;
}

// Under the condition that they add up to N, Poisson counts are such draws exactly. Cells then
// spread a little less, and lean against each other: for the mean of the greatest, both cancel.
test.each([
  [1_000, 20, 60],
  [3_000, 60, 20],
])(
  'the busiest second is the greatest of J Poisson counts: N = %i, J = %i s',
  async (processes, spreadSeconds, seeds) => {
    const exact = poissonMax(processes / spreadSeconds, spreadSeconds);
    const peaks = momentsOf(await peaksOf({ processes, spreadSeconds }, seeds));
    // Three standard errors of the mean.
    const within = (3 * exact.deviation) / Math.sqrt(seeds);
    expect(within).toBeLessThan(0.04 * exact.mean);
    expectNear(peaks.mean, { expected: exact.mean, within });
  },
  30_000,
);

test('a cycle exceeds a quota with the chance that some cell holds more than it', async () => {
  // P = 1 - P(no cell above Q). Poisson counts, 1 - (1 - P[Poisson(mu) > Q])^J, give 0.253 where
  // N draws give 0.232: the approximation is on the safe side.
  const spread = { processes: 300, spreadSeconds: 25 };
  const quota = 20;
  const exact = 1 - fullestCdf({ calls: 300, cells: 25 }, quota);
  const approximate = 1 - (1 - poissonTail(300 / 25, quota)) ** 25;
  expect(exact).toBeCloseTo(0.232, 3);
  expect(approximate).toBeCloseTo(0.253, 3);
  const seeds = 300;
  const peaks = await peaksOf(spread, seeds);
  const share = peaks.filter((peak) => peak > quota).length / seeds;
  // Three standard errors of a binomial share: 0.07.
  expectNear(share, { expected: exact, within: 3 * Math.sqrt((exact * (1 - exact)) / seeds) });
}, 30_000);

/** Windows that keep the chance of a second above 100 calls below one in a thousand. */
const enough: readonly (readonly [number, number])[] = [
  [500, 7.5],
  [1_000, 15],
  [3_000, 46.5],
  [10_000, 160],
];

test.each(enough)(
  'of %i processes, %d s of jitter are enough for a quota of 100, and 5 % less are not',
  (processes, seconds) => {
    const chance = (spread: number) => 1 - (1 - poissonTail(processes / spread, 100)) ** spread;
    expect(chance(seconds)).toBeLessThan(1e-3);
    expect(chance(0.95 * seconds)).toBeGreaterThan(1e-3);
  },
);

test('of 500 processes with that jitter, no cycle of 100 exceeds 100 calls in a second', async () => {
  // The chance is 4e-4 a cycle, 4 % in all.
  const peaks = await peaksOf({ processes: 500, spreadSeconds: 7.5 }, 100);
  expect(Math.max(...peaks)).toBeLessThanOrEqual(100);
}, 30_000);

// mu + sqrt(2 mu ln J) has the leading term of the greatest of J normal draws. What it lacks is the
// next term, which would lower it, and the skewness of Poisson counts, which would raise it: for few
// calls a second it is low (with J = 450 by a sixth at mu = 0.7), from about mu = 7 on high.
test.each([3_000, 10_000, 50_000])(
  'the peak that is told before a run is at most 5 %% above the exact one: N = %i',
  (processes) => {
    const text = sketched({
      duration: '1h',
      hosts: processes,
      start: '{ mode: rolling, over: 1h }',
      load: '{ rate: 1/s }',
    });
    const { clients } = estimateOf(planOf(parseScenario(text, 'test.yaml')));
    const told = clients.find(({ subject }) => subject === 'reference')!.peakPerSecond;
    // The default policy spreads the refreshes of an hour's credentials over 450 s.
    const exact = poissonMax(processes / 450, 450).mean;
    expect(told).toBeGreaterThan(exact);
    expect(told).toBeLessThan(1.05 * exact);
  },
);
