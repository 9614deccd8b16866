import '../../src/vitest/index.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { HarnessError } from '../../src/kernel/errors.ts';
import { simulate } from '../../src/library/simulate.ts';
import type { Result, SubjectResult } from '../../src/measure/result.ts';
import { DEFAULT_LIMITS } from '../../src/verdict/checks/limits.ts';
import type { CheckReport } from '../../src/verdict/checks/report.ts';
import { findingText } from '../../src/verdict/expectations/finding.ts';
import { partOf } from '../../src/verdict/expectations/part.ts';
import { resultOf, subjectOf, totalsOf } from '../measure/documents.ts';

/** The message that a failed expectation has. */
function failureOf(expectation: () => void): string {
  try {
    expectation();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the expectation held');
}

function documentOf(figures: Partial<SubjectResult>): Result {
  return { ...resultOf([subjectOf('mine', figures)]), verdict: 'passed', reasons: [] };
}

describe('a client that makes requests wait in step, every 45 minutes', () => {
  let result: Result;
  beforeAll(async () => {
    result = await simulate('hourly-expiry', { subject: ['preset:alicloud-node', 'reference'] });
  });

  it('is told what was seen, where first, and what was allowed', () => {
    expect(
      failureOf(() => expect(result).toHaveNoStalls({ after: 'start' })),
    ).toMatchInlineSnapshot(`
      "expected: no request stalls, after the start (1806 s)
      seen: 120 requests stalled
      first: at 2700 s, in window refresh-in-step: 14 requests
      of: preset:alicloud-node, in scenario hourly-expiry, seed 3600"
    `);
    expect(
      failureOf(() => expect(result).toHaveNoStalls({ window: 'refresh-in-step' })),
    ).toMatchInlineSnapshot(`
      "expected: no request stalls, in window refresh-in-step
      seen: 120 requests stalled, the longest for 0.08 s
      first: at 2700 s, in window refresh-in-step: 14 requests
      of: preset:alicloud-node, in scenario hourly-expiry, seed 3600"
    `);
    expect(failureOf(() => expect(result).toCallAssumeRoleAtMost(200))).toMatchInlineSnapshot(`
      "expected: at most 200 AssumeRole calls
      seen: 240 calls, by 120 processes
      first: at 2703 s, in window refresh-in-step: 225 calls so far
      of: preset:alicloud-node, in scenario hourly-expiry, seed 3600"
    `);
    expect(
      failureOf(() =>
        expect(result).toCallAssumeRoleAtMost(10, { inAnySecond: true, after: '10m' }),
      ),
    ).toMatchInlineSnapshot(`
      "expected: at most 10 AssumeRole calls in a second, after 600 s
      seen: 35 calls in a second, by 120 processes
      first: at 2700 s, in window refresh-in-step: 14 calls in a second
      of: preset:alicloud-node, in scenario hourly-expiry, seed 3600"
    `);
    expect(
      failureOf(() => expect(result).toStayWithinQuota({ share: 0.3 })),
    ).toMatchInlineSnapshot(`
      "expected: at most 30 calls a second (30 % of 100) of account 1000000000000001/cn-shanghai, and none refused
      seen: 35 calls in the busiest second, 0 refused
      first: at 1 s, in window start: 32 calls in a second, 0 refused
      of: preset:alicloud-node, in scenario hourly-expiry, seed 3600"
    `);
    expect(failureOf(() => expect(result).toPassThresholds())).toMatchInlineSnapshot(`
      "expected: 6 thresholds hold
      seen: windows.refresh-in-step.totals.stalls.requests == 0: it was 120. windows.refresh-in-step.totals.assumeRole.peakPerSecond <= 10: it was 35.
      of: preset:alicloud-node, in scenario hourly-expiry, seed 3600"
    `);
    expect(
      failureOf(() => expect(result).toPassThresholds(['apps.catalog.stalls.requests == 0'])),
    ).toMatchInlineSnapshot(`
      "expected: 1 threshold holds
      seen: apps.catalog.stalls.requests == 0: it was 240.
      of: preset:alicloud-node, in scenario hourly-expiry, seed 3600"
    `);
  });

  it('`.not` holds where the expectation does not, and says what it did not expect', () => {
    expect(result).not.toHaveNoStalls();
    expect(result).not.toPassThresholds();
    expect(failureOf(() => expect(result).not.toStayWithinQuota())).toMatchInlineSnapshot(`
      "not expected: at most 100 calls a second of account 1000000000000001/cn-shanghai, and none refused
      seen: 35 calls in the busiest second, 0 refused
      of: preset:alicloud-node, in scenario hourly-expiry, seed 3600"
    `);
  });

  it('stands beside another one, which waits only at the start', () => {
    expect(result).toHaveNoStalls({ subject: 'reference', after: 'start' });
    expect(result).not.toHaveNoStalls({ subject: 'reference' });
    expect(result).toCallAssumeRoleAtMost(120, { subject: 'reference', phase: 'coldStart' });
    expect(result).toPassThresholds(['assumeRole.calls <= 240'], { subject: 'reference' });
  });

  it('counts by app and by role as the result does', () => {
    const { calls } = result.subjects[0]!.totals.assumeRole;
    const [role] = Object.keys(result.subjects[0]!.roles);
    for (const part of [{}, { app: 'catalog' }, { role: role! }, { after: 0 }]) {
      expect(result).toCallAssumeRoleAtMost(calls, part);
      expect(result).not.toCallAssumeRoleAtMost(calls - 1, part);
    }
  });

  it('is not asked for a part that is not there', () => {
    const unknown = () => partOf(result, { app: 'catalogue' });
    expect(unknown).toThrow('did you mean catalog?');
    expect(() => partOf(result, { phase: 'steadyState' })).toThrow('one of: coldStart');
    expect(() => partOf(result, { app: 'catalog', after: 'start' })).toThrow('at most one');
    expect(() => partOf(result, { after: 'soon' })).toThrow("'start', a duration");
    expect(() => expect(result).toStayWithinQuota({ scope: 'role' })).toThrow('no quota by role');
  });
});

describe('credentials that end, and requests that fail', () => {
  const result = documentOf({
    totals: totalsOf({
      requests: { offered: 1_000, failed: 12 },
      credentials: { servedExpired: 3, minRemainingSeconds: -7 },
    }),
    errors: [
      { source: 'request', code: 'ServiceUnavailable', count: 2, firstAt: 31, lastAt: 40 },
      { source: 'request', code: 'Throttling.User', count: 10, firstAt: 30.5, lastAt: 50 },
      { source: 'assumeRole', code: 'Throttling.User', count: 4, firstAt: 1, lastAt: 50 },
    ],
  });

  it('are told', () => {
    expect(failureOf(() => expect(result).toServeNoExpiredCredential())).toMatchInlineSnapshot(`
      "expected: no request is handed an expired credential
      seen: 3 requests with an expired credential; the least had -7 s left
      of: mine, in scenario smoke, seed 42"
    `);
    expect(failureOf(() => expect(result).toFailNoRequest())).toMatchInlineSnapshot(`
      "expected: no request fails
      seen: 12 requests of 1,000 failed
      first: at 30.5 s: Throttling.User, 10 times
      of: mine, in scenario smoke, seed 42"
    `);
  });

  it('are none in a result without', () => {
    expect(documentOf({})).toServeNoExpiredCredential();
    expect(documentOf({})).toFailNoRequest();
  });
});

describe('quota', () => {
  const use = {
    scope: 'account',
    key: '1/cn-shanghai',
    limit: 100,
    limiter: { algorithm: 'fixed-window' },
    calls: 200,
    peakPerSecond: 100,
    slidingPeakPerSecond: 150,
    succeededPeakPerSecond: 100,
    succeededSlidingPeakPerSecond: 150,
    throttled: 0,
  } as const;
  const using = (figures: Partial<SubjectResult['quotas'][number]>) =>
    documentOf({ quotas: [{ ...use, ...figures }] });

  it('is counted as its limiter counts', () => {
    expect(using({})).toStayWithinQuota();
    expect(using({})).not.toStayWithinQuota({ share: 0.99 });
    expect(using({ limiter: { algorithm: 'sliding-window' } })).not.toStayWithinQuota();
    expect(using({ limiter: { algorithm: 'token-bucket', burst: 50 } })).toStayWithinQuota();
    expect(using({ limiter: { algorithm: 'token-bucket', burst: 49 } })).not.toStayWithinQuota();
  });

  it('is passed when a call was refused, whatever the count', () => {
    expect(using({ peakPerSecond: 1, throttled: 1 })).not.toStayWithinQuota();
  });

  it('has to be there', () => {
    expect(() => expect(using({ limit: null })).toStayWithinQuota()).toThrow(HarnessError);
    expect(() => expect(using({})).toStayWithinQuota({ share: 0 })).toThrow('above 0');
  });
});

describe('a result that says nothing', () => {
  const late = { p50Ms: 0, p99Ms: 0, maxMs: 0 };
  it.each([
    ['invalid', { validity: { ok: false, reasons: ['It was too slow.'], late, shortfall: 1 } }],
    ['ended early', { partial: true }],
  ])('is neither good nor bad when it is %s', (_, figures) => {
    const result = documentOf(figures);
    expect(() => expect(result).toHaveNoStalls()).toThrow('say nothing about the client');
    expect(() => expect(result).not.toHaveNoStalls()).toThrow('say nothing about the client');
  });

  it('is refused when it is none, or a promise of one', () => {
    expect(() => expect(simulate('smoke')).toHaveNoStalls()).toThrow('await');
    expect(() => expect(3).toHaveNoStalls()).toThrow('no result of simulate()');
  });
});

it('a bucket that lies on both sides of an instant counts whole', () => {
  const bucket = {
    at: 60,
    seconds: 60,
    gap: true,
    offered: 10,
    completed: 10,
    stalled: 4,
    assumeRole: 5,
    assumeRolePeakPerSecond: 2,
    throttled: 0,
  };
  const result = documentOf({ timeline: [{ ...bucket, at: 0 }, bucket] });
  expect(partOf(result, { after: '90s' }).counts).toMatchObject({ stalled: 4, calls: 5 });
  expect(partOf(result, { after: 120 }).counts).toMatchObject({ stalled: 0, calls: 0 });
});

it('a finding without a place has no line for it', () => {
  const finding = { passed: true, expected: 'a', seen: 'b', first: undefined, of: 'c' };
  expect(findingText(finding, { isNot: true })).toBe('not expected: a\nseen: b\nof: c');
});

describe('a report of a client', () => {
  const report = (status: 'passed' | 'failed'): CheckReport => ({
    schemaVersion: 1,
    client: 'mine',
    seed: 1,
    limits: DEFAULT_LIMITS,
    verdict: status,
    counts: { passed: 0, skipped: 0, [status]: 1, failed: status === 'failed' ? 1 : 0 },
    checks: [
      {
        name: 'close-twice',
        family: 'Beginning and end',
        proves: 'close() may be called again.',
        why: 'Shutdown paths meet.',
        status,
        cases: [{ name: '', status, seen: 'it rejected', wanted: 'close() resolves' }],
      },
    ],
  });

  it('passes where no check failed', () => {
    expect(report('passed')).toPassAllChecks();
    expect(report('failed')).not.toPassAllChecks();
  });

  it('names what failed, what was seen and what was wanted', () => {
    expect(failureOf(() => expect(report('failed')).toPassAllChecks())).toBe(
      [
        'mine: 0 passed, 1 failed',
        '✗ close-twice: close() may be called again.',
        '    seen: it rejected',
        '    wanted: close() resolves',
      ].join('\n'),
    );
  });

  it('may leave out what is known to fail, and nothing else', () => {
    const except = ['close-twice'];
    expect(report('failed')).toPassAllChecks({ except });
    expect(failureOf(() => expect(report('passed')).toPassAllChecks({ except }))).toContain(
      'close-twice is excepted, and does not fail',
    );
  });

  it('is not a promise of one, nor a result', () => {
    const wrong = (received: unknown) => failureOf(() => expect(received).toPassAllChecks());
    expect(wrong(Promise.resolve(report('passed')))).toContain('await check(…)');
    expect(wrong(resultOf([]))).toContain('await check(…)');
  });
});
