import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chanceMaxOf, failuresOf } from '../../src/sizing/confidence.ts';

test('no failure in n runs: the rule of three', () => {
  expect(chanceMaxOf(0, 60, 0.95)).toBeCloseTo(1 - 0.05 ** (1 / 60), 12);
  for (const runs of [60, 100, 1_000]) {
    expect(chanceMaxOf(0, runs, 0.95) / (3 / runs)).toBeCloseTo(1, 1);
  }
  expect(failuresOf(0, 60, 0.95).method).toBe('rule of three');
});

// Upper limits of the two-sided 90 % intervals in tables of the binomial.
test.each([
  [1, 20, 0.2161],
  [2, 10, 0.5069],
])('%i failures in %i runs: at most %d', (count, of, bound) => {
  expect(chanceMaxOf(count, of, 0.95)).toBeCloseTo(bound, 3);
  expect(failuresOf(count, of, 0.95).method).toBe('Clopper-Pearson');
});

test('with the largest chance that it allows, so few failures come up with the rest of the confidence', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }).chain((of) =>
        fc.record({
          of: fc.constant(of),
          count: fc.integer({ min: 0, max: of - 1 }),
          confidence: fc.constantFrom(0.8, 0.95, 0.99),
        }),
      ),
      ({ of, count, confidence }) => {
        const bound = chanceMaxOf(count, of, confidence);
        expect(bound).toBeGreaterThan(count / of);
        expect(binomialCdf(count, of, bound)).toBeCloseTo(1 - confidence, 5);
      },
    ),
  );
});

test('runs that all failed, or none at all, exclude nothing', () => {
  expect(chanceMaxOf(4, 4, 0.95)).toBe(1);
  expect(chanceMaxOf(0, 0, 0.95)).toBe(1);
});

/** By its terms, one from the other. */
function binomialCdf(count: number, of: number, chance: number): number {
  // From the side on which the first term is no underflow.
  if (chance > 0.5) return 1 - binomialCdf(of - count - 1, of, 1 - chance);
  let term = (1 - chance) ** of;
  let sum = term;
  for (let k = 1; k <= count; k += 1) {
    term *= ((of - k + 1) / k) * (chance / (1 - chance));
    sum += term;
  }
  return sum;
}
