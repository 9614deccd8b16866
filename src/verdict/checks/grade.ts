/** Findings to a report. */
import type { Observed } from '../../measure/observed.ts';
import type { CheckCase, ClientCheck, Finding, PlayedCase } from './check.ts';
import type { CheckLimits } from './limits.ts';
import { FAMILIES } from './registry.ts';
import type { CheckedCase, CheckedPromise, CheckReport } from './report.ts';
import { counted, instant } from './words.ts';

/** A script that has to be played, and whose it is. */
export interface PlannedCase {
  readonly check: string;
  readonly case: CheckCase;
}

/** The scripts that the chosen checks are judged by: those of all, where one judges all. */
export function plannedCases(
  chosen: readonly ClientCheck[],
  all: readonly ClientCheck[],
  limits: CheckLimits,
): PlannedCase[] {
  const played = chosen.some(({ kind }) => kind === 'sweeping') ? all : chosen;
  return played.flatMap((check) =>
    check.kind === 'sweeping'
      ? []
      : check.cases(limits).map((one) => ({ check: check.name, case: one })),
  );
}

export function grade(
  chosen: readonly ClientCheck[],
  played: readonly PlayedCase[],
  about: Pick<CheckReport, 'client' | 'seed' | 'limits'>,
): CheckReport {
  const checks = chosen.map((check) => graded(check, played, about.limits));
  const count = (status: CheckedPromise['status']) =>
    checks.filter((check) => check.status === status).length;
  const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
  const verdict = counts.failed > 0 ? 'failed' : 'passed';
  return { schemaVersion: 1, ...about, verdict, counts, checks };
}

function graded(
  check: ClientCheck,
  played: readonly PlayedCase[],
  limits: CheckLimits,
): CheckedPromise {
  const { name, proves, why } = check;
  const family = FAMILIES.find(({ checks }) => checks.includes(check))?.title ?? '';
  const cases =
    check.kind === 'sweeping'
      ? [checkedCase('', check.judge(played))]
      : check.cases(limits).map((one) => {
          const { seen } = played.find((each) => each.check === name && each.case === one.name)!;
          return checkedCase(one.name, toTheEnd(seen, one.judge(seen)));
        });
  return { name, family, proves, why, status: statusOf(cases), cases };
}

/** Nobody passes by calling so often that the script had to be ended. */
function toTheEnd({ isCut, calls, endedAtMs }: Observed, found: Finding): Finding {
  if (!isCut || found.status !== 'passed') return found;
  return {
    status: 'failed',
    seen: `${counted(calls.length, 'call')} until ${instant(endedAtMs)}, where the script was ended for it`,
    wanted: 'so few AssumeRole calls that the script can be played to its end',
  };
}

function checkedCase(name: string, finding: Finding): CheckedCase {
  if (finding.status === 'skipped') {
    return { name, status: 'skipped', seen: finding.reason, wanted: '' };
  }
  return { name, ...finding };
}

/** A check fails with one of its cases; it is skipped where all of them are. */
function statusOf(cases: readonly CheckedCase[]): CheckedPromise['status'] {
  if (cases.some(({ status }) => status === 'failed')) return 'failed';
  return cases.some(({ status }) => status === 'passed') ? 'passed' : 'skipped';
}
