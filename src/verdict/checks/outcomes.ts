/** A report on a client as outcomes, for what continuous integration reads. */
import type { Outcome, OutcomeReport } from '../outcome.ts';
import type { CheckedPromise, CheckReport } from './report.ts';
import { seenText, toldCases } from './told-cases.ts';

export function outcomesOfChecks(report: CheckReport): OutcomeReport {
  const { client, verdict, counts, checks } = report;
  return {
    title: `sts-harness check ${client}`,
    verdict,
    summary: [countsText(counts)],
    outcomes: checks.map((check) => outcomeOf(check, `${client}: ${check.family}`)),
  };
}

/** `52 passed, 3 failed, 1 skipped` */
export function countsText({ passed, failed, skipped }: CheckReport['counts']): string {
  const rest = [
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
  ];
  return [`${passed} passed`, ...rest].join(', ');
}

function outcomeOf(check: CheckedPromise, suite: string): Outcome {
  const { name, status, proves, why } = check;
  const told = toldCases(check, status);
  const details =
    status === 'failed'
      ? [...told.map(({ wanted }) => `wanted: ${wanted}`), `proves: ${proves}`, `why: ${why}`]
      : [`proves: ${proves}`];
  return { suite, name, status, message: told.map(seenText).join('; '), details };
}
