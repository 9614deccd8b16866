import { describe, expect, it } from 'vitest';
import type { LimiterConfig, MockFault } from '../../../mock-sts/core/config.ts';
import { Quota } from '../../../mock-sts/core/quota.ts';
import { CALLERS_ACCOUNT, NOW_MS, OTHER_ROLE_ARN, ROLE_ARN } from '../landing.ts';

const FIXED: LimiterConfig = { algorithm: 'fixed-window' };
const ALWAYS = { fromMs: -Infinity, toMs: Infinity };

const call = (roleArn: string | undefined = ROLE_ARN, accountId = CALLERS_ACCOUNT) => ({
  action: 'AssumeRole',
  accountId,
  roleArn,
});

function passed(quota: Quota, count: number, nowMs = NOW_MS, use = call()): number {
  return Array.from({ length: count }, () => quota.admit(use, nowMs)).filter(
    (refusal) => refusal === undefined,
  ).length;
}

describe('quota', () => {
  it('lets exactly 100 of 1,000 calls in one second pass in a fixed window of 100', () => {
    const quota = new Quota({ perRole: undefined, perAccount: 100, limiter: FIXED }, []);
    const instants = Array.from({ length: 1_000 }, (_, i) => NOW_MS + i);
    const accepted = instants.filter((atMs) => quota.admit(call(), atMs) === undefined);
    expect(accepted).toEqual(instants.slice(0, 100));
    expect(passed(quota, 1_000, NOW_MS + 1_000)).toBe(100);
  });

  it('enforces nothing when both scopes are off', () => {
    const quota = new Quota({ perRole: undefined, perAccount: undefined, limiter: FIXED }, []);
    expect(passed(quota, 5_000)).toBe(5_000);
  });

  it('counts nothing before the instant at which it begins, and all from there on', () => {
    const quota = new Quota(
      { perRole: undefined, perAccount: 10, limiter: FIXED, fromMs: NOW_MS },
      [],
    );
    expect(passed(quota, 50, NOW_MS - 1)).toBe(50);
    expect(passed(quota, 50, NOW_MS)).toBe(10);
  });

  it('does not spend the account on calls that the role refuses', () => {
    const quota = new Quota({ perRole: 10, perAccount: 100, limiter: FIXED }, []);
    expect(passed(quota, 50)).toBe(10);
    expect(quota.admit(call(), NOW_MS)?.scope).toBe('role');
    const rolesLeft = Array.from({ length: 20 }, (_, i) =>
      passed(quota, 10, NOW_MS, call(`${OTHER_ROLE_ARN}-${i}`)),
    );
    expect(rolesLeft.reduce((sum, count) => sum + count)).toBe(90);
    expect(quota.admit(call(OTHER_ROLE_ARN), NOW_MS)?.scope).toBe('account');
  });

  it('does not spend the role on calls that the account refuses', () => {
    const quota = new Quota({ perRole: 10, perAccount: 5, limiter: FIXED }, []);
    expect(passed(quota, 50)).toBe(5);
    expect(passed(quota, 50, NOW_MS, call(ROLE_ARN, '2000000000000002'))).toBe(5);
    expect(quota.admit(call(ROLE_ARN, '3000000000000003'), NOW_MS)?.scope).toBe('role');
  });

  it('counts each action and each account by itself', () => {
    const quota = new Quota({ perRole: undefined, perAccount: 5, limiter: FIXED }, []);
    expect(passed(quota, 9)).toBe(5);
    expect(passed(quota, 9, NOW_MS, { ...call(undefined), action: 'GetCallerIdentity' })).toBe(5);
    expect(passed(quota, 9, NOW_MS, call(ROLE_ARN, '2000000000000002'))).toBe(5);
  });

  it('says when a refused call would pass', () => {
    const quota = new Quota({ perRole: undefined, perAccount: 1, limiter: FIXED }, []);
    expect(passed(quota, 1, NOW_MS + 300)).toBe(1);
    expect(quota.admit(call(), NOW_MS + 400)).toEqual({ scope: 'account', waitMs: 600 });
    expect(quota.admit(call(), NOW_MS + 1_000)).toBeUndefined();
  });
});

describe("others' use of a quota", () => {
  const others = (ratePerSecond: number, roleArn?: string): MockFault => ({
    kind: 'background',
    fromMs: NOW_MS,
    toMs: NOW_MS + 10_000,
    ratePerSecond,
    roleArn,
  });

  it('leaves the rest of the account to us, while it lasts', () => {
    const quota = new Quota({ perRole: undefined, perAccount: 100, limiter: FIXED }, [others(80)]);
    expect(passed(quota, 200, NOW_MS + 1_999)).toBe(20);
    expect(passed(quota, 200, NOW_MS + 10_000)).toBe(100);
  });

  it('spends one role and no other', () => {
    const quota = new Quota({ perRole: 100, perAccount: undefined, limiter: FIXED }, [
      others(100, ROLE_ARN),
    ]);
    expect(passed(quota, 200, NOW_MS + 999)).toBe(0);
    expect(passed(quota, 200, NOW_MS + 999, call(OTHER_ROLE_ARN))).toBe(100);
  });

  it('adds up where two of them overlap', () => {
    const quota = new Quota({ perRole: undefined, perAccount: 100, limiter: FIXED }, [
      others(30),
      { ...others(40), fromMs: NOW_MS + 5_000, toMs: NOW_MS + 6_000 },
    ]);
    expect(passed(quota, 200, NOW_MS + 4_999)).toBe(70);
    expect(passed(quota, 200, NOW_MS + 5_999)).toBe(30);
    expect(passed(quota, 200, NOW_MS + 6_999)).toBe(70);
  });

  it('catches up with days of calls in no time', () => {
    const rush: MockFault = { ...others(1_000_000), ...ALWAYS, fromMs: 0 };
    const quota = new Quota({ perRole: undefined, perAccount: 100, limiter: FIXED }, [rush]);
    expect(passed(quota, 10, NOW_MS + 500)).toBe(0);
  });
});
