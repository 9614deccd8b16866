import { expect, test } from 'vitest';
import { violations } from '../../src/measure/invariants.ts';
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
