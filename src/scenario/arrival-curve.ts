/**
 * Λ(t), the arrivals expected from virtual zero until t, of a piecewise-linear rate; and its
 * inverse. Both are closed forms, so a Poisson process of any such rate is a unit-rate process
 * mapped through the inverse (Çinlar's inversion): nothing is thinned and nothing is stepped.
 *
 * In a segment from t0 with rate r and slope m, Λ grows by r τ + m τ²/2 in the time τ. Solved for τ
 * and written so that no two near numbers are subtracted: τ = 2 d / (r + √(r² + 2 m d)).
 */
import type { RateKnot } from './scenario.ts';

export class ArrivalCurve {
  /** Segment i runs from `startsMs[i]` to the next one's; the last is constant and has no end. */
  private readonly startsMs: Float64Array;
  /** Rate at the start of a segment, arrivals per millisecond. */
  private readonly rates: Float64Array;
  /** Change of the rate per millisecond. */
  private readonly slopes: Float64Array;
  /** Λ at the start of a segment. */
  private readonly totals: Float64Array;

  /** Ordered knots; the rate is constant before the first and after the last. */
  constructor(knots: readonly RateKnot[]) {
    const first = knots[0]!;
    const all = first.atMs > 0 ? [{ ...first, atMs: 0 }, ...knots] : knots;
    this.startsMs = Float64Array.from(all, (knot) => knot.atMs);
    this.rates = Float64Array.from(all, (knot) => knot.ratePerSecond / 1_000);
    this.slopes = new Float64Array(all.length);
    this.totals = new Float64Array(all.length);
    for (let i = 0; i + 1 < all.length; i += 1) {
      const lengthMs = this.startsMs[i + 1]! - this.startsMs[i]!;
      const rise = this.rates[i + 1]! - this.rates[i]!;
      this.slopes[i] = lengthMs > 0 ? rise / lengthMs : 0;
      this.totals[i + 1] = this.totals[i]! + (this.rates[i]! + rise / 2) * lengthMs;
    }
  }

  ratePerSecondAt(atMs: number): number {
    const i = lastNotAbove(this.startsMs, atMs);
    return (this.rates[i]! + this.slopes[i]! * (atMs - this.startsMs[i]!)) * 1_000;
  }

  /** Λ(t). */
  arrivalsUntil(atMs: number): number {
    if (atMs <= 0) return 0;
    const i = lastNotAbove(this.startsMs, atMs);
    const forMs = atMs - this.startsMs[i]!;
    return this.totals[i]! + forMs * (this.rates[i]! + (this.slopes[i]! * forMs) / 2);
  }

  /** The segment in which Λ passes `arrivals`: to be handed to `reachedAtMs`. */
  segmentOf(arrivals: number): number {
    return lastNotAbove(this.totals, arrivals);
  }

  /** The segment of a later count, sought from an earlier one's: walking is cheaper than searching. */
  segmentFrom(segment: number, arrivals: number): number {
    let i = segment;
    while (i + 1 < this.totals.length && this.totals[i + 1]! <= arrivals) i += 1;
    return i;
  }

  /** When Λ reaches `arrivals`; never, after a rate that stays at zero. */
  reachedAtMs(arrivals: number, segment: number = this.segmentOf(arrivals)): number {
    const missing = arrivals - this.totals[segment]!;
    const startMs = this.startsMs[segment]!;
    if (missing <= 0) return startMs;
    const rate = this.rates[segment]!;
    const root = Math.sqrt(Math.max(0, rate * rate + 2 * this.slopes[segment]! * missing));
    const atMs = startMs + (2 * missing) / (rate + root);
    const endMs = this.startsMs[segment + 1];
    return endMs !== undefined && atMs > endMs ? endMs : atMs;
  }
}

/** Index of the last element not above `value`, at least 0; the elements do not fall. */
function lastNotAbove(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}
