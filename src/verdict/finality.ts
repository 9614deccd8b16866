/**
 * Whether a threshold that fails in the middle of a run has failed for good. A count of calls above
 * its limit never comes down again; a percentile may.
 */

import type { Path } from '../measure/figures.ts';
import type { Operator } from './expression.ts';
import { traitsOf } from './traits.ts';

interface Bound {
  readonly path: Path;
  readonly operator: Operator;
  readonly value: number;
}

/** Whether any failure of it could be for good. */
export function canFailForGood({ path, operator }: Omit<Bound, 'value'>): boolean {
  const course = traitsOf(path)?.course;
  if (operator === '!=') return false;
  const isUpper = operator === '<' || operator === '<=';
  const isLower = operator === '>' || operator === '>=';
  return (course === 'grows' && !isLower) || (course === 'falls' && !isUpper);
}

/** Whether this figure, for which it does not hold, will not come right again. */
export function failsForGood(bound: Bound, actual: number): boolean {
  if (!canFailForGood(bound)) return false;
  if (bound.operator !== '==') return true;
  // On its way to the value, it is not there yet.
  return traitsOf(bound.path)?.course === 'grows' ? actual > bound.value : actual < bound.value;
}
