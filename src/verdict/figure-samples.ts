/** The figures of one side of a comparison by path, with what is known of their scatter. */

import { badInput } from '../kernel/errors.ts';
import { type Mean, meanOf } from '../kernel/mean.ts';
import { nearest } from '../kernel/nearest.ts';
import { figuresOf, pathText } from '../measure/figures.ts';
import type { Contender } from './contenders.ts';

export interface FigureSample extends Mean {
  /** The same in every repetition, because virtual time knows no chance but the seed. */
  readonly isExact: boolean;
}

const OVER_SEEDS = 'mean over seeds: ';

export function samplesOf({ run, subject }: Contender): Map<string, FigureSample> {
  const isExact = run.engine === 'virtual';
  const samples = new Map<string, FigureSample>();
  for (const { path, value } of figuresOf(subject)) {
    const text = pathText(path);
    const values = subject.repetitions?.map(({ figures }) => figures[text]) ?? [value];
    // One that is missing in a repetition is no figure of this run.
    const known = values.filter((each) => each !== undefined);
    if (known.length === values.length) samples.set(text, { ...meanOf(known), isExact });
  }
  for (const [path, { mean }] of Object.entries(subject.replications?.figures ?? {})) {
    samples.set(`${OVER_SEEDS}${path}`, { ...meanOf([mean]), isExact });
  }
  return samples;
}

/**
 * What is compared where nobody chose. Of virtual results all; of live ones the whole subject's, since
 * with every further figure that is judged, each has to be surer.
 */
const LIVE_FIGURES = ['totals', 'latency', 'quotas'];

/** Throws HarnessError `FLAG_INVALID` where a chosen path names no figure. */
export function chosenFigures(
  all: ReadonlySet<string>,
  { figures, isExact }: { readonly figures: readonly string[]; readonly isExact: boolean },
): string[] {
  const paths = [...all];
  const isBelow = (path: string, chosen: string) =>
    path === chosen || path.startsWith(`${chosen}.`) || path.startsWith(`${chosen}[`);
  for (const chosen of figures) {
    if (paths.some((path) => isBelow(path, chosen))) continue;
    const meant = nearest(chosen, stemsOf(paths));
    const allowed =
      meant === undefined
        ? 'a path in the result, such as totals.stalls'
        : `did you mean ${meant}?`;
    throw badInput('FLAG_INVALID', [{ file: '--figures', path: '', found: chosen, allowed }]);
  }
  const chosen = figures.length > 0 ? figures : isExact ? [] : LIVE_FIGURES;
  if (chosen.length === 0) return paths;
  return paths.filter((path) => chosen.some((each) => isBelow(path, each)));
}

/** Every path and all that it lies below. */
function stemsOf(paths: readonly string[]): Set<string> {
  return new Set(
    paths.flatMap((path) =>
      [...path.matchAll(/\.|\[(?=")|$/g)].map(({ index }) => path.slice(0, index)),
    ),
  );
}
