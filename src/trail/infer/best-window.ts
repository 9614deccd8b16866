/** The stretch of lags whose pairs exceed those of chance by the most standard deviations. */

/** By lag: pairs beyond those of chance, and how much chance lets that vary. */
export interface Surplus {
  readonly pairs: Float64Array;
  readonly variance: Float64Array;
}

/** Of the surplus, at either end. */
const EDGE_SHARE = 0.05;

export interface BestWindow {
  /** First and last index of nine tenths of the surplus. */
  readonly from: number;
  readonly to: number;
  /** Of the indices, weighted by the surplus. */
  readonly mean: number;
  readonly surplus: number;
  readonly z: number;
}

/**
 * From lag `first` on. A rate that changes over the day makes pairs of all lags more frequent alike:
 * what half of the lags have is taken off all of them.
 */
export function bestWindow(counts: Surplus, first: number): BestWindow | undefined {
  const { pairs, variance } = counts;
  const shared = medianRatio(counts, first);
  const surplus = prefixSums(pairs.map((count, i) => count - shared * variance[i]!));
  const noise = prefixSums(variance.map((count) => Math.max(1, 1 + shared) * count));
  const widthMax = Math.ceil(pairs.length / 2);
  let best: Pick<BestWindow, 'from' | 'to' | 'z'> | undefined;
  for (let from = first; from < pairs.length; from += 1) {
    for (let to = from; to < pairs.length && to < from + widthMax; to += 1) {
      const above = surplus[to + 1]! - surplus[from]!;
      const z = above / Math.sqrt(1 + noise[to + 1]! - noise[from]!);
      if (best === undefined || z > best.z) best = { from, to, z };
    }
  }
  if (best === undefined) return undefined;
  return { z: best.z, ...trimmed(surplus, best) };
}

/** Of the surplus in it nine tenths, so that a few odd pairs at its ends do not stretch it. */
function trimmed(
  surplus: Float64Array,
  { from, to }: { readonly from: number; readonly to: number },
): Omit<BestWindow, 'z'> {
  const before = surplus[from]!;
  const all = surplus[to + 1]! - before;
  let [low, high, weighted] = [to, from, 0];
  for (let i = from; i <= to; i += 1) {
    const share = (surplus[i + 1]! - before) / all;
    if (share >= EDGE_SHARE) low = Math.min(low, i);
    if (share <= 1 - EDGE_SHARE) high = Math.max(high, i + 1);
    weighted += (surplus[i + 1]! - surplus[i]!) * i;
  }
  return { from: low, to: Math.max(low, Math.min(high, to)), surplus: all, mean: weighted / all };
}

function medianRatio({ pairs, variance }: Surplus, first: number): number {
  const ratios = Array.from(pairs.subarray(first), (count, i) => {
    const chance = variance[first + i]!;
    return chance === 0 ? 0 : count / chance;
  });
  ratios.sort((a, b) => a - b);
  return ratios[Math.floor(ratios.length / 2)] ?? 0;
}

function prefixSums(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i += 1) sums[i + 1] = sums[i]! + values[i]!;
  return sums;
}
