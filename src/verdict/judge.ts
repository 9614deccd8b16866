/**
 * Gives a measured result its verdict: that of the first subject, the one under test. A run whose
 * generator failed says nothing about the client, so `invalid` comes before everything; a run that
 * ended early cannot have passed.
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

/**
 * `replicated`: the thresholds held against each seed of the subject under test, where there are
 * several; the worst of each counts.
 */
export function judge(
  measured: MeasuredResult,
  thresholds: readonly Threshold[],
  replicated: readonly (readonly ThresholdResult[])[] = [],
): Result {
  const [first, ...others] = measured.subjects;
  if (first === undefined) throw new Error('A result without a subject cannot be judged.');
  const judged = {
    ...first,
    thresholds: thresholds.map((threshold, index) =>
      worstOf(threshold, [
        evaluate(threshold, first),
        ...replicated.map((results) => results[index]!),
      ]),
    ),
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
  if (!subject.validity.ok) return 'invalid';
  if (subject.partial) return 'aborted';
  return subject.thresholds.every(({ passed }) => passed) ? 'passed' : 'failed';
}

function reasonsOf(verdict: Verdict, subject: SubjectResult, { run }: MeasuredResult): string[] {
  const { validity, thresholds } = subject;
  switch (verdict) {
    case 'invalid':
      return [...validity.reasons];
    case 'aborted':
      return [
        `The run was ended early, after ${formatDuration(run.virtualSeconds * 1_000)} of ${formatDuration(run.scenarioSeconds * 1_000)}: the figures cover what there was.`,
      ];
    case 'failed':
      return thresholds.filter(({ passed }) => !passed).map(failureText);
    case 'passed':
      return [passText(thresholds.length)];
  }
}

export function failureText({ expression, actual, where }: ThresholdResult): string {
  if (actual === null) return `${expression}: nothing was measured there.`;
  const place = where.includes('[') || expression.includes('*') ? ` at ${where}` : '';
  return `${expression}: it was ${exactText(actual)}${place}.`;
}

/** Digits enough to see on which side of a limit a figure lies. */
export function exactText(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
}

function passText(count: number): string {
  if (count === 0) return 'No threshold is set: nothing could fail.';
  return count === 1 ? 'The one threshold holds.' : `All ${count} thresholds hold.`;
}
