/** The report on a client: a document, from which all that is shown is made. */
import type { CheckLimits } from './limits.ts';

export interface CheckReport {
  readonly schemaVersion: 1;
  /** As it was named. */
  readonly client: string;
  readonly seed: number;
  readonly limits: CheckLimits;
  readonly verdict: 'passed' | 'failed';
  readonly counts: { readonly passed: number; readonly failed: number; readonly skipped: number };
  readonly checks: readonly CheckedPromise[];
}

export interface CheckedPromise {
  readonly name: string;
  readonly family: string;
  readonly proves: string;
  readonly why: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** One for each script; a check of all scripts has one. */
  readonly cases: readonly CheckedCase[];
}

export interface CheckedCase {
  /** Such as `Throttling.User`; empty for the only one. */
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Figures and instants from the start of the script, h:mm:ss; for one that was skipped, why. */
  readonly seen: string;
  /** Empty for one that was skipped. */
  readonly wanted: string;
}
