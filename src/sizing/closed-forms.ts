/**
 * Closed forms of calls that fall into seconds at random. They tell where a search begins, and what a
 * simulated figure is held against; they never take its place.
 *
 * N calls that are spread uniformly over J seconds come close to J independent Poisson counts of mean
 * N / J. The chance that one of them exceeds a quota of Q is 1 - (1 - P[Poisson(N / J) > Q])^J, a little
 * more than that of N draws into J cells: it errs on the safe side.
 */
import { logPoisson } from '../kernel/count-chances.ts';
import { exp, log1p } from '../kernel/portable-math.ts';

export interface Spread {
  readonly calls: number;
  readonly seconds: number;
}

/** P(X > count) for a Poisson count. */
export function poissonTail(mean: number, count: number): number {
  if (mean <= 0) return 0;
  let tail = 0;
  for (let k = count + 1; ; k += 1) {
    const term = exp(logPoisson(k, mean));
    tail += term;
    if (k > mean && term <= tail * 1e-16) return Math.min(1, tail);
  }
}

/** The chance that some second of the spread has more calls than the quota. */
export function excessChance({ calls, seconds }: Spread, quotaPerSecond: number): number {
  return 1 - exp(seconds * log1p(-poissonTail(calls / seconds, quotaPerSecond)));
}

/** Smallest quota that some second exceeds with at most this chance, the seconds having these means. */
export function quotaForMeans(means: Iterable<number>, chanceMax: number): number {
  // There are many seconds, and few means that differ by more than a thousandth.
  const seconds = new Map<number, number>();
  let highest = 0;
  for (const mean of means) {
    const rounded = Math.ceil(mean * MEANS_PER_CALL) / MEANS_PER_CALL;
    seconds.set(rounded, (seconds.get(rounded) ?? 0) + 1);
    highest = Math.max(highest, mean);
  }
  if (highest === 0) return 0;
  const isEnough = (quotaPerSecond: number) => {
    let none = 0;
    for (const [mean, count] of seconds) none += count * log1p(-poissonTail(mean, quotaPerSecond));
    return 1 - exp(none) <= chanceMax;
  };
  let high = Math.ceil(highest);
  while (!isEnough(high)) high *= 2;
  return leastWhole(0, high, isEnough);
}

const MEANS_PER_CALL = 1_000;

/** Smallest quota for so many calls, each at a random instant; less than a second of spread is none. */
export function quotaForSpread(spread: Spread, chanceMax: number): number {
  const { calls, seconds } = spread;
  if (seconds <= 1) return Math.max(1, calls);
  let high = Math.max(1, Math.ceil(calls / seconds));
  while (excessChance(spread, high) > chanceMax) high *= 2;
  return Math.min(
    Math.max(1, calls),
    leastWhole(0, high, (quota) => excessChance(spread, quota) <= chanceMax),
  );
}

/** Less than one refresh in a thousand exceeds the quota. */
const CHANCE_MAX = 1e-3;
const SECONDS_PRECISION = 1e-3;

/**
 * Seconds over which so many processes must spread a refresh that falls due for all of them together,
 * so that some second of it exceeds the quota with at most `chanceMax`: about 1.5 N / Q. 0 where the
 * quota takes all of them at once.
 */
export function jitterSecondsFor(need: {
  readonly processes: number;
  readonly quotaPerSecond: number;
  readonly chanceMax?: number;
}): number {
  const { processes, quotaPerSecond, chanceMax = CHANCE_MAX } = need;
  if (processes <= quotaPerSecond) return 0;
  const isEnough = (seconds: number) =>
    excessChance({ calls: processes, seconds }, quotaPerSecond) <= chanceMax;
  let low = processes / quotaPerSecond;
  let high = 2 * low;
  while (!isEnough(high)) {
    low = high;
    high *= 2;
  }
  while (high - low > SECONDS_PRECISION * high) {
    const middle = (low + high) / 2;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Smallest whole number above `low` and up to `high` that holds, where `high` is known to. */
export function leastWhole(
  low: number,
  high: number,
  holds: (candidate: number) => boolean,
): number {
  let below = low;
  let above = high;
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return above;
}
