import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cachePolicy, DEFAULT_POLICY, windowsOf } from '../../src/client/policy.ts';
import { HarnessError } from '../../src/kernel/errors.ts';

describe('windows', () => {
  it.each([
    [900, 300, 60],
    [1_200, 300, 60],
    [3_600, 900, 60],
    [5_400, 900, 60],
    [7_200, 1_800, 60],
    [43_200, 1_800, 60],
  ])('of a credential of %i s are %i s and %i s', (lifetime, prefetch, stale) => {
    const windows = windowsOf(DEFAULT_POLICY, lifetime * 1_000);
    expect(windows.prefetchMs).toBeCloseTo(prefetch * 1_000, 6);
    expect(windows.staleMs).toBeCloseTo(stale * 1_000, 6);
    expect(windows.marginMs).toBe(5_000);
  });

  it('nest, whatever the lifetime: prefetch, what jitter leaves of it, stale, margin, expiry', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 1e9, noNaN: true }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (lifetimeMs, jitterShare) => {
          const policy = cachePolicy({ jitterShare });
          const { prefetchMs, staleMs, marginMs } = windowsOf(policy, lifetimeMs);
          expect(prefetchMs).toBeLessThan(lifetimeMs);
          expect(staleMs).toBeLessThan(prefetchMs * (1 - jitterShare));
          expect(marginMs).toBeLessThan(staleMs);
          expect(marginMs).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe('policy options', () => {
  it('are laid over the defaults, and the whole is frozen', () => {
    const policy = cachePolicy({ jitterShare: 0.25 });
    expect(policy).toEqual({ ...DEFAULT_POLICY, jitterShare: 0.25 });
    expect(Object.isFrozen(policy) && Object.isFrozen(policy.prefetchSteps)).toBe(true);
  });

  it('are refused with all problems at once, each naming the value', () => {
    const options = {
      jitterShare: 1,
      backoffBaseMs: Number.NaN,
      triesMax: 1.5,
      fatalHoldMsMin: 9_000,
      prefetchSteps: [{ lifetimeMsMax: 5, windowMs: 1 }],
      staleWindow: 5,
    };
    const error = (() => {
      try {
        return cachePolicy(options);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(HarnessError);
    expect((error as HarnessError).problems.map(({ path, found }) => `${path}: ${found}`)).toEqual([
      'jitterShare: 1',
      'backoffBaseMs: NaN',
      'triesMax: 1.5',
      'staleWindow: an unknown option',
      'fatalHoldMsMin: 9000',
      'prefetchSteps: [{"lifetimeMsMax":5,"windowMs":1}]',
    ]);
  });
});
