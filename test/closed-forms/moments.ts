/** Moments of a sample, and how far a statistic may lie from its expectation. */

export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Unbiased. */
  readonly variance: number;
  /** Of the mean. */
  readonly standardError: number;
}

export function momentsOf(values: readonly number[]): Moments {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const variance = squares / (count - 1);
  return { count, mean, variance, standardError: Math.sqrt(variance / count) };
}

/**
 * The chi-square that one in a thousand exceeds, after Wilson and Hilferty (1931): its cube root is
 * nearly normal. Good to two hundredths from five degrees of freedom on.
 */
export function chiSquareLimit(degreesOfFreedom: number): number {
  const z999 = 3.0902;
  const part = 2 / (9 * degreesOfFreedom);
  return degreesOfFreedom * (1 - part + z999 * Math.sqrt(part)) ** 3;
}
