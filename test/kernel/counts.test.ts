/** Draws of counts against exact probabilities, on both sides of the change of algorithm. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logBinomial, logPoisson } from '../../src/kernel/count-chances.ts';
import { binomial, poisson } from '../../src/kernel/counts.ts';
import { stream } from '../../src/kernel/rng.ts';

const DRAWS = 200_000;

/** Probabilities from 0 on by their recurrence, started in the log so that nothing underflows. */
function poissonChances(mean: number, upTo: number): number[] {
  let ln = -mean;
  return Array.from({ length: upTo + 1 }, (_, count) => {
    if (count > 0) ln += Math.log(mean / count);
    return Math.exp(ln);
  });
}

function binomialChances(trials: number, p: number): number[] {
  let ln = trials * Math.log1p(-p);
  return Array.from({ length: trials + 1 }, (_, count) => {
    if (count > 0) ln += Math.log(((trials - count + 1) / count) * (p / (1 - p)));
    return Math.exp(ln);
  });
}

/** Chi-square over cells of at least 20 expected draws, in standard deviations from its mean. */
function chiSquareDeviation(draw: () => number, chances: readonly number[]): number {
  const seen = new Map<number, number>();
  for (let i = 0; i < DRAWS; i += 1) {
    const count = draw();
    seen.set(count, (seen.get(count) ?? 0) + 1);
  }
  const cells: { expected: number; seen: number }[] = [];
  let [expected, observed, given] = [0, 0, 0];
  for (const [count, chance] of chances.entries()) {
    expected += chance * DRAWS;
    observed += seen.get(count) ?? 0;
    given += chance * DRAWS;
    if (expected < 20 || DRAWS - given < 20) continue;
    cells.push({ expected, seen: observed });
    [expected, observed] = [0, 0];
  }
  const counted = cells.reduce((sum, cell) => sum + cell.seen, 0);
  const placed = cells.reduce((sum, cell) => sum + cell.expected, 0);
  cells.push({ expected: DRAWS - placed, seen: DRAWS - counted });
  const sum = cells.reduce((s, cell) => s + (cell.seen - cell.expected) ** 2 / cell.expected, 0);
  const freedom = cells.length - 1;
  return (sum - freedom) / Math.sqrt(2 * freedom);
}

describe('draws have the exact distribution (chi-square, fixed seed)', () => {
  test.each([0.01, 0.5, 3, 9.99, 10, 12.5, 40, 300, 5_000])('Poisson, mean %d', (mean) => {
    const rng = stream(11, 'poisson', mean);
    const chances = poissonChances(mean, Math.ceil(mean + 12 * Math.sqrt(mean) + 30));
    expect(Math.abs(chiSquareDeviation(() => poisson(mean, rng), chances))).toBeLessThan(4);
  });

  test.each([
    [1, 0.3],
    [7, 0.5],
    [40, 0.02],
    [40, 0.97],
    [19, 0.5],
    [20, 0.5],
    [25, 0.4],
    [100, 0.11],
    [1_000, 0.009],
    [1_000, 0.3],
    [1_000, 0.85],
    [20_000, 0.5],
  ])('binomial, %d trials of %d', (trials, p) => {
    const rng = stream(12, 'binomial', `${trials}.${p}`);
    const deviation = chiSquareDeviation(
      () => binomial(trials, p, rng),
      binomialChances(trials, p),
    );
    expect(Math.abs(deviation)).toBeLessThan(4);
  });
});

describe('huge means: mean and variance within five standard errors', () => {
  const draws = 20_000;
  const check = (draw: () => number, mean: number, variance: number) => {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < draws; i += 1) {
      const distance = draw() - mean;
      sum += distance;
      squares += distance * distance;
    }
    expect(Math.abs(sum / draws)).toBeLessThan(5 * Math.sqrt(variance / draws));
    expect(Math.abs(squares / draws / variance - 1)).toBeLessThan(5 * Math.sqrt(2 / draws));
  };

  test.each([1e5, 1e8, 1e10])('Poisson, mean %d', (mean) => {
    const rng = stream(13, 'huge', mean);
    check(() => poisson(mean, rng), mean, mean);
  });

  test.each([
    [1e6, 0.5],
    [1e9, 0.02],
    [2e10, 0.5],
    [1e13, 1e-9],
    [1e15, 1e-15],
    [3e10, 0.999],
  ])('binomial, %d trials of %d', (trials, p) => {
    const rng = stream(14, 'huge', `${trials}.${p}`);
    check(() => binomial(trials, p, rng), trials * p, trials * p * (1 - p));
  });
});

test('chances add up to one, also where the counts are large', () => {
  const around = (mean: number, deviation: number, ln: (count: number) => number) => {
    let sum = 0;
    const last = Math.ceil(mean + 10 * deviation);
    for (let n = Math.max(0, Math.floor(mean - 10 * deviation)); n <= last; n += 1) {
      sum += Math.exp(ln(n));
    }
    return sum;
  };
  for (const mean of [1, 30, 1e4, 1e9]) {
    expect(around(mean, Math.sqrt(mean) + 3, (n) => logPoisson(n, mean))).toBeCloseTo(1, 9);
  }
  for (const [trials, p] of [
    [50, 0.4],
    [1e5, 0.1],
    [1e9, 0.5],
  ] as const) {
    const deviation = Math.sqrt(trials * p * (1 - p));
    const chance = (n: number) =>
      n <= trials ? logBinomial(n, trials, p) : Number.NEGATIVE_INFINITY;
    expect(around(trials * p, deviation, chance)).toBeCloseTo(1, 9);
  }
});

test('what is certain is exact and takes nothing from the stream', () => {
  const [used, fresh] = [stream(1, 'certain'), stream(1, 'certain')];
  expect(poisson(0, used)).toBe(0);
  expect([binomial(0, 0.4, used), binomial(9, 0, used), binomial(9, 1, used)]).toEqual([0, 0, 9]);
  expect(used.uint32()).toBe(fresh.uint32());
});

test('what is no number is refused, rather than searched for without end', () => {
  const rng = stream(1, 'refused');
  for (const mean of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => poisson(mean, rng)).toThrow(RangeError);
    expect(() => binomial(mean, 0.5, rng)).toThrow(RangeError);
  }
  expect(() => binomial(10, Number.NaN, rng)).toThrow(RangeError);
});

test('a count is whole, in range and decided by the stream alone', () => {
  const mean = fc.double({ min: 0, max: 10, noNaN: true }).map((exponent) => 10 ** exponent - 1);
  const trials = fc.double({ min: 0, max: 10, noNaN: true }).map((e) => Math.floor(10 ** e));
  const p = fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: -16, max: 0, noNaN: true }).map((exponent) => 10 ** exponent),
  );
  fc.assert(
    fc.property(fc.nat(), mean, trials, p, (seed, m, n, q) => {
      const draw = () => {
        const rng = stream(seed, 'range');
        return [poisson(m, rng), binomial(n, q, rng)];
      };
      const [events, successes] = draw() as [number, number];
      expect(draw()).toEqual([events, successes]);
      expect(Number.isInteger(events) && events >= 0).toBe(true);
      expect(Number.isInteger(successes) && successes >= 0 && successes <= n).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
