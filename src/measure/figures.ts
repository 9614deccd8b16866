/**
 * Every figure of a subject by its path, as one list: what several seeds, several repetitions and a
 * comparison are made of.
 */
import type { SubjectResult } from './result.ts';

/** Keys from the subject to a number: `['apps', 'checkout', 'totals', 'stalls', 'requests']`. */
export type Path = readonly string[];

export interface Figure {
  readonly path: Path;
  readonly value: number;
}

/** `roles["acs:ram::1:role/a"].totals.stalls.requests`. */
export function pathText(path: Path): string {
  return path
    .map((segment, index) => {
      if (!/^([\w-]+|\*)$/.test(segment)) return `["${segment}"]`;
      return index === 0 ? segment : `.${segment}`;
    })
    .join('');
}

/** What was not measured is left out: a null, and the times of no request. */
export function* figuresOf(subject: SubjectResult): Iterable<Figure> {
  for (const part of PARTS) yield* numbersIn([part], subject[part]);
  for (const { scope, key, ...figures } of subject.quotas) {
    yield* numbersIn(['quotas', scope, key], figures);
  }
}

const PARTS = [
  'totals',
  'latency',
  'phases',
  'windows',
  'apps',
  'roles',
  'processes',
  'refreshesInFlightMax',
  'fastForward',
  'validity',
] as const;

function* numbersIn(path: Path, node: unknown): Iterable<Figure> {
  if (typeof node === 'number') yield { path, value: node };
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
  const isOfNothing = 'count' in node && node.count === 0;
  for (const [key, child] of Object.entries(node)) {
    if (!isOfNothing || key === 'count') yield* numbersIn([...path, key], child);
  }
}
