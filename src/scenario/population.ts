/**
 * Load derived from people. An ordinary day of R = users × dailyActiveShare × requestsPerUserAndDay
 * requests has the rate, in requests per hour at hour h,
 *
 *     rate(h) = base + rise × (1 + cos(π d / W)) / 2   where d, the hours to the peak hour, is below W
 *     rate(h) = base                                   elsewhere
 *
 * a flat day with a raised cosine on top: smooth, and with W = 6 h as wide as an evening. Two
 * conditions fix base and rise. The day holds R: 24 base + W rise = R (the bump's area is W rise).
 * The hour around the peak holds s R, where s is peakHourShare: base + c rise = s R, where
 * c = 1/2 + (W / π) sin(π / 2W) is the bump's mean over that hour. Hence
 *
 *     rise = R (s − 1/24) / (c − W/24),   base = (R − W rise) / 24.
 *
 * base stays positive while s < c / W, which W = 6 h allows up to 16.5 %; for a sharper day than
 * 15 % the bump narrows to W = 0.9 / s hours. The curve is sampled at knots W/72 apart (5 minutes).
 * The trapezoid rule is exact for a whole raised cosine, so a day's requests are exactly R; the
 * peak hour is off by less than 0.02 %, the rate between two knots by less than 0.05 % of the peak.
 *
 * A flash sale multiplies the ordinary rate by its factor, on top of R, with edges of ten seconds
 * inside [at, at + for] on which the rate is linear.
 */
import { cosOfTurns, sinOfTurns } from '../kernel/portable-math.ts';
import { raised, rateAfter } from './rate-curve.ts';
import type { Population, RateKnot } from './scenario.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const HALF_WIDTH_HOURS = 6;
/** Knots from the peak to the foot of the bump. */
const KNOTS_PER_SLOPE = 72;
const FLASH_EDGE_MS = 10_000;

/** With W = 0.9 / s, c stays above 0.9 (and base above zero) as long as W is at least 1.5 hours. */
export const WIDEST_PEAK_SHARE = 0.6;

/** The ordinary day, rates in requests per hour. */
export interface DailyCurve {
  readonly requestsPerDay: number;
  readonly basePerHour: number;
  /** Height of the bump over the base. */
  readonly risePerHour: number;
  readonly halfWidthHours: number;
}

export function dailyCurveOf(population: Population): DailyCurve {
  const { users, dailyActiveShare, requestsPerUserAndDay, peakHourShare } = population;
  const requestsPerDay = users * dailyActiveShare * requestsPerUserAndDay;
  const halfWidthHours = Math.min(HALF_WIDTH_HOURS, 0.9 / peakHourShare);
  const meanInPeakHour = 0.5 + (halfWidthHours / Math.PI) * sinOfTurns(1 / (4 * halfWidthHours));
  const risePerHour =
    (requestsPerDay * (peakHourShare - 1 / DAY_HOURS)) /
    (meanInPeakHour - halfWidthHours / DAY_HOURS);
  const basePerHour = (requestsPerDay - halfWidthHours * risePerHour) / DAY_HOURS;
  return { requestsPerDay, basePerHour, risePerHour, halfWidthHours };
}

/** Knots from virtual zero to the end; the day repeats as long as that lasts. */
export function populationKnots(population: Population, durationMs: number): RateKnot[] {
  const day = dailyCurveOf(population);
  const ordinary = clipped(bumps(day, population, durationMs), durationMs);
  const sale = population.flashSale;
  if (sale === undefined) return ordinary;
  const span = { fromMs: sale.atMs, toMs: sale.atMs + sale.forMs, edgeMs: FLASH_EDGE_MS };
  return raised(ordinary, span, (rate) => rate * sale.factor);
}

/** The bumps of every day that touches the duration, in order. */
function bumps(day: DailyCurve, population: Population, durationMs: number): RateKnot[] {
  const firstPeakHours = population.peakHour - population.startHour - DAY_HOURS;
  const knots: RateKnot[] = [];
  for (let peak = firstPeakHours; peak * HOUR_MS < durationMs + DAY_HOURS * HOUR_MS; ) {
    for (let i = -KNOTS_PER_SLOPE; i <= KNOTS_PER_SLOPE; i += 1) {
      const fraction = i / KNOTS_PER_SLOPE;
      const perHour = day.basePerHour + (day.risePerHour * (1 + cosOfTurns(fraction / 2))) / 2;
      const atMs = (peak + fraction * day.halfWidthHours) * HOUR_MS;
      knots.push({ atMs, ratePerSecond: perHour / 3_600 });
    }
    peak += DAY_HOURS;
  }
  return knots;
}

/** Cut to [0, duration]; the values at the cuts lie on the line between their neighbours. */
function clipped(knots: readonly RateKnot[], durationMs: number): RateKnot[] {
  const inside = knots.filter((knot) => knot.atMs > 0 && knot.atMs < durationMs);
  return [
    { atMs: 0, ratePerSecond: rateAfter(knots, 0) },
    ...inside,
    { atMs: durationMs, ratePerSecond: rateAfter(knots, durationMs) },
  ];
}
