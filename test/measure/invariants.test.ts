import { expect, test } from 'vitest';
import type { CallRecord } from '../../src/kernel/sts/call-record.ts';
import { CallLog } from '../../src/measure/call-log.ts';
import { CallTable } from '../../src/measure/call-table.ts';
import { violations } from '../../src/measure/invariants.ts';
import { quotaUses } from '../../src/measure/quota-use.ts';
import type { QuotaUse, SubjectResult } from '../../src/measure/result.ts';
import { groupOf, latencyOf, resultOf, subjectOf, totalsOf } from './documents.ts';

const quota: QuotaUse = {
  scope: 'account',
  key: '100/cn-hangzhou',
  limit: 100,
  limiter: { algorithm: 'fixed-window' },
  calls: 500,
  peakPerSecond: 120,
  slidingPeakPerSecond: 200,
  succeededPeakPerSecond: 100,
  succeededSlidingPeakPerSecond: 180,
  throttled: 20,
};

function violationsOf(figures: Partial<SubjectResult>): string[] {
  return violations(resultOf([subjectOf('reference', figures)]));
}

test('a result of nothing violates nothing', () => {
  expect(violationsOf({ quotas: [quota] })).toEqual([]);
});

const broken: [rule: string, figures: Partial<SubjectResult>, found: RegExp][] = [
  [
    'requests do not add up',
    { totals: totalsOf({ requests: { offered: 2, failed: 1 } }) },
    /offered 2 is not/,
  ],
  [
    'calls do not add up',
    { totals: totalsOf({ assumeRole: { calls: 3, throttled: 2 } }) },
    /calls 3 is not/,
  ],
  [
    'a sliding peak is above twice the aligned one',
    { quotas: [{ ...quota, slidingPeakPerSecond: 300 }] },
    /cannot be of the same calls/,
  ],
  [
    'a fixed window let too many pass',
    { quotas: [{ ...quota, succeededPeakPerSecond: 101 }] },
    /101 succeeded in one second/,
  ],
  [
    'a sliding window let too many pass',
    { quotas: [{ ...quota, limiter: { algorithm: 'sliding-window' } }] },
    /180 succeeded in any second/,
  ],
  [
    'a token bucket let too many pass',
    { quotas: [{ ...quota, limiter: { algorithm: 'token-bucket', burst: 50 } }] },
    /a burst of 50/,
  ],
  [
    'a token bucket let too many pass over several seconds',
    {
      quotas: [
        {
          ...quota,
          limiter: { algorithm: 'token-bucket', burst: 80 },
          succeededBurst: 80.1,
        },
      ],
    },
    /needs a burst of 80.1 at 100 a second, the bucket has 80/,
  ],
  [
    'a client had two refreshes in the air, and claims that it never has',
    { claims: { singleFlight: true, neverServesExpired: true }, refreshesInFlightMax: 2 },
    /claims.singleFlight: 2 refreshes/,
  ],
  [
    'an expired credential was handed over by a client that claims never to do so',
    {
      claims: { singleFlight: false, neverServesExpired: true },
      totals: totalsOf({ credentials: { servedExpired: 3 } }),
    },
    /claims.neverServesExpired: 3 expired credentials/,
  ],
  [
    'a phase does not add up',
    {
      phases: { coldStart: { ...groupOf({ requests: { offered: 1 } }), at: 0, seconds: 10 } },
    },
    /phases.coldStart: offered 1 is not/,
  ],
  [
    'a quota that is off throttled',
    { quotas: [{ ...quota, limit: null, limiter: null }] },
    /not enforced/,
  ],
  [
    'apps do not add up to the total',
    { apps: { checkout: groupOf({ requests: { offered: 1, completed: 1 } }) } },
    /the apps add up to 1/,
  ],
  [
    'percentiles are not in order',
    { latency: groupOf({}, { assumeRole: latencyOf({ count: 1, p50Ms: 3, maxMs: 2 }) }).latency },
    /percentiles are not in order/,
  ],
  [
    'the timeline misses stalls',
    { totals: totalsOf({ stalls: { requests: 2, totalSeconds: 1 } }) },
    /timeline: 0 stalled, 2 in the totals/,
  ],
  [
    'there are more episodes than stalls',
    { totals: totalsOf({ stalls: { episodes: 1 } }) },
    /more stall episodes/,
  ],
];

test.each(broken)('it is found when %s', (_, figures, found) => {
  expect(violationsOf(figures).join('\n')).toMatch(found);
});

test.each<[what: string, figures: Partial<SubjectResult>]>([
  [
    'what a subject does not claim',
    {
      claims: { singleFlight: false, neverServesExpired: false },
      refreshesInFlightMax: 9,
    },
  ],
  [
    'a claim that nobody can see broken',
    { claims: { singleFlight: true, neverServesExpired: true }, refreshesInFlightMax: null },
  ],
  [
    'a burst that the bucket just has, but for rounding',
    {
      quotas: [
        {
          ...quota,
          limiter: { algorithm: 'token-bucket', burst: 80 },
          succeededBurst: 80 + 1e-12,
        },
      ],
    },
  ],
])('%s is no violation', (_, figures) => {
  expect(violationsOf(figures)).toEqual([]);
});

/** Use of an account's quota of 100/s by calls that all succeeded. */
function tokenBucketUse(atMs: readonly number[], burst: number): QuotaUse {
  const call: Omit<CallRecord, 'atMs'> = {
    action: 'AssumeRole',
    accountId: '100',
    region: 'cn-hangzhou',
    caller: 'checkout',
    roleArn: 'acs:ram::200:role/checkout',
    outcome: 'succeeded',
    code: 'OK',
    serviceMs: 20,
  };
  const log = new CallLog(0);
  for (const at of atMs) log.append({ ...call, atMs: at });
  const [account] = quotaUses(
    new CallTable([log.export()]),
    { apps: [], windows: [], endMs: 60_000, stallThresholdMs: 1 },
    {
      caller: { accountId: '100', region: 'cn-hangzhou' },
      sts: {
        quotaPerRole: undefined,
        quotaPerAccount: 100,
        limiter: { algorithm: 'token-bucket', burst },
      },
    },
  );
  return account!;
}

test('a burst beyond the bucket is found over many seconds, though no single one exceeds it', () => {
  // 125 a second for ten seconds: 25 a second more than the quota, and 140 are allowed in any one.
  const atMs = Array.from({ length: 1_250 }, (_, index) => index * 8);
  const use = tokenBucketUse(atMs, 40);
  expect(use.succeededSlidingPeakPerSecond).toBe(125);
  // The last call comes after 9.992 s, in which the bucket has refilled by 999.2.
  expect(use.succeededBurst).toBeCloseTo(1_250 - 999.2, 6);
  expect(violationsOf({ quotas: [use] }).join()).toMatch(
    /needs a burst of 250.\d+ at 100 a second/,
  );
  expect(violationsOf({ quotas: [tokenBucketUse(atMs, 251)] })).toEqual([]);
});
