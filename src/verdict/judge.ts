/**
 * Gives a measured result its verdict: that of the first subject, the one under test. A run whose
 * generator failed says nothing about the client, so `invalid` comes before everything; a run that
 * ended early cannot have passed. Where a guard rail ended a run against real STS, that comes first of all.
 */
import { formatDuration } from '../kernel/units.ts';
import type {
  MeasuredResult,
  Result,
  SubjectResult,
  ThresholdResult,
  Verdict,
} from '../measure/result.ts';
import { evaluate, worstOf } from './evaluate.ts';
import type { Threshold } from './thresholds.ts';
import type { Abort } from './watch.ts';

export interface Circumstances {
  /** The thresholds held against each seed or repetition of the subject under test: the worst counts. */
  readonly replicated?: readonly (readonly ThresholdResult[])[];
  /** What ended the run early, if a threshold did. */
  readonly abort?: Abort | undefined;
}

export function judge(
  measured: MeasuredResult,
  thresholds: readonly Threshold[],
  { replicated = [], abort }: Circumstances = {},
): Result {
  const [first, ...others] = measured.subjects;
  if (first === undefined) throw new Error('A result without a subject cannot be judged.');
  const judged = {
    ...first,
    thresholds: thresholds.map((threshold, index) => ({
      ...worstOf(threshold, [
        evaluate(threshold, first),
        ...replicated.map((results) => results[index]!),
      ]),
      ...(threshold === abort?.threshold ? { abortedAt: abort.atMs / 1_000 } : {}),
    })),
  };
  const verdict = verdictOf(judged);
  return {
    schemaVersion: measured.schemaVersion,
    run: measured.run,
    verdict,
    reasons: reasonsOf(verdict, judged, measured),
    subjects: [judged, ...others],
  };
}

function verdictOf(subject: SubjectResult): Verdict {
  if (subject.realSts?.stoppedBy) return 'aborted';
  if (!subject.validity.ok) return 'invalid';
  if (subject.partial) return 'aborted';
  return subject.thresholds.some(fails) ? 'failed' : 'passed';
}

function fails({ passed, level }: ThresholdResult): boolean {
  return !passed && level === 'error';
}

function warns({ passed, level }: ThresholdResult): boolean {
  return !passed && level === 'warn';
}

function reasonsOf(verdict: Verdict, subject: SubjectResult, { run }: MeasuredResult): string[] {
  const { validity, thresholds } = subject;
  switch (verdict) {
    case 'invalid':
      return [...validity.reasons];
    case 'aborted':
      return [
        ...(subject.realSts?.stoppedBy ? [subject.realSts.stoppedBy, ...validity.reasons] : []),
        ...thresholds.filter(({ abortedAt }) => abortedAt !== undefined).map(abortText),
        `The run was ended early, after ${formatDuration(run.virtualSeconds * 1_000)} of ${formatDuration(run.scenarioSeconds * 1_000)}: the figures cover what there was.`,
      ];
    case 'failed':
      return [
        ...thresholds.filter(fails).map(failureText),
        ...thresholds.filter(warns).map(warningText),
      ];
    case 'passed':
      return [
        passText(thresholds.filter(({ level }) => level === 'error').length),
        ...thresholds.filter(warns).map(warningText),
      ];
  }
}

function abortText(threshold: ThresholdResult): string {
  const at = formatDuration(threshold.abortedAt! * 1_000);
  return `${failureText(threshold)} It ended the run after ${at}.`;
}

function warningText(threshold: ThresholdResult): string {
  return `A warning: ${failureText(threshold)}`;
}

export function failureText(threshold: ThresholdResult): string {
  return `${threshold.expression}: ${seenText(threshold)}.`;
}

/** What was held against it: `it was 120 at roles["…"]`. */
export function seenText({ expression, actual, where }: ThresholdResult): string {
  if (actual === null) return 'nothing was measured there';
  const place = where.includes('[') || expression.includes('*') ? ` at ${where}` : '';
  return `it was ${exactText(actual)}${place}`;
}

/** Digits enough to see on which side of a limit a figure lies. */
export function exactText(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
}

function passText(count: number): string {
  if (count === 0) return 'No threshold is set: nothing could fail.';
  return count === 1 ? 'The one threshold holds.' : `All ${count} thresholds hold.`;
}
