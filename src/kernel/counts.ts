/**
 * Random counts: how many of very many independent events happen. Exact: no normal approximation,
 * so one draw stands for the events one by one even where rare values matter, at a cost that does
 * not grow with the count. Small means by inversion; large ones by transformed rejection: W.
 * Hörmann, "The transformed rejection method for generating Poisson random variables" (Insurance:
 * Mathematics and Economics 12, 1993; algorithm PTRS) and "The generation of binomial random
 * variates" (Journal of Statistical Computation and Simulation 46, 1993; algorithm BTRS). Their
 * constants are Hörmann's.
 */
import { logBinomial, logPoisson } from './count-chances.ts';
import { exp, log, log1p } from './portable-math.ts';
import type { Rng } from './rng.ts';

/** Hörmann's algorithms hold from here, and it is about where they overtake inversion. */
const REJECTION_FROM_MEAN = 10;
/**
 * With means below 10 a count above this has a chance below 1e-70: only the rounding of the sum
 * leads there, and the draw is repeated.
 */
const INVERSION_COUNT_MAX = 120;

/** Events of a Poisson process in a stretch in which `mean` are expected; mean from 0 to 1e10. */
export function poisson(mean: number, rng: Rng): number {
  if (mean <= 0) return 0;
  if (!(mean < Number.POSITIVE_INFINITY)) throw new RangeError(`no count has the mean ${mean}`);
  return mean < REJECTION_FROM_MEAN ? poissonInverted(mean, rng) : poissonRejected(mean, rng);
}

/** Successes among independent trials, each with the same probability. */
export function binomial(trials: number, probability: number, rng: Rng): number {
  if (trials <= 0 || probability <= 0) return 0;
  if (probability >= 1) return trials;
  if (!(trials * probability < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`no count comes of ${trials} trials with probability ${probability}`);
  }
  if (probability > 0.5) return trials - binomial(trials, 1 - probability, rng);
  return trials * probability < REJECTION_FROM_MEAN
    ? binomialInverted(trials, probability, rng)
    : binomialRejected(trials, probability, rng);
}

function poissonInverted(mean: number, rng: Rng): number {
  const none = exp(-mean);
  for (;;) {
    let rest = rng.next();
    let chance = none;
    for (let count = 0; count <= INVERSION_COUNT_MAX; ) {
      if (rest < chance) return count;
      rest -= chance;
      count += 1;
      chance *= mean / count;
    }
  }
}

function binomialInverted(trials: number, probability: number, rng: Rng): number {
  const odds = probability / (1 - probability);
  const none = exp(trials * log1p(-probability));
  for (;;) {
    let rest = rng.next();
    let chance = none;
    for (let count = 0; count <= INVERSION_COUNT_MAX && count <= trials; ) {
      if (rest < chance) return count;
      rest -= chance;
      count += 1;
      chance *= (odds * (trials - count + 1)) / count;
    }
  }
}

/** PTRS: most draws end at the squeeze, which needs no logarithm. */
function poissonRejected(mean: number, rng: Rng): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const alphaInverse = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = rng.next() - 0.5;
    const v = rng.next();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= squeeze) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    if (log((v * alphaInverse) / (a / (us * us) + b)) <= logPoisson(count, mean)) return count;
  }
}

/** BTRS, for probability <= 1/2. */
function binomialRejected(trials: number, probability: number, rng: Rng): number {
  const deviation = Math.sqrt(trials * probability * (1 - probability));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * probability;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const squeeze = 0.92 - 4.2 / b;
  const logOfMode = logBinomial(Math.floor((trials + 1) * probability), trials, probability);
  for (;;) {
    const u = rng.next() - 0.5;
    const v = rng.next();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + trials * probability + 0.5);
    if (us >= 0.07 && v <= squeeze) return count;
    if (count < 0 || count > trials) continue;
    const logOfRatio = logBinomial(count, trials, probability) - logOfMode;
    if (log((v * alpha) / (a / (us * us) + b)) <= logOfRatio) return count;
  }
}
