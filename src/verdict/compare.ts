/**
 * Holds the figures of a candidate against those of a baseline: each is better, worse, the same, or
 * cannot be told.
 *
 * Virtual results are exact: of one scenario, seed and client they have to be equal, so any difference
 * is real, and told. Live ones scatter: a difference counts only where repetitions show that it is no
 * chance, and where it is large enough to matter (`sample-rule.ts`).
 */
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { DeepReadonly } from '../kernel/deep-readonly.ts';
import type { SubjectResult } from '../measure/result.ts';
import type { comparisonSchema } from './comparison-schema.ts';
import type { Contender } from './contenders.ts';
import { chosenFigures, type FigureSample, samplesOf } from './figure-samples.ts';
import { type Change, judgeSamples } from './sample-rule.ts';
import { type Direction, traitsOf } from './traits.ts';

/** Fields and their meanings are in `comparison-schema.ts`. */
export type Comparison = DeepReadonly<z.infer<typeof comparisonSchema>>;
export type ComparedFigure = Comparison['figures'][number];

export interface CompareOptions {
  /** Paths whose figures are compared, such as `totals` or `apps.checkout`; all that fit if empty. */
  readonly figures: readonly string[];
  /** Of a live figure: a relative change up to this is the same. */
  readonly toleranceShare: number;
}

/** Of two that may be compared: `contenders.ts` sees to that. */
export function compare(
  baseline: Contender,
  candidate: Contender,
  { figures, toleranceShare }: CompareOptions,
): Comparison {
  const isExact = [baseline, candidate].every(({ run }) => run.engine === 'virtual');
  const before = samplesOf(baseline);
  const after = samplesOf(candidate);
  const paths = chosenFigures(new Set([...before.keys(), ...after.keys()]), { figures, isExact });
  const judged = paths.filter((path) => directionOf(path) !== 'neither').length;
  const compared = paths.map((path): ComparedFigure => {
    const one = before.get(path);
    const other = after.get(path);
    const better = directionOf(path);
    return {
      path,
      better,
      baseline: one?.mean ?? null,
      candidate: other?.mean ?? null,
      change: isExact
        ? exactChange(one, other, better)
        : judgeSamples(one, other, {
            path,
            better,
            toleranceShare,
            judged,
            times: leastTimes(path, before, after),
          }),
    };
  });
  return {
    schemaVersion: 1,
    rule: isExact ? 'exact' : 'repetitions',
    baseline: sideOf(baseline),
    candidate: sideOf(candidate),
    verdict: verdictOf(compared),
    figures: compared,
    notes: notesOf(baseline, candidate, isExact),
  };
}

/** The end of a path says it; what stands before it in brackets has no part in it. */
function directionOf(path: string): Direction {
  return traitsOf(path.split('.'))?.better ?? 'neither';
}

/** Of how many a time was taken stands beside it, as `count`. */
function leastTimes(
  path: string,
  ...sides: readonly ReadonlyMap<string, FigureSample>[]
): number | undefined {
  const beside = path.replace(/\.\w+$/, '.count');
  const counts = sides.map((side) => side.get(beside)?.mean).filter((count) => count !== undefined);
  return counts.length === 0 ? undefined : Math.min(...counts);
}

function exactChange(
  before: FigureSample | undefined,
  after: FigureSample | undefined,
  better: Direction,
): Change {
  if (before?.mean === after?.mean) return 'same';
  if (better === 'neither' || before === undefined || after === undefined) return 'changed';
  if (better === 'equal') return 'worse';
  return after.mean < before.mean === (better === 'smaller') ? 'better' : 'worse';
}

function verdictOf(figures: readonly ComparedFigure[]): Comparison['verdict'] {
  for (const change of ['worse', 'better', 'untold'] as const) {
    if (figures.some((figure) => figure.change === change)) return change;
  }
  return 'same';
}

function sideOf({ run, subject }: Contender): Comparison['baseline'] {
  return {
    runId: run.id,
    scenario: run.scenario,
    subject: subject.name,
    version: run.environment.version,
    repetitions: subject.repetitions?.length ?? 1,
  };
}

/** Below the figures: they can be equal, and these differ. */
const DETAILS = [
  'errors',
  'timeline',
  'histograms',
  'claims',
] as const satisfies readonly (keyof SubjectResult)[];

function notesOf(baseline: Contender, candidate: Contender, isExact: boolean): string[] {
  const notes: string[] = [];
  const [old, now] = [baseline, candidate].map(({ run }) => run.environment.version);
  if (old !== now) {
    notes.push(`The baseline was made by sts-harness ${old}, the candidate by ${now}.`);
  }
  // A baseline that was accepted has no timeline.
  const isKept = (part: (typeof DETAILS)[number]) =>
    part !== 'timeline' ||
    [baseline, candidate].every(({ subject }) => subject.timeline.length > 0);
  const differing = DETAILS.filter(
    (part) => isKept(part) && !isDeepStrictEqual(baseline.subject[part], candidate.subject[part]),
  );
  if (isExact && differing.length > 0) {
    notes.push(`Different in the details, too: ${differing.join(', ')}.`);
  }
  return notes;
}
