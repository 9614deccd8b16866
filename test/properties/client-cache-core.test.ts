import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cachePolicy } from '../../src/client/policy.ts';
import { CoreDriver, failureOf } from '../client/core-driver.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const kindArb = fc.constantFrom('throttled', 'transient', 'fatal' as const);
const failureArb = fc
  .record({
    kind: kindArb,
    retryAfterMs: fc.option(fc.integer({ min: 1, max: 1e6 }), { nil: undefined }),
  })
  .map(({ kind, retryAfterMs }) =>
    failureOf(kind as 'throttled' | 'transient' | 'fatal', retryAfterMs),
  );

const stepArb = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'request' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('timer' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      forMs: fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 2 * HOUR_MS })),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('succeed' as const),
      lifetimeMs: fc.oneof(
        fc.integer({ min: 900_000, max: 43_200_000 }),
        fc.integer({ min: -1_000, max: 30_000 }),
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('fail' as const), failure: failureArb }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'invalidate' as const }) },
);

const policyArb = fc
  .record({
    jitterShare: fc.double({ min: 0, max: 0.9, noNaN: true }),
    prefetchShareMax: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
    staleWindowMs: fc.integer({ min: 1, max: 900_000 }),
    expiryMarginMs: fc.integer({ min: 1, max: 60_000 }),
    patienceMs: fc.integer({ min: 0, max: 60_000 }),
    triesMax: fc.integer({ min: 1, max: 10 }),
    waitersMax: fc.integer({ min: 1, max: 10 }),
  })
  .map((options) => cachePolicy(options));

type Step = typeof stepArb extends fc.Arbitrary<infer Value> ? Value : never;

function take(driver: CoreDriver, step: Step): void {
  const isFlying = driver.flights.size > 0;
  switch (step.kind) {
    case 'request':
      driver.request();
      break;
    case 'timer':
      driver.advanceTo(driver.core.timerAtMs ?? driver.nowMs);
      break;
    case 'wait': // the timer fires late, or not at all before the next request
      driver.nowMs += step.forMs;
      break;
    case 'succeed':
      if (isFlying) driver.succeed(step.lifetimeMs);
      break;
    case 'fail':
      if (isFlying) driver.fail(step.failure);
      break;
    case 'invalidate':
      driver.invalidate();
  }
}

describe('cache core, whatever happens', () => {
  it('keeps one flight, serves nothing expired or rejected, is quiet when it says so, answers all', () => {
    fc.assert(
      fc.property(
        policyArb,
        fc.nat(),
        fc.array(stepArb, { maxLength: 120 }),
        (policy, seed, steps) => {
          const driver = new CoreDriver(policy, seed);
          for (const step of steps) take(driver, step);
          for (let turn = 0; driver.waiting.size > 0; turn += 1) {
            expect(turn, 'whoever waits is answered after few tries').toBeLessThan(40);
            if (driver.flights.size > 0) driver.fail(failureOf('transient'));
            else expect(driver.advanceTo(Number.POSITIVE_INFINITY)).toBe(true);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('may be asked at any instant before it stops being quiet, with the same answer', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (seed, shares) => {
          const driver = new CoreDriver(cachePolicy(), seed);
          driver.request();
          driver.succeed(HOUR_MS);
          const fromMs = driver.nowMs;
          const toMs = driver.core.quietUntilMs;
          for (const share of shares) {
            driver.nowMs = fromMs + share * (toMs - fromMs) * 0.999;
            expect(driver.request()).toHaveLength(1);
          }
          expect(driver.startedAtMs).toHaveLength(1);
        },
      ),
    );
  });
});

describe('cache core over a day', () => {
  it.each([900, 1_000, 1_200, 3_600, 5_400, 43_200])(
    'refreshes a credential of %i s a bounded number of times, and nobody waits',
    (durationSeconds) => {
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const driver = new CoreDriver(cachePolicy(), seed);
          const lifetimeMs = durationSeconds * 1_000;
          const endMs = driver.nowMs + 24 * HOUR_MS;
          driver.request();
          driver.succeed(lifetimeMs);
          while (driver.nowMs < endMs) {
            driver.advanceTo(driver.nowMs + MINUTE_MS);
            expect(driver.request()[0]?.kind).toBe('serve');
            if (driver.flights.size > 0) driver.succeed(lifetimeMs);
          }
          const least = Math.floor((24 * HOUR_MS) / lifetimeMs);
          const most = Math.ceil((24 * HOUR_MS * 1.5) / lifetimeMs) + 1;
          expect(driver.startedAtMs.length).toBeGreaterThanOrEqual(least);
          expect(driver.startedAtMs.length).toBeLessThanOrEqual(most);
        }),
        { numRuns: 5 },
      );
    },
  );

  it('spreads the refreshes of a fleet that started together uniformly over half the window', () => {
    const count = 4_000;
    const leadsMs = Array.from({ length: count }, (_, process) => {
      const driver = new CoreDriver(cachePolicy(), process);
      driver.request();
      const credential = driver.succeed(HOUR_MS);
      return credential.expiresAtMs - driver.core.timerAtMs!;
    }).sort((a, b) => a - b);
    // Kolmogorov and Smirnov: 1.95 / sqrt(n) is exceeded once in 1,000 samples; the seeds are fixed.
    const distance = Math.max(
      ...leadsMs.map((leadMs, i) => Math.abs((leadMs - 450_000) / 450_000 - (i + 0.5) / count)),
    );
    expect(leadsMs[0]).toBeGreaterThan(450_000);
    expect(leadsMs.at(-1)).toBeLessThanOrEqual(900_000);
    expect(distance).toBeLessThan(1.95 / Math.sqrt(count));
  });

  it('serves the last good credential through an outage until just before its expiry, and recovers', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        kindArb,
        fc.integer({ min: 900, max: 43_200 }),
        (seed, kind, duration) => {
          const driver = new CoreDriver(cachePolicy(), seed);
          driver.request();
          const { expiresAtMs } = driver.succeed(duration * 1_000);
          const untilMs = expiresAtMs - 5_000;
          while (driver.advanceTo(untilMs - 1)) {
            expect(driver.request()[0]?.kind).toBe('serve');
            driver.fail(failureOf(kind as 'transient'));
            expect(driver.request()[0]?.kind).toBe('serve');
          }
          const tries = driver.startedAtMs.length - 1;
          expect(driver.request()[0]?.kind).toBe('serve');
          expect(tries).toBeGreaterThanOrEqual(8);
          expect(tries).toBeLessThan(200);
          driver.nowMs = untilMs;
          driver.request();
          expect(driver.core.current).toBeUndefined();
          // Recovery: the next try comes within the urgent cap, and whoever asks then is served.
          driver.nowMs += cachePolicy().urgentCapMs;
          driver.request();
          const { served } = driver;
          driver.succeed(HOUR_MS);
          expect(driver.served).toBeGreaterThan(served);
          expect(driver.request()[0]?.kind).toBe('serve');
        },
      ),
      { numRuns: 200 },
    );
  });
});
