/**
 * What so many runs say of the chance that a run fails. One-sided and exact (Clopper and Pearson, "The
 * use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934):
 * the largest chance with which as few failures as these still come up once in 1 / (1 - confidence)
 * times. With no failure in n runs it is 1 - (1 - confidence)^(1/n): about 3 / n at 95 %, the rule of
 * three.
 *
 * It holds for a quota that was chosen as the largest need of the same n runs, too: that the chance of a
 * larger need exceeds p has the chance (1 - p)^n itself (Wilks, "Determination of sample sizes for setting
 * tolerance limits", Annals of Mathematical Statistics 12, 1941).
 */
import { logBinomial } from '../kernel/count-chances.ts';
import { exp, log } from '../kernel/portable-math.ts';
import type { Failures } from './size-report.ts';

const PRECISION = 1e-9;

export function failuresOf(count: number, of: number, confidence: number): Failures {
  return {
    count,
    of,
    chanceMax: chanceMaxOf(count, of, confidence),
    method: count === 0 ? 'rule of three' : 'Clopper-Pearson',
  };
}

/** So many runs without a failure show that one in at most `chanceMax` fails. */
export function chanceMaxOf(count: number, of: number, confidence: number): number {
  if (of === 0 || count === of) return 1;
  if (count === 0) return 1 - exp(log(1 - confidence) / of);
  let low = count / of;
  let high = 1;
  while (high - low > PRECISION) {
    const middle = (low + high) / 2;
    if (atMost(count, of, middle) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}

/** P(X <= count) of so many trials. */
function atMost(count: number, of: number, chance: number): number {
  let sum = 0;
  for (let k = 0; k <= count; k += 1) sum += exp(logBinomial(k, of, chance));
  return sum;
}
