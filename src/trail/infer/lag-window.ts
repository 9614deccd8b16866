/**
 * The refresh interval where calls cannot be told apart by client: the lags between all pairs of calls.
 * Whoever calls now calls again one interval later, so lags of that length come more often than chance
 * has it, for each call one, while all other pairs make an even background. The stretch of lags whose
 * surplus is the least likely by chance is the range of the interval.
 *
 * It needs no more than a few intervals of data, however many clients there are: surplus and noise
 * both grow with the number of calls.
 */
import { bestWindow, type Surplus } from './best-window.ts';

export interface LagWindow {
  /** Seconds. */
  readonly from: number;
  readonly to: number;
  readonly mean: number;
  /** Standard deviations of chance that the surplus has. */
  readonly z: number;
}

export interface LagTerms {
  /** Epoch seconds that are covered. */
  readonly from: number;
  readonly to: number;
  readonly lifetimeSeconds: number;
}

/** Lags are counted in steps of this share of the lifetime: five seconds of an hour. */
const STEPS_OF_LIFETIME = 720;
/** Clients that refresh on demand may be later than the end of the credential. */
const LAG_FACTOR_MAX = 1.1;
const LAG_SECONDS_MIN = 60;
const Z_MIN = 6;
/** Surplus pairs per call; a client that is always there makes one. */
const SURPLUS_MIN = 0.3;

/** Each series is the calls of those who cannot be told apart, in order. */
export function lagWindow(
  series: readonly (readonly number[])[],
  terms: LagTerms,
): LagWindow | undefined {
  const step = Math.max(1, Math.round(terms.lifetimeSeconds / STEPS_OF_LIFETIME));
  const lagMax = Math.floor((LAG_FACTOR_MAX * terms.lifetimeSeconds) / step);
  const steps = Math.ceil((terms.to - terms.from + 1) / step);
  const surplus: Surplus = {
    pairs: new Float64Array(lagMax + 1),
    variance: new Float64Array(lagMax + 1),
  };
  let calls = 0;
  for (const seconds of series) {
    addPairs(binned(seconds, terms.from, step), steps, surplus);
    calls += seconds.length;
  }
  const best = bestWindow(surplus, Math.ceil(LAG_SECONDS_MIN / step));
  if (best === undefined || best.z < Z_MIN) return undefined;
  if (best.surplus < SURPLUS_MIN * calls * (1 - best.mean / steps)) return undefined;
  return {
    from: (best.from - 0.5) * step,
    to: (best.to + 0.5) * step,
    mean: best.mean * step,
    z: best.z,
  };
}

interface Bin {
  readonly index: number;
  calls: number;
}

function binned(seconds: readonly number[], from: number, step: number): Bin[] {
  const bins: Bin[] = [];
  for (const second of seconds) {
    const index = Math.floor((second - from) / step);
    const last = bins.at(-1);
    if (last?.index === index) last.calls += 1;
    else bins.push({ index, calls: 1 });
  }
  return bins;
}

/**
 * Pairs of counts as they differ from the mean, for each lag: so the chance that moves a single count
 * is not taken for pairs. For calls by chance their variance is the square of the mean, each time.
 */
function addPairs(bins: readonly Bin[], steps: number, { pairs, variance }: Surplus): void {
  const lagMax = pairs.length - 1;
  for (let i = 0; i < bins.length; i += 1) {
    const one = bins[i]!;
    for (let j = i + 1; j < bins.length; j += 1) {
      const other = bins[j]!;
      const lag = other.index - one.index;
      if (lag > lagMax) break;
      pairs[lag]! += one.calls * other.calls;
    }
  }
  const all = bins.reduce((sum, { calls }) => sum + calls, 0);
  const mean = all / steps;
  const before = callsBefore(bins, steps);
  for (let lag = 1; lag <= lagMax && lag < steps; lag += 1) {
    const inPairs = before[steps - lag]! + all - before[lag]!;
    pairs[lag]! += (steps - lag) * mean * mean - mean * inPairs;
    variance[lag]! += (steps - lag) * mean * mean;
  }
}

/** Calls in bins before each index. */
function callsBefore(bins: readonly Bin[], steps: number): Float64Array {
  const before = new Float64Array(steps + 1);
  for (const { index, calls } of bins) if (index >= 0 && index < steps) before[index + 1]! += calls;
  for (let i = 0; i < steps; i += 1) before[i + 1]! += before[i]!;
  return before;
}
