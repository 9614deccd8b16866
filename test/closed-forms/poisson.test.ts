/** The exact figures themselves, against a table, their definitions and every single outcome. */
import { expect, test } from 'vitest';
import { chiSquareLimit } from './moments.ts';
import { expectNear } from './near.ts';
import { fullestCdf, poissonExcess, poissonMax, poissonPmf, poissonTail } from './poisson.ts';

test('probabilities are those of the tables', () => {
  expect(1 - poissonTail(1, 2)).toBeCloseTo(0.919699, 6);
  expect(1 - poissonTail(10, 12)).toBeCloseTo(0.791556, 6);
  expect(1 - poissonTail(100, 100)).toBeCloseTo(0.526562, 6);
  expect(poissonPmf(2_000, 4_000).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
});

test('the excess over a count has the mean mu P(X >= c) - c P(X > c)', () => {
  for (const [mean, count] of [
    [3, 4],
    [80, 100],
    [120, 100],
  ] as const) {
    const exact = mean * poissonTail(mean, count - 1) - count * poissonTail(mean, count);
    expect(poissonExcess(mean, count).mean).toBeCloseTo(exact, 9);
  }
});

test('the greatest of one count is that count', () => {
  const { mean, deviation } = poissonMax(50, 1);
  expect(mean).toBeCloseTo(50, 9);
  expect(deviation).toBeCloseTo(Math.sqrt(50), 9);
});

test('the fullest cell is what all ways to throw five calls into three cells give', () => {
  const fullest = Array.from({ length: 3 ** 5 }, (_, way) => {
    const cells = [0, 0, 0];
    for (let call = 0; call < 5; call += 1) cells[Math.floor(way / 3 ** call) % 3]! += 1;
    return Math.max(...cells);
  });
  for (let most = 1; most <= 5; most += 1) {
    const share = fullest.filter((count) => count <= most).length / fullest.length;
    expect(fullestCdf({ calls: 5, cells: 3 }, most)).toBeCloseTo(share, 12);
  }
});

test('limits of chi-square are those of the tables, to two hundredths', () => {
  expectNear(chiSquareLimit(5), { expected: 20.515, within: 0.02 * 20.515 });
  expectNear(chiSquareLimit(9), { expected: 27.877, within: 0.02 * 27.877 });
});
