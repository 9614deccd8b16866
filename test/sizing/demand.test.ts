import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLimiter } from '../../mock-sts/core/limiter.ts';
import { CallLog } from '../../src/measure/call-log.ts';
import { peaksOf } from '../../src/measure/peaks.ts';
import { busiestByMinute, demandsOf, needOf } from '../../src/sizing/demand.ts';
import { limiterOf } from '../../src/sizing/limiters.ts';

const ACCOUNT = '1000000000000001';
const ROLES = ['acs:ram::1100000000000001:role/a', 'acs:ram::1100000000000001:role/b'];
const FIXED = { algorithm: 'fixed-window' } as const;
const WHOLE = { fromMs: 0, toMs: Number.POSITIVE_INFINITY };

interface Asked {
  readonly atMs: number;
  readonly role: number;
  readonly code?: string;
}

function logOf(calls: readonly Asked[]) {
  const log = new CallLog(0);
  for (const { atMs, role, code = 'OK' } of calls.toSorted((a, b) => a.atMs - b.atMs)) {
    log.append({
      atMs,
      action: 'AssumeRole',
      accountId: ACCOUNT,
      region: 'cn-shanghai',
      caller: 'app',
      roleArn: ROLES[role]!,
      outcome: code === 'OK' ? 'succeeded' : 'failed',
      code,
      serviceMs: 10,
    });
  }
  return log.export();
}

const calls = fc.array(
  fc.record({ atMs: fc.integer({ min: 0, max: 6_000 }), role: fc.constantFrom(0, 1) }),
  { minLength: 1, maxLength: 60 },
);

test('fixed windows need the busiest aligned second, sliding ones the busiest of any', () => {
  fc.assert(
    fc.property(calls, (asked) => {
      for (const demand of demandsOf(logOf(asked), WHOLE)) {
        const { peakPerSecond, slidingPeakPerSecond } = peaksOf(demand.atMs);
        const need = needOf(demand, FIXED, []);
        expect(need['fixed-window']).toBe(peakPerSecond);
        expect(need['sliding-window']).toBe(slidingPeakPerSecond);
      }
    }),
  );
});

test('a bucket passes all of them with what it needs, and one less refuses one', () => {
  fc.assert(
    fc.property(calls, (asked) => {
      const [demand] = demandsOf(logOf(asked), WHOLE);
      const need = needOf(demand!, FIXED, [])['token-bucket']!;
      const refused = (quota: number) => {
        const limiter = createLimiter(quota, limiterOf('token-bucket', quota, FIXED));
        return demand!.atMs.some((at) => !limiter.take(at));
      };
      expect(refused(need)).toBe(false);
      if (need > 1) expect(refused(need - 1)).toBe(true);
    }),
  );
});

test('the account has all calls, each role its own; no role needs more', () => {
  fc.assert(
    fc.property(calls, (asked) => {
      const demands = demandsOf(logOf(asked), WHOLE);
      const account = demands.find(({ scope }) => scope === 'account')!;
      const roles = demands.filter(({ scope }) => scope === 'role');
      expect(account.atMs).toHaveLength(asked.length);
      expect(roles.reduce((sum, role) => sum + role.atMs.length, 0)).toBe(asked.length);
      for (const role of roles) {
        expect(needOf(role, FIXED, [])['sliding-window']!).toBeLessThanOrEqual(
          needOf(account, FIXED, [])['sliding-window']!,
        );
      }
    }),
  );
});

test('what a fault struck spends nothing, what was refused for another reason does', () => {
  const log = logOf([
    { atMs: 1, role: 0 },
    { atMs: 2, role: 0, code: 'ServiceUnavailable' },
    { atMs: 3, role: 0, code: 'NoPermission' },
  ]);
  expect(demandsOf(log, WHOLE)[0]!.atMs).toEqual(Float64Array.of(1, 3));
});

test('a stretch has the calls from its beginning on, and none at its end', () => {
  const log = logOf([999, 1_000, 1_999, 2_000].map((atMs) => ({ atMs, role: 0 })));
  const [demand] = demandsOf(log, { fromMs: 1_000, toMs: 2_000 });
  expect(demand!.atMs).toEqual(Float64Array.of(1_000, 1_999));
});

test('others that use the quota add to the need', () => {
  const asked = Array.from({ length: 5 }, (_, i) => ({ atMs: 2_500 + i, role: 0 }));
  const [demand] = demandsOf(logOf(asked), WHOLE);
  const others = { kind: 'background', fromMs: 0, toMs: 10_000, ratePerSecond: 20 } as const;
  const alone = needOf(demand!, FIXED, [])['sliding-window']!;
  expect(alone).toBe(5);
  expect(needOf(demand!, FIXED, [{ ...others, roleArn: undefined }])['sliding-window']).toBe(25);
});

test('a burst that is smaller than what comes at once is no matter of the quota', () => {
  const asked = Array.from({ length: 5 }, () => ({ atMs: 1, role: 0 }));
  const [demand] = demandsOf(logOf(asked), WHOLE);
  const need = (burst: number) => needOf(demand!, { algorithm: 'token-bucket', burst }, []);
  expect(need(4)['token-bucket']).toBeNull();
  expect(need(5)['token-bucket']).toBe(1);
});

test('each minute has its busiest second', () => {
  const at = [100, 200, 300, 59_900, 60_000, 60_999, 61_000];
  const [demand] = demandsOf(logOf(at.map((atMs) => ({ atMs, role: 0 }))), WHOLE);
  expect(busiestByMinute(demand!, 180_000)).toEqual([3, 2, 0]);
});
