/**
 * A positive random time given as people know it: its median and its 99th percentile. It is drawn
 * from the log-normal distribution with those two; equal values mean a constant.
 */
import type { Rng } from './rng.ts';

export interface Distribution {
  readonly medianMs: number;
  readonly p99Ms: number;
}

/** The standard normal's 99th percentile. */
const Z99 = 2.326347874040841;

function sigmaOf(distribution: Distribution): number {
  if (distribution.medianMs <= 0) return 0;
  return Math.log(distribution.p99Ms / distribution.medianMs) / Z99;
}

export function meanMs(distribution: Distribution): number {
  const sigma = sigmaOf(distribution);
  return distribution.medianMs * Math.exp((sigma * sigma) / 2);
}

/** Draws in milliseconds, one a call. A constant takes nothing from the stream. */
export function drawsOf(distribution: Distribution, rng: Rng): () => number {
  const { medianMs } = distribution;
  const sigma = sigmaOf(distribution);
  return sigma === 0 ? () => medianMs : () => medianMs * Math.exp(sigma * rng.normal());
}

/** One draw in milliseconds. */
export function drawMs(distribution: Distribution, rng: Rng): number {
  return drawsOf(distribution, rng)();
}
