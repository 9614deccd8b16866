/** A run's result as named outcomes: that it ran to its end and is valid, and each of its thresholds. */
import type { Result, SubjectResult, ThresholdResult } from '../measure/result.ts';
import { seenText } from './judge.ts';
import { type Outcome, type OutcomeReport, type OutcomeStatus, uniqueNames } from './outcome.ts';

export function outcomesOfResult(result: Result): OutcomeReport {
  const { run, verdict, reasons, subjects } = result;
  const subject = subjects[0]!;
  const verb = run.engine === 'live' ? 'run' : 'simulate';
  return {
    title: `sts-harness ${verb} ${run.scenario}, ${subject.name}`,
    verdict,
    summary: reasons,
    outcomes: uniqueNames([
      runOutcome(result, subject),
      ...subject.thresholds.map((threshold) => thresholdOutcome(threshold, result)),
    ]),
  };
}

/** So that a run without thresholds is a test case, too, and one that says nothing cannot pass. */
function runOutcome({ run, verdict, reasons }: Result, { name, notes }: SubjectResult): Outcome {
  const isWhole = verdict === 'passed' || verdict === 'failed';
  return {
    suite: `${run.scenario}: run`,
    name: 'the run is whole and valid',
    status: isWhole ? 'passed' : 'failed',
    message: isWhole ? `${name}, seed ${run.seed}` : `${verdict}: ${reasons[0] ?? ''}`,
    details: isWhole ? [] : [...reasons.slice(1), ...notes, `Repeat: ${run.command}`],
  };
}

function thresholdOutcome(threshold: ThresholdResult, { run, verdict }: Result): Outcome {
  const seen = seenText(threshold);
  return {
    suite: `${run.scenario}: thresholds`,
    name: threshold.expression,
    status: statusOf(threshold, verdict),
    message: verdict === 'invalid' ? `the run is invalid, so this is not told; ${seen}` : seen,
    details: threshold.passed ? [] : [`Repeat: ${run.command}`],
  };
}

/** An invalid run says nothing of its subject; of a part of a run only a failure is known. */
function statusOf(
  { passed, level, abortedAt }: ThresholdResult,
  verdict: Result['verdict'],
): OutcomeStatus {
  if (abortedAt !== undefined) return 'failed';
  if (verdict === 'invalid' || verdict === 'aborted') return 'skipped';
  if (passed) return 'passed';
  return level === 'warn' ? 'warning' : 'failed';
}
