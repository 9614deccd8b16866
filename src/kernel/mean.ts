/** Means of few observations, and how far two of them lie apart. */
import { studentTQuantile } from './student-t.ts';

export interface Mean {
  readonly count: number;
  readonly mean: number;
  /** Square of the mean's standard error; 0 for a single observation, which tells nothing of it. */
  readonly errorSquared: number;
}

/** Of at least one observation. */
export function meanOf(values: readonly number[]): Mean {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, errorSquared: count < 2 ? 0 : squares / (count - 1) / count };
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Where the difference of the true means, second less first, lies with this confidence: Welch's
 * interval, which does not take the two for equally scattered. A single observation counts as exact.
 */
export function differenceOfMeans(first: Mean, second: Mean, confidence: number): Interval {
  const difference = second.mean - first.mean;
  const errorSquared = first.errorSquared + second.errorSquared;
  if (errorSquared === 0) return { low: difference, high: difference };
  const part = ({ errorSquared: square, count }: Mean) =>
    square === 0 ? 0 : square ** 2 / (count - 1);
  const degreesOfFreedom = errorSquared ** 2 / (part(first) + part(second));
  const quantile = studentTQuantile(1 - (1 - confidence) / 2, degreesOfFreedom);
  const half = quantile * Math.sqrt(errorSquared);
  return { low: difference - half, high: difference + half };
}
