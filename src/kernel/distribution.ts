/**
 * A positive random time given as people know it: its median and its 99th percentile. It is drawn
 * from the log-normal distribution with those two; equal values mean a constant.
 */
import { normalCdf } from './normal.ts';
import { exp, log } from './portable-math.ts';
import type { Rng } from './rng.ts';

export interface Distribution {
  readonly medianMs: number;
  readonly p99Ms: number;
}

/** The standard normal's 99th percentile. */
const Z99 = 2.326347874040841;

function sigmaOf(distribution: Distribution): number {
  if (distribution.medianMs <= 0) return 0;
  return log(distribution.p99Ms / distribution.medianMs) / Z99;
}

export function meanMs(distribution: Distribution): number {
  const sigma = sigmaOf(distribution);
  return distribution.medianMs * exp((sigma * sigma) / 2);
}

/** Draws in milliseconds, one a call. A constant takes nothing from the stream. */
export function drawsOf(distribution: Distribution, rng: Rng): () => number {
  const draw = drawerOf(distribution);
  return () => draw(rng);
}

/** The same from a stream that is named with each draw. */
export function drawerOf(distribution: Distribution): (rng: Rng) => number {
  const { medianMs } = distribution;
  const sigma = sigmaOf(distribution);
  return sigma === 0 ? () => medianMs : (rng) => medianMs * exp(sigma * rng.normal());
}

/**
 * Draws a time that somebody happens to look into: such a time is longer than others, by its own
 * length as weight. Weighting a log-normal time by itself multiplies its median by exp(sigma²).
 */
export function lookedIntoDrawerOf(distribution: Distribution): (rng: Rng) => number {
  const sigma = sigmaOf(distribution);
  const medianMs = distribution.medianMs * exp(sigma * sigma);
  return sigma === 0 ? () => medianMs : (rng) => medianMs * exp(sigma * rng.normal());
}

/** One draw in milliseconds. */
export function drawMs(distribution: Distribution, rng: Rng): number {
  return drawsOf(distribution, rng)();
}

/** P(S <= ms) of a draw S, as a function of ms. */
export function cdfOf(distribution: Distribution): (ms: number) => number {
  const { medianMs } = distribution;
  const sigma = sigmaOf(distribution);
  if (sigma === 0) return (ms) => (ms >= medianMs ? 1 : 0);
  return (ms) => (ms > 0 ? normalCdf(log(ms / medianMs) / sigma) : 0);
}

/**
 * E[S; S <= ms]: what draws of at most `ms` contribute to the mean. Weighting a log-normal density
 * by its value gives the same density, its normal shifted by one sigma, times the mean.
 */
export function partialMeanOf(distribution: Distribution): (ms: number) => number {
  const { medianMs } = distribution;
  const sigma = sigmaOf(distribution);
  if (sigma === 0) return (ms) => (ms >= medianMs ? medianMs : 0);
  const mean = meanMs(distribution);
  return (ms) => (ms > 0 ? mean * normalCdf(log(ms / medianMs) / sigma - sigma) : 0);
}

/** The value `z` standard deviations from the median, on the scale on which S is normal. */
export function quantileMs(distribution: Distribution, z: number): number {
  return distribution.medianMs * exp(sigmaOf(distribution) * z);
}
