/**
 * A named outcome: one thing that was asked of a client or of a run, and how it came out. Thresholds,
 * checks of a client and comparisons with a baseline all become outcomes, and what continuous
 * integration reads (JUnit, Markdown, annotations) is made of outcomes alone.
 */

/**
 * `warning`: does not hold, and costs no exit code. `skipped`: could not be told, so it neither holds
 * nor fails; the message says why.
 */
export type OutcomeStatus = 'passed' | 'failed' | 'warning' | 'skipped';

export interface Outcome {
  /** What it belongs to, such as `smoke: thresholds`. */
  readonly suite: string;
  /** Unique in its suite, and the same in every run: it holds no figure that was measured. */
  readonly name: string;
  readonly status: OutcomeStatus;
  /** One sentence: what was seen. */
  readonly message: string;
  /** What else helps to find the cause, a line each. */
  readonly details: readonly string[];
}

/** Outcomes of one command, with what is to be said about all of them. */
export interface OutcomeReport {
  /** Such as `sts-harness run smoke`. */
  readonly title: string;
  /** One word, such as `failed`. */
  readonly verdict: string;
  /** Sentences, most important first. */
  readonly summary: readonly string[];
  readonly outcomes: readonly Outcome[];
}

export function countOf({ outcomes }: OutcomeReport, status: OutcomeStatus): number {
  return outcomes.filter((outcome) => outcome.status === status).length;
}

/** What is there twice in a suite gets a number, so that a reader keeps both. */
export function uniqueNames(outcomes: readonly Outcome[]): Outcome[] {
  const seen = new Map<string, number>();
  return outcomes.map((outcome) => {
    const key = JSON.stringify([outcome.suite, outcome.name]);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? outcome : { ...outcome, name: `${outcome.name} (${count})` };
  });
}
