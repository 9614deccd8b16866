/**
 * Factorials through Stirling's formula and what it leaves,
 *
 *     ln n! = (n + 1/2) ln n - n + ln(2π)/2 + stirlingError(n).
 *
 * The error is what probabilities need: in their logarithms the large terms cancel, and computed
 * without them nothing is lost however large the counts are.
 */
import { log } from './portable-math.ts';

export const LN_SQRT_TWO_PI = 0.9189385332046728;

/** From here the series' next term is below 1e-16. */
const SERIES_FROM = 16;
const table = Float64Array.from({ length: SERIES_FROM }, (_, n) => errorByDefinition(n));

/** For whole n from 0; of 0 it is infinite by the formula above, and never needed. */
export function stirlingError(n: number): number {
  return n < SERIES_FROM ? table[n]! : series(n);
}

/** ln Γ(x) for x > 0: Stirling's series, after the recurrence has made x large enough for it. */
export function logGamma(x: number): number {
  let factor = 1;
  let shifted = x;
  while (shifted < SERIES_FROM) {
    factor *= shifted;
    shifted += 1;
  }
  const large = (shifted - 0.5) * log(shifted) - shifted + LN_SQRT_TWO_PI + series(shifted);
  return large - log(factor);
}

/** Stirling's asymptotic series: Bernoulli numbers B(2j) / (2j (2j - 1) n^(2j - 1)), j = 1 to 6. */
function series(n: number): number {
  const z = 1 / (n * n);
  const upper = 1 / 1_680 - z * (1 / 1_188 - (z * 691) / 360_360);
  return (1 / 12 - z * (1 / 360 - z * (1 / 1_260 - z * upper))) / n;
}

/** 15! is exact in a double. */
function errorByDefinition(n: number): number {
  let factorial = 1;
  for (let i = 2; i <= n; i += 1) factorial *= i;
  return n === 0
    ? Number.POSITIVE_INFINITY
    : log(factorial) - (n + 0.5) * log(n) + n - LN_SQRT_TWO_PI;
}
