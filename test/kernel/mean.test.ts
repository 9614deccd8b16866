import { expect, test } from 'vitest';
import { differenceOfMeans, meanOf } from '../../src/kernel/mean.ts';

test('a mean and the square of its standard error', () => {
  // Squares about 14 add up to 30; 30 / 4 / 5 is 1.5.
  expect(meanOf([12, 15, 11, 14, 18])).toEqual({ count: 5, mean: 14, errorSquared: 1.5 });
  expect(meanOf([7])).toEqual({ count: 1, mean: 7, errorSquared: 0 });
});

test('Welch’s interval, against a case worked by hand', () => {
  // Means 14 and 20, squared errors 1.5 and 18 / 2 / 3 = 3: 4.5 together. Degrees of freedom:
  // 4.5² / (1.5² / 4 + 3² / 2) = 4; t(0.975, 4) is 2.77645, times √4.5 that is 5.88973.
  const { low, high } = differenceOfMeans(meanOf([12, 15, 11, 14, 18]), meanOf([17, 20, 23]), 0.95);
  expect(low).toBeCloseTo(6 - 5.88973, 4);
  expect(high).toBeCloseTo(6 + 5.88973, 4);
});

test('what never scattered differs by exactly its difference, however sure one wants to be', () => {
  const steady = (value: number) => meanOf([value, value, value]);
  expect(differenceOfMeans(steady(5), steady(9), 0.9999)).toEqual({ low: 4, high: 4 });
});

test('an exact value adds no scatter: the interval is that of the other alone', () => {
  // t(0.975, 4) is 2.77645; times √1.5 that is 3.40044.
  const { low, high } = differenceOfMeans(meanOf([10]), meanOf([12, 15, 11, 14, 18]), 0.95);
  expect(low).toBeCloseTo(4 - 3.40044, 4);
  expect(high).toBeCloseTo(4 + 3.40044, 4);
});
