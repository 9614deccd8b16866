/** A size document for tests of what is made of one. */
import type { Need, Reading, SizeReport } from '../../src/sizing/size-report.ts';

const failures = { count: 0, of: 200, chanceMax: 0.0149, method: 'rule of three' } as const;
const spread = { min: 290, median: 300, p95: 315, max: 320 };
const harm = {
  throttledMean: 0,
  stalledRequestsMean: 0,
  stalledSecondsMean: 0,
  longestStallSecondsMax: 0,
  failedRequestsMean: 0,
};

const coldStart: Need = {
  situation: 'coldStart',
  quotaPerSecond: 320,
  limiter: 'sliding-window',
  byLimiter: { 'fixed-window': 310, 'sliding-window': 320, 'token-bucket': 300 },
  unthrottledPerSecond: 320,
  spread: { 'fixed-window': spread, 'sliding-window': spread, 'token-bucket': spread },
  failures,
  fresh: { ...failures, of: 400, chanceMax: 0.00746 },
  withoutQuota: harm,
  isMonotone: true,
  closedForm: {
    formula: 'F2: all processes in one second',
    quotaPerSecond: 320,
    simulatedPerSecond: 310,
    residual: -0.03125,
  },
  reason: null,
};

const steadyState: Need = {
  ...coldStart,
  situation: 'steadyState',
  quotaPerSecond: 7,
  byLimiter: { 'fixed-window': 6, 'sliding-window': 7, 'token-bucket': 6 },
  fresh: null,
  closedForm: null,
};

export const byAccount: Reading = {
  scope: 'account',
  quotaPerSecond: 320,
  situation: 'coldStart',
  limiter: 'sliding-window',
  presentPerSecond: 100,
  suffices: false,
  situations: [coldStart, steadyState],
  keys: [{ key: '1000000000000001/cn-shanghai', quotaPerSecond: 320 }],
};

const byRole: Reading = {
  ...byAccount,
  scope: 'role',
  presentPerSecond: null,
  suffices: null,
  keys: [{ key: 'acs:ram::1100000000000001:role/role-orders-prd', quotaPerSecond: 320 }],
};

export const sizeDocument: SizeReport = {
  schemaVersion: 1,
  kind: 'size',
  scenario: 'orders',
  scenarioHash: '4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1f00918273645546372819a',
  question: 'What does a restart of everything need?',
  subject: 'reference',
  seed: 80,
  command: 'sts-harness size /home/somebody/orders.yaml',
  version: '0.1.0',
  processes: 320,
  roles: 1,
  callerAccount: '1000000000000001/cn-shanghai',
  scale: { users: 1, hosts: 1 },
  replications: 200,
  confidence: 0.95,
  objective: { isDefault: true, expressions: ['totals.assumeRole.throttled == 0'] },
  situations: [
    {
      name: 'coldStart',
      derivation: 'The scenario as it is, until half a session after its last start.',
      fromSeconds: 0,
      toSeconds: 1801,
      applies: true,
    },
    {
      name: 'steadyState',
      derivation: 'The scenario as it is, from half a session after its last start to its end.',
      fromSeconds: 1801,
      toSeconds: 86400,
      applies: true,
    },
    {
      name: 'recovery',
      derivation: 'Nothing is refreshed after the start that an outage could keep back.',
      fromSeconds: 0,
      toSeconds: 0,
      applies: false,
    },
  ],
  readings: [byAccount, byRole],
  curve: [
    {
      scope: 'account',
      situation: 'coldStart',
      limiter: 'sliding-window',
      quotaPerSecond: 100,
      failures: { count: 200, of: 200, chanceMax: 1, method: 'Clopper-Pearson' },
      throttledMean: 412.5,
      stalledRequestsMean: 2810,
      stalledSecondsMean: 9120,
      longestStallSecondsMax: 8.25,
      failedRequestsMean: 0,
    },
  ],
  usage: [
    {
      scope: 'account',
      key: '1000000000000001/cn-shanghai',
      minutes: [
        { at: 0, medianPerSecond: 300, maxPerSecond: 310 },
        { at: 2700, medianPerSecond: 4, maxPerSecond: 6 },
      ],
    },
  ],
  forecast: [],
  simulations: 1400,
  assumptions: ['Which algorithm Alibaba Cloud counts by is not documented.'],
};

export const measures: NonNullable<SizeReport['measures']> = {
  withinPerSecond: 100,
  neededPerSecond: 320,
  failing: ['coldStart'],
  replications: 60,
  measures: [
    {
      name: 'rolling-start',
      title: 'a slower rolling start',
      verdict: 'suffices',
      setting: 'hosts one after another over 10 s',
      value: 10,
      unit: 'seconds',
      quotaPerSecond: 40,
      situations: [{ situation: 'coldStart', quotaPerSecond: 40 }],
      reason: null,
      sideEffects: ['a release takes that long', 'a failover comes at once all the same'],
    },
    {
      name: 'jitter-window',
      title: 'a longer jitter window',
      verdict: 'not applicable',
      setting: null,
      value: null,
      unit: null,
      quotaPerSecond: null,
      situations: [],
      reason: 'preset:alicloud-go: its jitter, if any, is its own',
      sideEffects: [],
    },
  ],
  together: null,
  perRequest: {
    apps: ['upload'],
    peakPerSecond: 1_667,
    wayOut: 'Sign the URLs.',
    source: 'https://www.alibabacloud.com/help/en/ram/api',
  },
};
