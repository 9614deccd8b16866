/**
 * Looks at the figures of a run while it goes on, and ends it where a threshold that may abort fails.
 *
 * A figure that only grows or only falls has failed for good once it fails, so it may end the run at
 * any look. Any other (a percentile, a mean, a rate) may still come right: it ends the run when it
 * fails at a look after its delay. What was not measured yet never ends anything.
 */
import type { SubjectResult } from '../measure/result.ts';
import { failing } from './evaluate.ts';
import { canFailForGood, failsForGood } from './finality.ts';
import type { Threshold } from './thresholds.ts';

export interface WatchOptions {
  /** Figures of requests lag behind the others: only what has failed for good may end the run. */
  readonly onlyForGood?: boolean;
}

/** What ended a run, and when: virtual milliseconds. */
export interface Abort {
  readonly threshold: Threshold;
  readonly atMs: number;
}

export class Watch {
  /** Set once a threshold has ended the run. */
  abort: Abort | undefined;
  private readonly controller = new AbortController();
  private readonly thresholds: readonly Threshold[];

  constructor(thresholds: readonly Threshold[], { onlyForGood = false }: WatchOptions = {}) {
    this.thresholds = thresholds.filter(
      (threshold) =>
        threshold.abortAfterMs !== undefined && (!onlyForGood || canFailForGood(threshold)),
    );
  }

  /** False where no threshold may abort: nobody has to look. */
  get isNeeded(): boolean {
    return this.thresholds.length > 0;
  }

  /** Aborted when the run is to end. */
  get stop(): AbortSignal {
    return this.controller.signal;
  }

  /** The figures of the subject under test until now. */
  look(nowMs: number, figures: SubjectResult): void {
    if (this.abort !== undefined) return;
    const failed = this.thresholds.find(
      (threshold) => nowMs >= threshold.abortAfterMs! && endsTheRun(threshold, figures),
    );
    if (failed === undefined) return;
    this.abort = { threshold: failed, atMs: nowMs };
    this.controller.abort();
  }
}

function endsTheRun(threshold: Threshold, figures: SubjectResult): boolean {
  const actuals = failing(threshold, figures);
  return canFailForGood(threshold)
    ? actuals.some((actual) => failsForGood(threshold, actual))
    : actuals.length > 0;
}
