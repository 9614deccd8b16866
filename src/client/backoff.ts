/**
 * When to try again after a failed AssumeRole call: full jitter under a ceiling that doubles with
 * each failure of the streak, so that a fleet that failed together does not come back together.
 * Source of the scheme: "Exponential Backoff And Jitter", AWS Architecture Blog.
 */
import type { StsFailure } from './failure.ts';
import type { CachePolicy } from './policy.ts';

export interface Backoff {
  readonly failure: StsFailure;
  /** Failures of the streak, this one included: from 1. */
  readonly failures: number;
  readonly nowMs: number;
  /** When the current credential's stale window begins; -Infinity without a usable one. */
  readonly staleAtMs: number;
}

/** The instant before which no call is made. `chance` is one uniform draw on [0, 1). */
export function retryAtMs(policy: CachePolicy, backoff: Backoff, chance: number): number {
  const { failure, nowMs } = backoff;
  const baseMs = failure.kind === 'throttled' ? policy.throttledBaseMs : policy.backoffBaseMs;
  const grownMs = baseMs * 2 ** (backoff.failures - 1);
  const calmAtMs = nowMs + chance * Math.min(policy.backoffCapMs, grownMs);
  // A wait drawn while the credential was fresh must not reach across the whole stale window: from
  // its start on, the urgent ceiling holds.
  const urgentAtMs =
    Math.max(nowMs, backoff.staleAtMs) + chance * Math.min(policy.urgentCapMs, grownMs);
  return Math.max(
    Math.min(calmAtMs, urgentAtMs),
    nowMs + askedMs(policy, failure, baseMs * chance),
    failure.kind === 'fatal' ? nowMs + fatalHoldMs(policy, chance) : 0,
  );
}

/** STS gives one answer to everybody it throttles in a second: `spreadMs` keeps them apart. */
function askedMs(policy: CachePolicy, failure: StsFailure, spreadMs: number): number {
  if (failure.retryAfterMs === undefined) return 0;
  return Math.min(failure.retryAfterMs, policy.retryAfterCapMs) + spreadMs;
}

function fatalHoldMs(policy: CachePolicy, chance: number): number {
  return policy.fatalHoldMsMin + chance * (policy.fatalHoldMsMax - policy.fatalHoldMsMin);
}
