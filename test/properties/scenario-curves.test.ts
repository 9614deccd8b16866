import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ArrivalCurve } from '../../src/scenario/arrival-curve.ts';
import { dailyCurveOf, populationKnots } from '../../src/scenario/population.ts';
import { rateAfter } from '../../src/scenario/rate-curve.ts';
import type { Population, RateKnot } from '../../src/scenario/scenario.ts';

const HOUR_MS = 3_600_000;

/** Ordered knots, some at one instant, some at rate zero; the last rate above zero. */
const knots = fc
  .array(
    fc.record({
      gapMs: fc.oneof(fc.constant(0), fc.double({ min: 1, max: 1e6, noNaN: true })),
      ratePerSecond: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 1e5, noNaN: true })),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((steps): RateKnot[] => {
    let atMs = 0;
    const all = steps.map(({ gapMs, ratePerSecond }) => {
      atMs += gapMs;
      return { atMs, ratePerSecond };
    });
    return [...all, { atMs: atMs + 1_000, ratePerSecond: 10 }];
  });

/** Not so small that its square is lost: no clock could tell such an instant from zero. */
const shares = fc.oneof(fc.constant(0), fc.double({ min: 1e-12, max: 1, noNaN: true }));

/** Slow and obvious: the midpoint rule on a thousand cells of every stretch between knots. */
function integrated(curve: readonly RateKnot[], toMs: number): number {
  const borders = [0, ...curve.map((knot) => knot.atMs), toMs].filter((atMs) => atMs <= toMs);
  borders.sort((a, b) => a - b);
  let sum = 0;
  for (let i = 1; i < borders.length; i += 1) {
    const cellMs = (borders[i]! - borders[i - 1]!) / 1_000;
    for (let cell = 0; cell < 1_000; cell += 1) {
      sum += (rateAfter(curve, borders[i - 1]! + (cell + 0.5) * cellMs) * cellMs) / 1_000;
    }
  }
  return sum;
}

test('Λ is the integral of the rate', () => {
  fc.assert(
    fc.property(knots, fc.double({ min: 0, max: 1.2, noNaN: true }), (curve, share) => {
      const toMs = curve.at(-1)!.atMs * share;
      const expected = integrated(curve, toMs);
      const actual = new ArrivalCurve(curve).arrivalsUntil(toMs);
      expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-6 + expected * 1e-6);
    }),
    { numRuns: 50 },
  );
});

test('the inverse leads back: Λ of the instant at which a count is reached is that count', () => {
  fc.assert(
    fc.property(knots, shares, (curve, share) => {
      const arrivals = new ArrivalCurve(curve);
      const count = arrivals.arrivalsUntil(curve.at(-1)!.atMs) * share * 1.5;
      const back = arrivals.arrivalsUntil(arrivals.reachedAtMs(count));
      expect(Math.abs(back - count)).toBeLessThanOrEqual(1e-6 + count * 1e-9);
    }),
  );
});

test('a greater count is never reached earlier', () => {
  const counts = fc.array(shares, { minLength: 2 });
  fc.assert(
    fc.property(knots, counts, (curve, drawn) => {
      const arrivals = new ArrivalCurve(curve);
      const most = arrivals.arrivalsUntil(curve.at(-1)!.atMs);
      const reached = drawn
        .sort((a, b) => a - b)
        .map((share) => arrivals.reachedAtMs(most * share));
      expect(reached).toEqual([...reached].sort((a, b) => a - b));
    }),
  );
});

test('after a rate that stays at zero, nothing further is ever reached', () => {
  const curve = new ArrivalCurve([
    { atMs: 0, ratePerSecond: 10 },
    { atMs: 2_000, ratePerSecond: 0 },
  ]);
  expect(curve.arrivalsUntil(1e9)).toBe(10);
  expect(curve.reachedAtMs(10.001)).toBe(Number.POSITIVE_INFINITY);
});

const population = fc.record({
  users: fc.integer({ min: 1, max: 1e9 }),
  dailyActiveShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
  requestsPerUserAndDay: fc.double({ min: 0.1, max: 1_000, noNaN: true }),
  peakHourShare: fc.double({ min: 1 / 24, max: 0.6, noNaN: true }),
  peakHour: fc.double({ min: 0, max: 23.99, noNaN: true }),
  startHour: fc.double({ min: 0, max: 23.99, noNaN: true }),
  flashSale: fc.constant(undefined),
}) satisfies fc.Arbitrary<Population>;

const arrivalsBetween = (curve: ArrivalCurve, fromMs: number, toMs: number) =>
  curve.arrivalsUntil(toMs) - curve.arrivalsUntil(fromMs);

test('a day holds users × active share × requests, wherever it begins', () => {
  fc.assert(
    fc.property(population, fc.double({ min: 0, max: 24, noNaN: true }), (people, fromHour) => {
      const curve = new ArrivalCurve(populationKnots(people, 48 * HOUR_MS));
      const day = arrivalsBetween(curve, fromHour * HOUR_MS, (fromHour + 24) * HOUR_MS);
      const expected = people.users * people.dailyActiveShare * people.requestsPerUserAndDay;
      expect(Math.abs(day / expected - 1)).toBeLessThan(1e-3);
    }),
  );
});

test('the hour around the peak holds its share of the day, and no other hour holds more', () => {
  fc.assert(
    fc.property(population, fc.double({ min: 0, max: 47, noNaN: true }), (people, otherHour) => {
      const curve = new ArrivalCurve(populationKnots(people, 96 * HOUR_MS));
      const peakMs = (people.peakHour - people.startHour + 48) * HOUR_MS;
      const share = (fromMs: number) =>
        arrivalsBetween(curve, fromMs, fromMs + HOUR_MS) / dailyCurveOf(people).requestsPerDay;
      const busiest = share(peakMs - HOUR_MS / 2);
      expect(Math.abs(busiest / people.peakHourShare - 1)).toBeLessThan(2e-4);
      expect(share(otherHour * HOUR_MS)).toBeLessThanOrEqual(busiest * (1 + 2e-4));
    }),
  );
});

test('the rate is never negative and follows the documented formula between its knots', () => {
  fc.assert(
    fc.property(population, fc.double({ min: 0, max: 24, noNaN: true }), (people, hour) => {
      const day = dailyCurveOf(people);
      expect(day.basePerHour).toBeGreaterThanOrEqual(-1e-9 * day.requestsPerDay);
      const curve = new ArrivalCurve(populationKnots(people, 24 * HOUR_MS));
      const hourOfDay = people.startHour + hour;
      const away = Math.abs(((hourOfDay - people.peakHour + 36) % 24) - 12);
      const bump = (1 + Math.cos((Math.PI * away) / day.halfWidthHours)) / 2;
      const perHour = day.basePerHour + (away < day.halfWidthHours ? bump * day.risePerHour : 0);
      const peakPerHour = day.basePerHour + day.risePerHour;
      const actual = curve.ratePerSecondAt(hour * HOUR_MS) * 3_600;
      expect(Math.abs(actual - perHour)).toBeLessThan(5e-4 * peakPerHour);
    }),
  );
});

test('a flash sale multiplies the ordinary rate inside its time and leaves the rest alone', () => {
  const sale = fc.record({
    atMs: fc.integer({ min: 0, max: 20 * HOUR_MS }),
    forMs: fc.integer({ min: 60_000, max: 4 * HOUR_MS }),
    factor: fc.double({ min: 1, max: 20, noNaN: true }),
  });
  fc.assert(
    fc.property(
      population,
      sale,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (people, flashSale, share) => {
        const ordinary = new ArrivalCurve(populationKnots(people, 24 * HOUR_MS));
        const curve = new ArrivalCurve(populationKnots({ ...people, flashSale }, 24 * HOUR_MS));
        const { atMs, forMs, factor } = flashSale;
        const insideMs = atMs + 10_000 + share * (forMs - 20_000);
        const inside = curve.ratePerSecondAt(insideMs) / ordinary.ratePerSecondAt(insideMs);
        expect(Math.abs(inside / factor - 1)).toBeLessThan(1e-3);
        const outsideMs = (share < 0.5 ? share * 2 * atMs : atMs + forMs + share * HOUR_MS) - 1e-3;
        const outside = curve.ratePerSecondAt(outsideMs) / ordinary.ratePerSecondAt(outsideMs);
        expect(outside).toBeCloseTo(1, 3);
      },
    ),
  );
});
