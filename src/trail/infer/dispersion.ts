/**
 * The refresh interval of clients that are spread over it and share a name. In any stretch as long as
 * their interval each client calls once, whoever they are: the counts of such stretches hardly vary,
 * where those of calls by chance vary as much as their mean. The length at which variance over mean is
 * least is the mean interval; how wide the interval is does not show.
 */
import { exp, log } from '../../kernel/portable-math.ts';
import type { LagTerms } from './lag-window.ts';

export interface LeastDispersion {
  /** Seconds. */
  readonly interval: number;
  /** Variance over mean of the counts; 1 for chance. */
  readonly ratio: number;
}

const LENGTHS_OF_LIFETIME = 120;
const LENGTH_FACTOR_MAX = 1.1;
const LENGTH_SECONDS_MIN = 60;
/** Standard deviations below what chance gives. */
const Z_MAX = -4;

/** `calls` by second over all that is covered. */
export function leastDispersion(
  calls: Uint32Array,
  { lifetimeSeconds }: Pick<LagTerms, 'lifetimeSeconds'>,
): LeastDispersion | undefined {
  const sums = prefixSums(calls);
  const step = Math.max(1, Math.round(lifetimeSeconds / LENGTHS_OF_LIFETIME));
  const lengthMax = LENGTH_FACTOR_MAX * lifetimeSeconds;
  const tried: LeastDispersion[] = [];
  for (let length = LENGTH_SECONDS_MIN; length <= lengthMax; length += step) {
    if (2 * length > calls.length) break;
    tried.push({ interval: length, ratio: dispersion(sums, length) });
  }
  const [first, ...others] = tried;
  if (first === undefined) return undefined;
  const least = others.reduce((best, each) => (each.ratio < best.ratio ? each : best), first);
  if (deviations(least.ratio, calls.length / least.interval) > Z_MAX) return undefined;
  // Two intervals hold two calls of each client, and vary as little.
  const half = others.find(({ interval }) => Math.abs(2 * interval - least.interval) <= step);
  return half !== undefined && half.ratio <= 2 * least.ratio ? half : least;
}

function dispersion(sums: Float64Array, length: number): number {
  const stretches = sums.length - length;
  let [sum, squares] = [0, 0];
  for (let at = 0; at < stretches; at += 1) {
    const count = sums[at + length]! - sums[at]!;
    sum += count;
    squares += count * count;
  }
  const mean = sum / stretches;
  return mean === 0 ? 1 : (squares / stretches - mean * mean) / mean;
}

/**
 * Of a variance over mean of so many independent counts, for chance: chi-square by its degrees of
 * freedom, whose cube root is nearly normal (Wilson and Hilferty).
 */
function deviations(ratio: number, stretches: number): number {
  const spread = 2 / (9 * Math.max(1, stretches - 1));
  const root = ratio <= 0 ? 0 : exp(log(ratio) / 3);
  return (root - (1 - spread)) / Math.sqrt(spread);
}

function prefixSums(calls: Uint32Array): Float64Array {
  const sums = new Float64Array(calls.length + 1);
  for (let i = 0; i < calls.length; i += 1) sums[i + 1] = sums[i]! + calls[i]!;
  return sums;
}
