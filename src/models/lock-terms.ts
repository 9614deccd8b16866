/**
 * What tells one SDK of the lock family from another.
 */
import type { Rng } from '../kernel/rng.ts';
import type { FailureRule } from './failure-rule.ts';
import type { Lease } from './lease.ts';
import type { HoldingTerms } from './lease-holder.ts';
import type { RetryRule } from './retry-rule.ts';

export interface LockTerms extends HoldingTerms {
  readonly failure: FailureRule;
  readonly retry: RetryRule;
  /** How long a caller waits for the lock; Infinity: for ever. */
  readonly waitMsMax: number;
  /** What it does then: refresh all the same, or take what is in hand, whatever it is worth. */
  readonly atWaitMax: 'refresh' | 'serve-current';
  /** Who gets the lock refreshes where the credential is `due`, or only where it is `stale`. */
  readonly recheck: 'due' | 'stale';
  readonly prefetch: 'none' | 'one-caller' | Background;
}

export interface Background {
  /** Jobs at once, queued for the lock or calling; a request beyond them starts none. */
  readonly jobsMax: number;
  /** When a job starts without a request, drawn at each success. */
  readonly wakeAtMs: (lease: Lease, nowMs: number, jitter: Pick<Rng, 'next'>) => number;
}
