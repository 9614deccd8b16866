/**
 * What each limiter promises, whatever the calls: the bounds of its algorithm over every stretch of
 * time, that `waitMs` tells the truth, and that others' calls taken in one go leave it as others'
 * calls taken one by one.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LimiterConfig } from '../../mock-sts/core/config.ts';
import { createLimiter, type Limiter } from '../../mock-sts/core/limiter.ts';

const BASE_MS = 1_795_000_000_000;
const quotas = fc.integer({ min: 1, max: 40 });
const bursts = fc.integer({ min: 1, max: 30 });
/** Gaps between calls, many of them none. */
const gaps = fc.array(
  fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 60 }),
    fc.double({ min: 0, max: 400, noNaN: true }),
  ),
  { maxLength: 300 },
);
const limiters = fc.oneof(
  fc.constant<LimiterConfig>({ algorithm: 'fixed-window' }),
  fc.constant<LimiterConfig>({ algorithm: 'sliding-window' }),
  bursts.map((burst): LimiterConfig => ({ algorithm: 'token-bucket', burst })),
);

function instantsOf(between: readonly number[]): number[] {
  let atMs = BASE_MS;
  return between.map((gapMs) => {
    atMs += gapMs;
    return atMs;
  });
}

function accepted(limiter: Limiter, instants: readonly number[]): number[] {
  return instants.filter((atMs) => limiter.take(atMs));
}

/** The most instants within less than `spanMs` of each other. */
function mostWithin(instants: readonly number[], spanMs: number): number {
  let most = 0;
  let first = 0;
  for (const [last, atMs] of instants.entries()) {
    while (atMs - instants[first]! >= spanMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

describe('limiters', () => {
  it('a fixed window accepts the quota in each aligned second, and all that fits', () => {
    fc.assert(
      fc.property(quotas, gaps, (quota, between) => {
        const instants = instantsOf(between);
        const passed = accepted(createLimiter(quota, { algorithm: 'fixed-window' }), instants);
        const counts = countsBySecond(passed);
        for (const [second, offered] of countsBySecond(instants)) {
          expect(counts.get(second) ?? 0).toBe(Math.min(quota, offered));
        }
        expect(mostWithin(passed, 1_000)).toBeLessThanOrEqual(2 * quota);
      }),
    );
  });

  it('a sliding window accepts at most the quota in any second, and refuses only then', () => {
    fc.assert(
      fc.property(quotas, gaps, (quota, between) => {
        const limiter = createLimiter(quota, { algorithm: 'sliding-window' });
        const passed: number[] = [];
        for (const atMs of instantsOf(between)) {
          const recent = passed.filter((earlierMs) => atMs - earlierMs < 1_000).length;
          const took = limiter.take(atMs);
          expect(took).toBe(recent < quota);
          if (took) passed.push(atMs);
        }
        expect(mostWithin(passed, 1_000)).toBeLessThanOrEqual(quota);
      }),
    );
  });

  it('a token bucket accepts at most quota * t + burst in any t seconds', () => {
    fc.assert(
      fc.property(quotas, bursts, gaps, (quota, burst, between) => {
        const limiter = createLimiter(quota, { algorithm: 'token-bucket', burst });
        const passed = accepted(limiter, instantsOf(between));
        for (const [first, fromMs] of passed.entries()) {
          for (let last = first; last < passed.length; last += 1) {
            const seconds = (passed[last]! - fromMs) / 1_000;
            expect(last - first + 1).toBeLessThanOrEqual(quota * seconds + burst + 1e-6);
          }
        }
      }),
    );
  });

  it('a token bucket agrees with the generic cell rate algorithm', () => {
    fc.assert(
      fc.property(
        quotas,
        bursts,
        fc.array(fc.nat(80), { maxLength: 300 }),
        (quota, burst, between) => {
          const limiter = createLimiter(quota, { algorithm: 'token-bucket', burst });
          // In units of 1/quota ms, so that the oracle is exact: whole milliseconds become whole units.
          let theoretical = -Infinity;
          for (const atMs of instantsOf(between)) {
            const at = (atMs - BASE_MS) * quota;
            const conforms = theoretical - at <= (burst - 1) * 1_000;
            expect(limiter.take(atMs)).toBe(conforms);
            if (conforms) theoretical = Math.max(at, theoretical) + 1_000;
          }
        },
      ),
    );
  });

  it('waits are true: a call passes now if and only if there is nothing to wait for', () => {
    fc.assert(
      fc.property(limiters, quotas, gaps, (config, quota, between) => {
        const limiter = createLimiter(quota, config);
        for (const atMs of instantsOf(between)) {
          const waitMs = limiter.waitMs(atMs);
          expect(waitMs).toBeLessThanOrEqual(1_000);
          expect(limiter.take(atMs)).toBe(waitMs === 0);
        }
      }),
    );
  });

  it('a wait that is waited out ends in a call that passes', () => {
    fc.assert(
      fc.property(limiters, quotas, gaps, (config, quota, between) => {
        const limiter = createLimiter(quota, config);
        const instants = instantsOf(between);
        accepted(limiter, instants);
        const lastMs = instants.at(-1) ?? BASE_MS;
        // A hair later, since instants of this size are a quarter of a microsecond apart.
        expect(limiter.take(lastMs + limiter.waitMs(lastMs) + 0.001)).toBe(true);
      }),
    );
  });

  it('a clock that steps back lets no more pass than one that stands still', () => {
    fc.assert(
      fc.property(
        limiters,
        quotas,
        fc.array(fc.integer({ min: -900, max: 200 })),
        (config, quota, steps) => {
          let stoodMs = -Infinity;
          let steppedMs = BASE_MS;
          const stood = createLimiter(quota, config);
          const stepped = createLimiter(quota, config);
          for (const step of steps) {
            steppedMs += step;
            stoodMs = Math.max(stoodMs, steppedMs);
            expect(stepped.take(steppedMs)).toBe(stood.take(stoodMs));
          }
        },
      ),
    );
  });

  it("others' calls in one go leave a limiter as the same calls one by one", () => {
    const calls = fc.record({
      fromMs: fc.nat(3_000).map((ms) => BASE_MS + ms),
      everyMs: fc.constantFrom(1, 2, 5, 8, 10, 12.5, 16, 20, 25, 40, 50, 100, 250, 1_000),
      count: fc.integer({ min: 1, max: 150 }),
    });
    fc.assert(
      fc.property(
        limiters,
        quotas,
        gaps,
        calls,
        (config, quota, between, { fromMs, everyMs, count }) => {
          const together = createLimiter(quota, config);
          const apart = createLimiter(quota, config);
          const before = instantsOf(between).filter((atMs) => atMs <= fromMs);
          expect(accepted(together, before)).toEqual(accepted(apart, before));
          together.takeEvenly(fromMs, everyMs, count);
          for (let i = 0; i < count; i += 1) apart.take(fromMs + i * everyMs);
          const lastMs = fromMs + (count - 1) * everyMs;
          const after = Array.from({ length: 60 }, (_, i) => lastMs + i * 7);
          const [one, other] = [accepted(together, after), accepted(apart, after)];
          // Of a long stretch only the end is played, once the beginning cannot be told any more:
          // a dry bucket is exact but for a fraction of a call, a saturated log but for its phase.
          const long = count * everyMs > 2_000;
          if (!long || config.algorithm === 'fixed-window') expect(one).toEqual(other);
          else if (config.algorithm === 'token-bucket') {
            expect(Math.abs(one.length - other.length)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });
});

function countsBySecond(list: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const atMs of list) {
    const second = Math.floor(atMs / 1_000);
    counts.set(second, (counts.get(second) ?? 0) + 1);
  }
  return counts;
}
