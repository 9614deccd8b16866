import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cdfOf, type Distribution, drawMs } from '../../src/kernel/distribution.ts';
import { stream } from '../../src/kernel/rng.ts';
import { HIGHEST_US, LogLinear } from '../../src/measure/log-linear.ts';
import { ServiceTimes } from '../../src/measure/service-times.ts';

const VARYING: Distribution = { medianMs: 20, p99Ms: 300 };
/** More than this are split over the buckets of a histogram, not drawn one by one. */
const SINGLY_MAX = 4_096;

interface Recorded {
  readonly us: number;
  readonly count: number;
}

function drawn(service: Distribution, count: number, seed: number): Recorded[] {
  const recorded: Recorded[] = [];
  new ServiceTimes(service).draw(count, stream(seed, 'a test'), (us, of) =>
    recorded.push({ us, count: of }),
  );
  return recorded;
}

const total = (recorded: readonly Recorded[]) =>
  recorded.reduce((sum, { count }) => sum + count, 0);

/** Edges of cells that hold about a twentieth of the times each, and of some in the tails. */
const EDGES_MS = [
  0.5, 1.3, 3, 5, 7, 9, 11, 13, 15, 17, 20, 23, 26, 30, 35, 42, 52, 68, 95, 150, 300,
];

/** Times by cell; the edges are whole microseconds, on which histogram buckets may begin. */
function byCell(recorded: readonly Recorded[], edgesUs: readonly number[]): number[] {
  const cells = new Array<number>(edgesUs.length + 1).fill(0);
  for (const { us, count } of recorded) {
    const cell = edgesUs.filter((edge) => us >= edge).length;
    cells[cell]! += count;
  }
  return cells;
}

/** Down to the first value of a histogram bucket: there a split count can be told apart. */
function bucketEdgeUs(ms: number): number {
  const us = Math.round(ms * 1_000);
  const doublings = Math.max(0, Math.floor(Math.log2(us)) - 10);
  return Math.floor(us / 2 ** doublings) * 2 ** doublings;
}

function chiSquare(observed: readonly number[], expected: readonly number[]): number {
  return observed.reduce((sum, count, i) => sum + (count - expected[i]!) ** 2 / expected[i]!, 0);
}

/** The 0.01 % point for 21 degrees of freedom. */
const CHI_SQUARE_MAX = 53.96;

test.each([
  ['split', 400_000, 1],
  ['single', SINGLY_MAX, 60],
])('%s times have the distribution of the scenario', (_, count, times) => {
  const edgesUs = EDGES_MS.map(bucketEdgeUs);
  const cdf = cdfOf(VARYING);
  // A time is recorded rounded to whole microseconds.
  const shares = [0, ...edgesUs.map((us) => cdf((us - 0.5) / 1_000)), 1];
  const expected = shares.slice(1).map((share, i) => (share - shares[i]!) * count * times);
  const observed = new Array<number>(expected.length).fill(0);
  for (let seed = 0; seed < times; seed += 1) {
    for (const [i, of] of byCell(drawn(VARYING, count, seed), edgesUs).entries())
      observed[i]! += of;
  }
  expect(Math.min(...expected)).toBeGreaterThan(50);
  expect(chiSquare(observed, expected)).toBeLessThan(CHI_SQUARE_MAX);
});

test('times are as many as were asked for, whatever the count', () => {
  const services = fc.constantFrom<Distribution>(
    VARYING,
    { medianMs: 5, p99Ms: 5 },
    { medianMs: 0.01, p99Ms: 40_000 },
  );
  const counts = fc.oneof(
    fc.integer({ min: 0, max: 2 * SINGLY_MAX }),
    fc.integer({ min: 0, max: 10_000_000 }),
  );
  fc.assert(
    fc.property(services, counts, fc.nat(), (service, count, seed) => {
      const recorded = drawn(service, count, seed);
      expect(total(recorded)).toBe(count);
      expect(recorded.every(({ count: of }) => of > 0)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('a constant time is one record, and no request is none', () => {
  expect(drawn({ medianMs: 5.25, p99Ms: 5.25 }, 70_000, 1)).toEqual([{ us: 5_250, count: 70_000 }]);
  expect(drawn({ medianMs: 5, p99Ms: 5 }, 0, 1)).toEqual([]);
  expect(drawn(VARYING, 0, 1)).toEqual([]);
});

test('the longest of a split count is spread as the longest of so many draws', () => {
  const count = 10_000;
  const runs = 300;
  // The longest of n draws is below the level x in half of all runs where F(x)^n is a half.
  const cdf = cdfOf(VARYING);
  const level = 0.5 ** (1 / count);
  let low = 0;
  let high = 100_000;
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (cdf(middle) < level) low = middle;
    else high = middle;
  }
  const times = new ServiceTimes(VARYING);
  let below = 0;
  const distinct = new Set<number>();
  for (let seed = 0; seed < runs; seed += 1) {
    let longestUs = 0;
    times.draw(count, stream(seed, 'a test'), (us) => {
      longestUs = Math.max(longestUs, us);
    });
    if (longestUs < low * 1_000) below += 1;
    distinct.add(longestUs);
  }
  // Four standard errors of a share of a half.
  expect(Math.abs(below - runs / 2)).toBeLessThan(4 * Math.sqrt(runs / 4));
  // Not the lower ends of a few histogram buckets.
  expect(distinct.size).toBeGreaterThan(0.95 * runs);
});

test('times beyond the histogram’s last bucket are an hour or more', () => {
  const hours: Distribution = { medianMs: 3_600_000, p99Ms: 36_000_000 };
  const histogram = new LogLinear();
  for (const { us, count } of drawn(hours, 20_000, 5)) histogram.recordMany(us, count);
  const { counts, maxUs } = histogram.snapshot();
  expect(maxUs).toBe(HIGHEST_US);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20_000);
  // Half are longer than the median; five standard errors.
  expect(Math.abs(counts.at(-1)! - 10_000)).toBeLessThan(5 * Math.sqrt(20_000 / 4));
});

test('a mean of split times is that of single draws', () => {
  const split = drawn(VARYING, 500_000, 9);
  const meanOfSplit = split.reduce((sum, { us, count }) => sum + us * count, 0) / 500_000 / 1_000;
  const rng = stream(10, 'a test');
  let sum = 0;
  for (let i = 0; i < 100_000; i += 1) sum += drawMs(VARYING, rng);
  // A bucket's lower end is at most 0.1 % below a time in it; the deviation is 67 ms.
  expect(Math.abs(meanOfSplit - sum / 100_000)).toBeLessThan(
    4 * 67 * Math.sqrt(1.2 / 100_000) + 0.04,
  );
});
