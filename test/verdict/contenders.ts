/** Sides of a comparison: a subject with given figures, simulated or repeated live. */
import { withRepetitions } from '../../src/measure/repetitions.ts';
import type { Result, SubjectResult } from '../../src/measure/result.ts';
import type { Contender } from '../../src/verdict/contenders.ts';
import { resultOf, subjectOf } from '../measure/documents.ts';

export function simulated(
  figures: Partial<SubjectResult> = {},
  run: Partial<Result['run']> = {},
): Contender {
  return { ...live([figures], run), run: { ...header(run), engine: 'virtual', ...run } };
}

/** One repetition for each of the figures. */
export function live(
  figures: readonly Partial<SubjectResult>[],
  run: Partial<Result['run']> = {},
): Contender {
  return {
    file: 'result.json',
    run: header(run),
    subject: withRepetitions(figures.map((each) => subjectOf('reference', each))),
  };
}

function header(run: Partial<Result['run']>): Result['run'] {
  return { ...resultOf([]).run, ...run };
}
