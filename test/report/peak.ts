/** A result as `peak-6m-users` would give it, with figures made up to show every kind of column. */
import type { QuotaUse, Result, SubjectResult, WindowResult } from '../../src/measure/result.ts';
import { groupOf, latencyOf, resultOf, subjectOf, totalsOf } from '../measure/documents.ts';

const CHECKOUT = 'acs:ram::1000000000000002:role/checkout';
const SEARCH = 'acs:ram::1000000000000003:role/search';

function window(at: number, stalls: number, worst: number): WindowResult {
  return {
    ...groupOf({
      throughput: {
        offeredPerSecond: 20_113.4,
        completedPerSecond: 20_113.4 - (20_000 - worst) / 30,
      },
      stalls: { requests: stalls },
    }),
    at,
    seconds: 30,
    dip: { completedPerSecond: worst, offeredPerSecond: 20_000 },
  };
}

function quota(scope: 'role' | 'account', key: string, peak: number, throttled = 0): QuotaUse {
  const limit = scope === 'account' ? 100 : null;
  return {
    scope,
    key,
    limit,
    limiter: limit === null ? null : { algorithm: 'fixed-window' },
    calls: 0,
    peakPerSecond: peak,
    slidingPeakPerSecond: Math.round(peak * 1.2),
    succeededPeakPerSecond: Math.min(peak, 100),
    succeededSlidingPeakPerSecond: Math.min(peak, 180),
    throttled,
  };
}

function roles(checkout: number, search: number): SubjectResult['roles'] {
  return {
    [CHECKOUT]: groupOf({ assumeRole: { calls: checkout } }),
    [SEARCH]: groupOf({ assumeRole: { calls: search } }),
  };
}

function quotas(account: number, checkout: number, search: number, throttled = 0): QuotaUse[] {
  return [
    quota('account', '1000000000000001/cn-hangzhou', account, throttled),
    quota('role', CHECKOUT, checkout),
    quota('role', SEARCH, search),
  ];
}

const reference = subjectOf('reference', {
  validity: {
    ok: true,
    reasons: [],
    late: { p50Ms: 0.004, p99Ms: 0.31, maxMs: 4.2 },
    shortfall: 0,
  },
  totals: totalsOf({
    requests: { offered: 1_810_206, completed: 1_810_206 },
    throughput: { offeredPerSecond: 20_113.4, completedPerSecond: 20_112.9 },
    assumeRole: { calls: 960, succeeded: 960, peakPerSecond: 38, slidingPeakPerSecond: 45 },
    stalls: {
      requests: 1_284,
      episodes: 320,
      episodeSeconds: 14.1,
      totalSeconds: 31.2,
      longestSeconds: 0.2118,
    },
    credentials: { minRemainingSeconds: 1_212 },
  }),
  latency: {
    credentialWait: latencyOf({
      count: 1_810_206,
      p50Ms: 0.012,
      p99Ms: 0.34,
      p999Ms: 1.9,
      p9999Ms: 80,
      maxMs: 211.9,
    }),
    assumeRole: latencyOf({
      count: 960,
      p50Ms: 41,
      p99Ms: 96.4,
      p999Ms: 140,
      p9999Ms: 140,
      maxMs: 140,
    }),
    request: latencyOf({
      count: 1_810_206,
      p50Ms: 12.1,
      p99Ms: 61.2,
      p999Ms: 80,
      p9999Ms: 140,
      maxMs: 290,
    }),
  },
  windows: {
    'fleet-start': window(68_400, 1_284, 19_214),
    'first-refresh': window(72_000, 0, 20_004),
    'second-refresh': window(75_600, 0, 19_990),
  },
  roles: roles(540, 420),
  quotas: quotas(38, 20, 18),
  thresholds: [
    {
      expression: 'windows.first-refresh.stalls.requests == 0',
      level: 'error',
      actual: 0,
      where: 'windows.first-refresh.totals.stalls.requests',
      passed: true,
    },
    {
      expression: 'roles.*.assumeRole.peakPerSecond <= 80',
      level: 'error',
      actual: 20,
      where: `roles["${CHECKOUT}"].totals.assumeRole.peakPerSecond`,
      passed: true,
    },
    {
      expression: 'latency.credentialWait.p999Ms < 5ms',
      level: 'error',
      actual: 1.9,
      where: 'latency.credentialWait.p999Ms',
      passed: true,
    },
  ],
  processes: 320,
  fastForward: { mode: 'hops', hops: 1_204, reason: 'from event to event, each run at true speed' },
});

const alibabaSdk = subjectOf('alibaba-sdk', {
  validity: {
    ok: true,
    reasons: [],
    late: { p50Ms: 0.005, p99Ms: 0.92, maxMs: 11 },
    shortfall: 0.0002,
  },
  totals: totalsOf({
    requests: { offered: 1_810_206, completed: 1_808_989, failed: 1_217 },
    throughput: { offeredPerSecond: 20_113.4, completedPerSecond: 20_099.9 },
    assumeRole: {
      calls: 28_420,
      succeeded: 20_300,
      throttled: 8_120,
      peakPerSecond: 412,
      slidingPeakPerSecond: 498,
    },
    stalls: {
      requests: 27_310,
      episodes: 640,
      episodeSeconds: 55,
      totalSeconds: 1_820,
      longestSeconds: 0.412,
    },
    credentials: { minRemainingSeconds: 180.2 },
  }),
  latency: {
    credentialWait: latencyOf({
      count: 1_808_989,
      p50Ms: 0.041,
      p99Ms: 61,
      p999Ms: 180,
      p9999Ms: 380,
      maxMs: 412,
    }),
    assumeRole: latencyOf({
      count: 28_420,
      p50Ms: 52,
      p99Ms: 132,
      p999Ms: 300,
      p9999Ms: 380,
      maxMs: 390,
    }),
    request: latencyOf({
      count: 1_808_989,
      p50Ms: 12.4,
      p99Ms: 121,
      p999Ms: 300,
      p9999Ms: 400,
      maxMs: 450,
    }),
  },
  windows: {
    'fleet-start': window(68_400, 11_284, 15_214),
    'first-refresh': window(72_000, 8_013, 12_010),
    'second-refresh': window(75_600, 8_013, 12_880),
  },
  roles: roles(16_020, 12_400),
  quotas: quotas(412, 230, 204, 8_120),
  errors: [
    {
      source: 'assumeRole',
      code: 'Throttling.User',
      count: 8_120,
      firstAt: 68_400,
      lastAt: 75_630,
    },
    { source: 'request', code: 'Throttling.User', count: 1_217, firstAt: 68_400, lastAt: 75_630 },
  ],
  processes: 320,
  fastForward: { mode: 'hops', hops: 980, reason: 'from event to event, each run at true speed' },
});

const uncached = subjectOf('uncached', {
  validity: {
    ok: false,
    reasons: [
      '84 % of the requests could not be started in time (tolerance 1 %): the machine’s 2 cores were 99 % busy',
    ],
    late: { p50Ms: 1_200, p99Ms: 9_800, maxMs: 10_400 },
    shortfall: 0.84,
  },
  totals: totalsOf({
    requests: { offered: 1_810_206, completed: 3_011, failed: 281_104, notStarted: 1_526_091 },
    throughput: { offeredPerSecond: 20_113.4, completedPerSecond: 33.5 },
    assumeRole: {
      calls: 284_115,
      succeeded: 3_011,
      throttled: 281_104,
      peakPerSecond: 4_102,
      slidingPeakPerSecond: 4_377,
    },
    stalls: {
      requests: 284_115,
      episodes: 12_440,
      episodeSeconds: 9_000,
      totalSeconds: 21_004,
      longestSeconds: 4.4,
    },
    credentials: { minRemainingSeconds: 3_599 },
  }),
  latency: {
    credentialWait: latencyOf({
      count: 3_011,
      p50Ms: 812,
      p99Ms: 4_100,
      p999Ms: 4_350,
      p9999Ms: 4_400,
      maxMs: 4_400,
    }),
    assumeRole: latencyOf({
      count: 284_115,
      p50Ms: 310,
      p99Ms: 1_210,
      p999Ms: 2_000,
      p9999Ms: 3_000,
      maxMs: 4_000,
    }),
    request: latencyOf({
      count: 3_011,
      p50Ms: 830,
      p99Ms: 4_160,
      p999Ms: 4_400,
      p9999Ms: 4_500,
      maxMs: 4_500,
    }),
  },
  windows: {
    'fleet-start': window(68_400, 94_000, 32),
    'first-refresh': window(72_000, 95_000, 31),
    'second-refresh': window(75_600, 95_115, 33),
  },
  roles: roles(150_115, 134_000),
  quotas: quotas(4_102, 2_100, 2_002, 281_104),
  errors: [
    {
      source: 'assumeRole',
      code: 'Throttling.User',
      count: 281_104,
      firstAt: 68_400,
      lastAt: 75_630,
    },
    { source: 'request', code: 'Throttling.User', count: 281_104, firstAt: 68_400, lastAt: 75_630 },
  ],
  processes: 320,
  timeline: [
    {
      at: 0,
      seconds: 68_400,
      gap: true,
      offered: 0,
      completed: 0,
      stalled: 0,
      assumeRole: 0,
      assumeRolePeakPerSecond: 0,
      throttled: 0,
    },
  ],
  fastForward: {
    mode: 'none',
    hops: 0,
    reason: 'it keeps no credential, so every request calls STS',
  },
});

const staticKeys = subjectOf('static-keys', {
  validity: { ok: true, reasons: [], late: { p50Ms: 0.003, p99Ms: 0.2, maxMs: 3.9 }, shortfall: 0 },
  totals: totalsOf({
    requests: { offered: 1_810_206, completed: 1_810_206 },
    throughput: { offeredPerSecond: 20_113.4, completedPerSecond: 20_113.1 },
  }),
  latency: {
    credentialWait: latencyOf({
      count: 1_810_206,
      p50Ms: 0.006,
      p99Ms: 0.2,
      p999Ms: 0.9,
      p9999Ms: 3,
      maxMs: 3.9,
    }),
    assumeRole: latencyOf(),
    request: latencyOf({
      count: 1_810_206,
      p50Ms: 12.1,
      p99Ms: 60.9,
      p999Ms: 80,
      p9999Ms: 140,
      maxMs: 280,
    }),
  },
  windows: {
    'fleet-start': window(68_400, 0, 20_010),
    'first-refresh': window(72_000, 0, 20_003),
    'second-refresh': window(75_600, 0, 19_999),
  },
  roles: roles(0, 0),
  quotas: quotas(0, 0, 0),
  processes: 320,
  fastForward: { mode: 'jump', hops: 2, reason: 'it keeps nothing that ages' },
});

export function peakResult(subjects: readonly SubjectResult[] = PEAK_SUBJECTS): Result {
  const measured = resultOf(subjects);
  return {
    ...measured,
    run: {
      ...measured.run,
      id: 'peak-6m-users-20261122-160100-a1b2',
      scenario: 'peak-6m-users',
      question:
        'Does the credential path hold when six million users come for a flash sale at the evening peak?',
      virtualSeconds: 75_630,
      scenarioSeconds: 86_400,
      wallSeconds: 112.4,
      command: 'sts-harness run peak-6m-users --seed 42',
      assumptions: [
        'The quota’s algorithm is not documented by Alibaba Cloud; assumed here: fixed window.',
        'STS latency is the scenario’s; Alibaba Cloud publishes none.',
      ],
    },
    verdict: 'passed',
    reasons: ['All 3 thresholds hold.'],
  };
}

export const PEAK_SUBJECTS = [reference, alibabaSdk, uncached, staticKeys] as const;
