/**
 * When a live figure is better or worse. Two conditions, both needed: the repetitions show that the
 * difference is no chance, and it is larger than a floor, relative or absolute.
 *
 * Chance: Welch's interval of the difference of the means. With many figures one of them will always
 * look odd, so each is held to a confidence of 95 % for all of them together (Bonferroni). A figure that
 * was the same in every repetition of both sides is told by the floors alone.
 *
 * A time is better or worse only where enough calls took it: the median of the two calls of a client that
 * caches is the time of its first connections, and that of a client that calls for every request is not.
 */
import { differenceOfMeans } from '../kernel/mean.ts';
import type { FigureSample } from './figure-samples.ts';
import { type Unit, unitOf } from './metrics.ts';
import type { Direction } from './traits.ts';

/** `changed`: differs, and that is neither good nor bad. `untold`: too few repetitions or calls to say. */
export type Change = 'better' | 'worse' | 'same' | 'changed' | 'untold';

/** Fewer say nothing of the scatter. */
export const REPETITIONS_MIN = 3;
/** Of a repetition, in the mean. */
const TIMES_MIN = 10;
const CONFIDENCE = 0.95;

/** A smaller difference does not matter to anybody, whatever its share. */
const FLOORS: Readonly<Record<Unit, number>> = {
  ms: 1,
  seconds: 0.05,
  perSecond: 0.5,
  count: 0.5,
  share: 0.001,
};

export interface SampleRule {
  readonly path: string;
  readonly better: Direction;
  readonly toleranceShare: number;
  /** So many figures are judged together. */
  readonly judged: number;
  /** The least calls or requests of a side, of which the figure is a time; undefined for other figures. */
  readonly times?: number | undefined;
}

export function judgeSamples(
  before: FigureSample | undefined,
  after: FigureSample | undefined,
  { path, better, toleranceShare, judged, times = TIMES_MIN }: SampleRule,
): Change {
  if (before === undefined || after === undefined) return before === after ? 'same' : 'changed';
  if (better === 'neither') return before.mean === after.mean ? 'same' : 'changed';
  if (![before, after].every(isEnough)) return 'untold';
  const floor = Math.max(toleranceShare * Math.abs(before.mean), FLOORS[unitOf(path.split('.'))]);
  const { low, high } = differenceOfMeans(before, after, 1 - (1 - CONFIDENCE) / judged);
  const difference = after.mean - before.mean;
  const isReal = low > 0 || high < 0;
  if (isReal && Math.abs(difference) > floor) {
    if (times < TIMES_MIN) return 'untold';
    if (better === 'equal') return 'worse';
    return difference < 0 === (better === 'smaller') ? 'better' : 'worse';
  }
  return low >= -floor && high <= floor ? 'same' : 'untold';
}

function isEnough({ count, isExact }: FigureSample): boolean {
  return isExact || count >= REPETITIONS_MIN;
}
