import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../src/models/presets.ts';
import { failureOf } from '../client/core-driver.ts';
import { ModelDriver } from '../models/model-driver.ts';

const HOUR_MS = 3_600_000;

const outcomeArb = fc.oneof(
  { weight: 3, arbitrary: fc.constant('issued' as const) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('throttled' as const, 'transient' as const, 'fatal' as const)
      .map((kind) => failureOf(kind)),
  },
);
/** From at once to longer than any SDK waits. */
const latencyArb = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 3_000 }),
  fc.integer({ min: 1, max: 400_000 }),
);
const durationSecondsArb = fc.constantFrom(900, 900, 960, 1_200, 3_600, 43_200);
const brokenLifetimeArb = fc.integer({ min: -2_000_000, max: 2_000_000 });

const waitArb = fc.record({
  kind: fc.constant('wait' as const),
  ms: fc.oneof(
    fc.constant(0),
    fc.double({ min: 0, max: 10_000, noNaN: true }),
    fc.integer({ min: 0, max: 2 * HOUR_MS }),
  ),
});
/** To just before, at or after the instants at which something may happen. */
const edgeArb = fc.record({
  kind: fc.constant('edge' as const),
  byMs: fc.constantFrom(-1, 0, 1, 500, 1_000),
});
const askArb = fc.record({
  kind: fc.constant('ask' as const),
  count: fc.constantFrom(1, 1, 2, 3, 10),
});

/** `undefined`: as long as was asked for. */
function stepArb(lifetimes: fc.Arbitrary<number | undefined>) {
  const stsArb = fc.record({
    kind: fc.constant('sts' as const),
    outcome: outcomeArb,
    latencyMs: latencyArb,
    lifetimeMs: lifetimes,
  });
  return fc.oneof(
    { weight: 4, arbitrary: askArb },
    { weight: 3, arbitrary: waitArb },
    { weight: 2, arbitrary: edgeArb },
    { weight: 2, arbitrary: stsArb },
  );
}

type Step = ReturnType<typeof stepArb> extends fc.Arbitrary<infer Value> ? Value : never;

function take(driver: ModelDriver, step: Step): void {
  switch (step.kind) {
    case 'ask':
      driver.ask(step.count);
      break;
    case 'wait':
      driver.advanceBy(step.ms);
      break;
    case 'edge': {
      const toMs = driver.cache.quietUntilMs + step.byMs;
      if (toMs > driver.nowMs && toMs < driver.nowMs + 12 * HOUR_MS) driver.advanceTo(toMs);
      break;
    }
    case 'sts':
      driver.sts = step.outcome;
      driver.latencyMs = step.latencyMs;
      driver.lifetimeMs = step.lifetimeMs ?? driver.durationSeconds * 1_000;
  }
}

/** The driver checks after each step what must hold; here only the end is left to check. */
function drive(driver: ModelDriver, steps: readonly Step[]): void {
  for (const step of steps) take(driver, step);
  driver.sts = 'issued';
  driver.latencyMs = 10;
  driver.lifetimeMs = driver.durationSeconds * 1_000;
  driver.settle();
  const asked = steps.reduce((sum, step) => sum + (step.kind === 'ask' ? step.count : 0), 0);
  expect(driver.answered).toHaveLength(asked);
}

describe.each(PRESETS)('$name, whatever happens', (preset) => {
  it('keeps its claims, is quiet when it says so, answers everybody once', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        durationSecondsArb,
        fc.array(stepArb(fc.constant(undefined)), { maxLength: 60, size: 'max' }),
        (seed, durationSeconds, steps) => {
          drive(new ModelDriver(preset, { seed, durationSeconds }), steps);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('does so, but for what it hands out, when STS issues what is about to expire or has', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(stepArb(brokenLifetimeArb), { maxLength: 60, size: 'max' }),
        (seed, steps) => {
          const driver = new ModelDriver(preset, { seed });
          driver.checksExpiry = false;
          drive(driver, steps);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('may be asked at any instant before it stops being quiet, with the same answer', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 20, size: 'max' }),
        (seed, shares) => {
          const driver = new ModelDriver(preset, { seed });
          driver.ask();
          driver.settle();
          const fromMs = driver.nowMs;
          const toMs = driver.cache.quietUntilMs;
          if (toMs === Number.NEGATIVE_INFINITY) return;
          for (const share of shares.sort((a, b) => a - b)) {
            driver.nowMs = Math.min(fromMs + share * (toMs - fromMs), toMs - 1);
            driver.ask();
          }
          expect(driver.calls).toHaveLength(1);
        },
      ),
      { numRuns: 20 },
    );
  });
});
