/**
 * The smallest quota for an objective that tolerates something, by simulation. The objective is taken to
 * hold for every quota above one for which it holds; two quotas above the answer are looked at, and it is
 * said where that was not so.
 *
 * All seeds have to hold in the end. Bisection goes by the few that are hardest to please, and the others
 * are asked what it comes to: those that fail become the hardest.
 */
import type { Stage } from './situations.ts';
import type { Algorithm, Scope } from './size-report.ts';
import type { Sizing } from './sizing.ts';
import type { Trials } from './trials.ts';

export interface Search {
  readonly stage: Stage;
  readonly scope: Scope;
  readonly limiter: Algorithm;
  readonly sizing: Sizing;
  readonly trials: Trials;
  /** Holds: no call is throttled with it. Null: there is no such quota. */
  readonly high: number | null;
}

export interface Found {
  readonly quotaPerSecond: number | null;
  readonly isMonotone: boolean;
}

const HARDEST = 4;
/** Of the answer. */
const LOOKS_ABOVE = [1.1, 1.3];

export async function leastQuotaThatHolds(search: Search): Promise<Found> {
  const { high } = search;
  if (high === null || high === 0) return { quotaPerSecond: high, isMonotone: true };
  const all = Array.from({ length: search.sizing.options.replications }, (_, index) => index);
  let hardest = all.slice(0, HARDEST);
  let low = 0;
  for (;;) {
    const quotaPerSecond = await bisect(search, { low, high, seeds: hardest });
    const failing = await failingAt(search, quotaPerSecond, all);
    if (failing.length === 0) {
      return { quotaPerSecond, isMonotone: await holdsAbove(search, quotaPerSecond, hardest) };
    }
    hardest = failing;
    low = quotaPerSecond;
  }
}

/** Smallest quota above `low` for which the seeds hold. */
async function bisect(
  search: Search,
  { low, high, seeds }: { low: number; high: number; seeds: readonly number[] },
): Promise<number> {
  let below = low;
  let above = high;
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if ((await failingAt(search, middle, seeds)).length === 0) above = middle;
    else below = middle;
  }
  return above;
}

async function holdsAbove(
  search: Search,
  quotaPerSecond: number,
  seeds: readonly number[],
): Promise<boolean> {
  for (const factor of LOOKS_ABOVE) {
    const look = Math.max(quotaPerSecond + 1, Math.round(factor * quotaPerSecond));
    if (look >= search.high!) break;
    if ((await failingAt(search, look, seeds)).length > 0) return false;
  }
  return true;
}

async function failingAt(
  { stage, scope, limiter, sizing, trials, high }: Search,
  quotaPerSecond: number,
  seeds: readonly number[],
): Promise<number[]> {
  // No call is throttled there: the simulation without a quota, which holds.
  if (quotaPerSecond >= high!) return [];
  sizing.crew.expect(seeds.length);
  const replies = await trials.all(
    'search',
    seeds.map((index) => ({ stage, scope, limiter, quotaPerSecond, index })),
  );
  return seeds.filter((_, i) => !replies[i]!.holds);
}
