/**
 * How often an SDK repeats a failed call within one refresh, and how long it waits in between. Only
 * the last failure is seen by the cache. A call that will fail again (`fatal`) is not repeated.
 */
import type { StsFailure } from '../client/failure.ts';
import type { Rng } from '../kernel/rng.ts';

export interface FailedAttempt {
  /** From 1. */
  readonly attempt: number;
  readonly startedAtMs: number;
  /** The end of the credential in hand when the refresh began; without one, its beginning. */
  readonly deadlineMs: number;
  readonly failure: StsFailure;
}

/** Milliseconds to the next attempt; undefined: that was the last. */
export type RetryRule = (failed: FailedAttempt, chance: Pick<Rng, 'next'>) => number | undefined;

export const noRetry: RetryRule = () => undefined;

interface Exponential {
  readonly attemptsMax: number;
  /** Ceiling of the first wait; each further one is twice as high. */
  readonly baseMs: number;
  /** The same after a throttled call. */
  readonly throttledBaseMs?: number;
  readonly capMs?: number;
  /** Where between 0 and the ceiling a wait may lie: its least share, 0 unless told. */
  readonly shareMin?: number;
  /** And its greatest, 1 unless told. */
  readonly shareMax?: number;
}

export function exponential(terms: Exponential): RetryRule {
  const { attemptsMax, baseMs, throttledBaseMs = baseMs, shareMin = 0, shareMax = 1 } = terms;
  const capMs = terms.capMs ?? Number.POSITIVE_INFINITY;
  return ({ attempt, failure }, chance) => {
    if (attempt >= attemptsMax || failure.kind === 'fatal') return undefined;
    const firstMs = failure.kind === 'throttled' ? throttledBaseMs : baseMs;
    const ceilingMs = firstMs * 2 ** (attempt - 1);
    return Math.min(capMs, ceilingMs * (shareMin + (shareMax - shareMin) * chance.next()));
  };
}

/** The same waits each time. */
export function listed(waitsMs: readonly number[]): RetryRule {
  return ({ attempt, failure }) => (failure.kind === 'fatal' ? undefined : waitsMs[attempt - 1]);
}

/** Whatever the failure, as long as the attempt began before the old credential ended. */
export function everyUntilExpiry(waitMs: number): RetryRule {
  return ({ startedAtMs, deadlineMs }) => (startedAtMs < deadlineMs ? waitMs : undefined);
}
