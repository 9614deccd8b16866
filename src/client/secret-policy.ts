/**
 * How long a key that was read from KMS is used. The key itself has no end, so the cache is given one:
 * it is read again in the second half of its time, and never used beyond it.
 */
import type { CachePolicy } from './policy.ts';

/**
 * The shortest overlap that KMS rotates with: a key in hand for less than this works, whatever KMS
 * has done meanwhile.
 */
export const DEFAULT_SECRET_TTL_MS = 600_000;

export function secretPolicy(ttlMs: number): Partial<CachePolicy> {
  return {
    prefetchSteps: [{ lifetimeMsMax: Number.POSITIVE_INFINITY, windowMs: ttlMs / 2 }],
    prefetchShareMax: 0.5,
  };
}
