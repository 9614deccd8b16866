/** `sts-harness compare <baseline> [candidate]`. */
import { badInput, EXIT } from '../kernel/errors.ts';
import { parseShare } from '../kernel/units.ts';
import type { Result } from '../measure/result.ts';
import { readResult } from '../measure/result-file.ts';
import { renderComparison } from '../report/comparison-lines.ts';
import { OUTCOME_FORMATS, renderOutcomes } from '../report/formats.ts';
import { compare as compareFigures } from '../verdict/compare.ts';
import { outcomesOfComparison } from '../verdict/comparison-outcomes.ts';
import { ALLOWANCES, type Contender, contender, refuseUnlike } from '../verdict/contenders.ts';
import { namesIn } from './flags.ts';
import { formatNamed, reportFiles, tellGithub, writeReports } from './reports.ts';
import { terminalLook } from './summary.ts';

export interface CompareFlags {
  readonly subject?: string;
  readonly allow?: readonly string[];
  readonly figures?: string;
  readonly tolerance: string;
  readonly report?: readonly string[];
  readonly json?: boolean;
}

export async function compare(
  baselinePath: string,
  candidatePath: string | undefined,
  flags: CompareFlags,
): Promise<number> {
  const reports = await reportFiles(flags.report, OUTCOME_FORMATS);
  const allowed = (flags.allow ?? []).map((name) => formatNamed('--allow', name, ALLOWANCES));
  const toleranceShare = shareOf('--tolerance', flags.tolerance);
  const sides =
    candidatePath === undefined
      ? await withinOne(baselinePath, flags)
      : await ofTwo(baselinePath, candidatePath, flags);
  const isOne = candidatePath === undefined;
  refuseUnlike(sides.baseline, sides.candidate, isOne ? [...allowed, 'subject'] : allowed);
  const figures = namesIn(flags.figures, '--figures');
  const comparison = compareFigures(sides.baseline, sides.candidate, { figures, toleranceShare });
  const outcomes = outcomesOfComparison(comparison);
  process.stdout.write(
    flags.json === true
      ? `${JSON.stringify(comparison, null, 2)}\n`
      : renderComparison(comparison, terminalLook()),
  );
  await writeReports(reports, (format) => renderOutcomes(format, outcomes));
  await tellGithub(outcomes);
  return comparison.verdict === 'worse' ? EXIT.worseThanBaseline : EXIT.passed;
}

interface Sides {
  readonly baseline: Contender;
  readonly candidate: Contender;
}

async function ofTwo(
  baselinePath: string,
  candidatePath: string,
  { subject }: CompareFlags,
): Promise<Sides> {
  const [before, after = before] = namesIn(subject);
  const [baseline, candidate] = [await readResult(baselinePath), await readResult(candidatePath)];
  return {
    baseline: contender(baselinePath, baseline, before),
    candidate: contender(candidatePath, candidate, after),
  };
}

/** Two subjects of one run: the one under test is the candidate, the next one the baseline. */
async function withinOne(path: string, { subject }: CompareFlags): Promise<Sides> {
  const result = await readResult(path);
  const [before = secondOf(path, result), after] = namesIn(subject);
  return {
    baseline: contender(path, result, before),
    candidate: contender(path, result, after),
  };
}

function secondOf(file: string, { subjects }: Result): string {
  const second = subjects[1];
  if (second !== undefined) return second.name;
  throw badInput('RESULT_ALONE', [
    {
      file,
      path: 'subjects',
      found: 'one subject',
      allowed: 'a second result to compare it with, or a run of two subjects',
    },
  ]);
}

function shareOf(flag: string, text: string): number {
  const share = parseShare(text);
  if (share !== undefined && share <= 1) return share;
  const allowed = 'a share such as 5% or 0.05';
  throw badInput('FLAG_INVALID', [{ file: flag, path: '', found: `"${text}"`, allowed }]);
}
