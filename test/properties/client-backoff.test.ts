import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryAtMs } from '../../src/client/backoff.ts';
import { DEFAULT_POLICY as POLICY } from '../../src/client/policy.ts';
import { failureOf } from '../client/core-driver.ts';

const chanceArb = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const failuresArb = fc.integer({ min: 1, max: 2_000 });
const kindArb = fc.constantFrom('throttled' as const, 'transient' as const);
const NOW_MS = 1_700_000_000_000;

function waitMs(
  kind: 'throttled' | 'transient' | 'fatal',
  options: { failures: number; chance: number; freshForMs?: number; retryAfterMs?: number },
): number {
  const staleAtMs = NOW_MS + (options.freshForMs ?? Number.NEGATIVE_INFINITY);
  const failure = failureOf(kind, options.retryAfterMs);
  const backoff = { failure, failures: options.failures, nowMs: NOW_MS, staleAtMs };
  return retryAtMs(POLICY, backoff, options.chance) - NOW_MS;
}

describe('backoff', () => {
  it('is full jitter under a ceiling that doubles up to the cap, while the credential is fresh', () => {
    fc.assert(
      fc.property(kindArb, failuresArb, chanceArb, (kind, failures, chance) => {
        const baseMs = kind === 'throttled' ? 2_000 : 1_000;
        const ceilingMs = Math.min(60_000, baseMs * 2 ** (failures - 1));
        const actual = waitMs(kind, { failures, chance, freshForMs: 3_600_000 });
        expect(actual).toBeCloseTo(chance * ceilingMs, 2);
      }),
    );
  });

  it('keeps to the urgent cap without a usable credential', () => {
    fc.assert(
      fc.property(kindArb, failuresArb, chanceArb, (kind, failures, chance) => {
        expect(waitMs(kind, { failures, chance })).toBeLessThanOrEqual(10_000);
      }),
    );
  });

  it('never reaches further into the stale window than the urgent cap', () => {
    fc.assert(
      fc.property(
        failuresArb,
        chanceArb,
        fc.integer({ min: -60_000, max: 60_000 }),
        (failures, chance, freshForMs) => {
          const actual = waitMs('transient', { failures, chance, freshForMs });
          expect(actual).toBeLessThanOrEqual(Math.max(0, freshForMs) + 10_000);
        },
      ),
    );
  });

  it('grants STS the wait it asks for, up to the cap, with a spread on top', () => {
    fc.assert(
      fc.property(chanceArb, fc.integer({ min: 1, max: 10_000_000 }), (chance, retryAfterMs) => {
        const actual = waitMs('throttled', { failures: 1, chance, retryAfterMs });
        const askedMs = Math.min(retryAfterMs, 120_000);
        expect(actual).toBeGreaterThanOrEqual(askedMs);
        expect(actual).toBeLessThanOrEqual(askedMs + 2_000);
      }),
    );
  });

  it('holds a fatal failure for one to five seconds at least', () => {
    fc.assert(
      fc.property(chanceArb, (chance) => {
        const actual = waitMs('fatal', { failures: 1, chance });
        expect(actual).toBeGreaterThanOrEqual(999.9);
        expect(actual).toBeLessThanOrEqual(5_000.1);
      }),
    );
  });
});
