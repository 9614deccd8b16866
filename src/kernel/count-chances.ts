/**
 * Logarithms of Poisson and binomial probabilities, to full precision for counts of any size, by
 * Catherine Loader's saddle-point expansion ("Fast and accurate computation of binomial
 * probabilities", 2000): a sum of small terms, where the textbook formula subtracts huge ones.
 */
import { log, log1p } from './portable-math.ts';
import { LN_SQRT_TWO_PI, stirlingError } from './stirling.ts';

/** ln P(N = count) for N Poisson with the given mean > 0. */
export function logPoisson(count: number, mean: number): number {
  if (count === 0) return -mean;
  return -stirlingError(count) - deviance(count, mean) - LN_SQRT_TWO_PI - 0.5 * log(count);
}

/** ln P(N = count) for N binomial; 0 < probability < 1 and 0 <= count <= trials. */
export function logBinomial(count: number, trials: number, probability: number): number {
  if (count === 0) return trials * log1p(-probability);
  if (count === trials) return trials * log(probability);
  const missed = trials - count;
  return (
    stirlingError(trials) -
    stirlingError(count) -
    stirlingError(missed) -
    deviance(count, trials * probability) -
    deviance(missed, trials * (1 - probability)) -
    LN_SQRT_TWO_PI -
    0.5 * (log(count) + log1p(-count / trials))
  );
}

/**
 * x ln(x / mean) + mean - x, which vanishes at the mean like (x - mean)² / 2 mean. Near it a series
 * in v = (x - mean) / (x + mean), since ln(x / mean) = 2 artanh v.
 */
function deviance(x: number, mean: number): number {
  const distance = x - mean;
  if (Math.abs(distance) >= 0.1 * (x + mean)) return x * log(x / mean) - distance;
  const v = distance / (x + mean);
  let sum = distance * v;
  let power = 2 * x * v;
  for (let odd = 3; ; odd += 2) {
    power *= v * v;
    const next = sum + power / odd;
    if (next === sum) return sum;
    sum = next;
  }
}
