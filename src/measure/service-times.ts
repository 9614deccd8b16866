/**
 * The service times of many requests at once, as counts by histogram bucket: the same distribution
 * as of that many draws, at the price of the buckets. A count is split over the buckets by one
 * binomial draw each, given what the buckets before it have taken.
 */
import { binomial } from '../kernel/counts.ts';
import { cdfOf, type Distribution, drawerOf } from '../kernel/distribution.ts';
import type { Rng } from '../kernel/rng.ts';
import { bucketOf, HIGHEST_US, lowestUsOf } from './log-linear.ts';

/** So few are drawn one by one. */
const SINGLY_MAX = 4_096;
const US_PER_MS = 1_000;

export class ServiceTimes {
  private readonly distribution: Distribution;
  private readonly drawMs: (rng: Rng) => number;

  constructor(distribution: Distribution) {
    this.distribution = distribution;
    this.drawMs = drawerOf(distribution);
  }

  /** Calls `record` with times that `count` requests take, so many at a time. */
  draw(count: number, rng: Rng, record: (us: number, count: number) => void): void {
    const { medianMs, p99Ms } = this.distribution;
    if (medianMs === p99Ms) {
      if (count > 0) record(medianMs * US_PER_MS, count);
    } else if (count <= SINGLY_MAX) {
      for (let i = 0; i < count; i += 1) record(this.drawMs(rng) * US_PER_MS, 1);
    } else {
      this.split(count, rng, record);
    }
  }

  private split(count: number, rng: Rng, record: (us: number, count: number) => void): void {
    const cumulative = cumulativeOf(this.distribution);
    let left = count;
    let below = 0;
    for (let bucket = 0; left > 0; bucket += 1) {
      const upTo = cumulative[bucket] ?? 1;
      const share = upTo >= 1 ? 1 : (upTo - below) / (1 - below);
      below = upTo;
      const taken = share <= 0 ? 0 : binomial(left, share, rng);
      if (taken === 0) continue;
      left -= taken;
      const lowestUs = lowestUsOf(bucket);
      if (left > 0) {
        record(lowestUs, taken);
        continue;
      }
      // The longest of all is shown as it is, so it is drawn within its bucket.
      record(rng.between(lowestUs, lowestUsOf(bucket + 1) - 1), 1);
      if (taken > 1) record(lowestUs, taken - 1);
    }
  }
}

/** By distribution: a fleet of models, or of seeds, asks for the same again and again. */
const known = new Map<string, Float64Array>();
/** More different ones than a scenario has apps. */
const KNOWN_MAX = 200;

/** Share of times that are recorded in each bucket or one below it. */
function cumulativeOf(distribution: Distribution): Float64Array {
  const key = `${distribution.medianMs} ${distribution.p99Ms}`;
  let cumulative = known.get(key);
  if (cumulative === undefined) {
    if (known.size >= KNOWN_MAX) known.clear();
    cumulative = newCumulative(distribution);
    known.set(key, cumulative);
  }
  return cumulative;
}

/** Until next to nothing is left; what is left falls in the bucket after. */
function newCumulative(distribution: Distribution): Float64Array {
  const cdf = cdfOf(distribution);
  const last = bucketOf(HIGHEST_US);
  const shares: number[] = [];
  for (let bucket = 0; bucket < last; bucket += 1) {
    // A time is recorded rounded to whole microseconds.
    const share = cdf((lowestUsOf(bucket + 1) - 0.5) / US_PER_MS);
    shares.push(share);
    if (share > 1 - 1e-15) break;
  }
  return Float64Array.from(shares);
}
