import { describe, expect, test } from 'vitest';
import { HarnessError } from '../../src/kernel/errors.ts';
import type { App, ThresholdRule } from '../../src/scenario/scenario.ts';
import { judge } from '../../src/verdict/judge.ts';
import { METRICS } from '../../src/verdict/metrics.ts';
import { type Named, parseThresholds } from '../../src/verdict/thresholds.ts';
import { groupOf, latencyOf, resultOf, subjectOf, totalsOf } from '../measure/documents.ts';
import { ruleOf } from './rules.ts';

const CHECKOUT = 'acs:ram::200:role/checkout';
const SEARCH = 'acs:ram::300:role/search';

function scenario(...thresholds: (string | ThresholdRule)[]): Named {
  const app = (name: string, arn: string) => ({ name, role: { arn } }) as App;
  return {
    file: 'peak.yaml',
    apps: [app('checkout', CHECKOUT), app('search', SEARCH)],
    windows: [{ name: 'first-refresh', atMs: 0, forMs: 1_000 }],
    thresholds: thresholds.map((rule) => (typeof rule === 'string' ? ruleOf(rule) : rule)),
  };
}

function problemsOf(
  ...thresholds: (string | ThresholdRule)[]
): readonly { path: string; found: string; allowed: string }[] {
  try {
    parseThresholds(scenario(...thresholds));
  } catch (error) {
    if (error instanceof HarnessError) {
      expect(error).toMatchObject({ code: 'THRESHOLD_INVALID', exitCode: 2 });
      return error.problems;
    }
    throw error;
  }
  return [];
}

const roleOf = (peakPerSecond: number) => groupOf({ assumeRole: { peakPerSecond } });
const measured = subjectOf('reference', {
  totals: totalsOf({
    stalls: { requests: 27 },
    credentials: { minRemainingSeconds: 90 },
  }),
  latency: groupOf({}, { credentialWait: latencyOf({ count: 10, p999Ms: 5.0004 }) }).latency,
  apps: {
    checkout: groupOf({}, { request: latencyOf({ count: 3, p99Ms: 30 }) }),
    search: groupOf(),
  },
  roles: { [CHECKOUT]: roleOf(120), [SEARCH]: roleOf(40) },
  windows: {
    'first-refresh': {
      ...groupOf({ stalls: { requests: 3 } }),
      at: 0,
      seconds: 1,
      dip: { completedPerSecond: 80, offeredPerSecond: 100 },
    },
  },
  phases: {
    coldStart: {
      ...groupOf({ assumeRole: { calls: 40 }, stalls: { requests: 27 } }),
      at: 0,
      seconds: 60,
    },
  },
  quotas: [
    {
      scope: 'account',
      key: '100/cn-hangzhou',
      limit: 100,
      limiter: { algorithm: 'fixed-window' },
      calls: 500,
      peakPerSecond: 60,
      slidingPeakPerSecond: 90,
      succeededPeakPerSecond: 60,
      succeededSlidingPeakPerSecond: 90,
      throttled: 0,
      succeededBurst: 55.5,
    },
  ],
});

function outcome(expression: string) {
  const judged = judge(resultOf([measured]), parseThresholds(scenario(expression)));
  const { actual, passed, where } = judged.subjects[0]!.thresholds[0]!;
  return { actual, passed, where, verdict: judged.verdict, reason: judged.reasons[0] };
}

describe('a threshold is read', () => {
  test('with `totals.` left out wherever it may be', () => {
    const [long, short, window, role] = parseThresholds(
      scenario(
        'totals.stalls.requests == 0',
        'stalls.requests==0',
        'windows.first-refresh.stalls.requests <= 5',
        `roles["${CHECKOUT}"].assumeRole.peakPerSecond <= 80/s`,
      ),
    );
    expect(short!.path).toEqual(long!.path);
    expect(window!.path).toEqual(['windows', 'first-refresh', 'totals', 'stalls', 'requests']);
    expect(role!.path).toEqual(['roles', CHECKOUT, 'totals', 'assumeRole', 'peakPerSecond']);
  });

  test('with its value in the metric’s own unit', () => {
    const values = parseThresholds(
      scenario(
        'latency.credentialWait.p999Ms < 5',
        'latency.credentialWait.p999Ms < 5ms',
        'latency.credentialWait.p999Ms < 2 s',
        'stalls.longestSeconds < 250ms',
        'roles.*.assumeRole.peakPerSecond <= 80/s',
        'throughput.completedPerSecond >= 20k',
        'throughput.completedPerSecond >= 20k/s',
        'requests.completed > 1M',
        'validity.shortfall < 1%',
        'credentials.minRemainingSeconds > -1m',
      ),
    ).map(({ value }) => value);
    expect(values).toEqual([5, 5, 2_000, 0.25, 80, 20_000, 20_000, 1_000_000, 0.01, -60]);
  });

  test('for every number of the result, and for nothing else', () => {
    const all = [...METRICS.keys()].map((path) => `${path} >= 0`);
    expect(parseThresholds(scenario(...all))).toHaveLength(all.length);
    expect(METRICS.has('latency.request.p9999Ms')).toBe(true);
    expect(METRICS.has('quotas.*.slidingPeakPerSecond')).toBe(true);
    expect(METRICS.has('windows.*.dip.completedPerSecond')).toBe(true);
    expect(METRICS.has('phases.*.totals.stalls.requests')).toBe(true);
    expect(METRICS.has('quotas.*.succeededBurst')).toBe(true);
    expect(METRICS.has('refreshesInFlightMax')).toBe(true);
    expect(METRICS.has('name')).toBe(false);
    // Several seeds are no part of one: a threshold is held against each of them instead.
    expect([...METRICS.keys()].some((path) => path.startsWith('replications'))).toBe(false);
    expect([...METRICS.keys()].some((path) => path.startsWith('timeline'))).toBe(false);
  });
});

describe('a threshold on phases', () => {
  test('is read like one on windows', () => {
    const [short, long, any] = parseThresholds(
      scenario(
        'phases.steadyState.stalls.requests == 0',
        'phases.steadyState.totals.stalls.requests == 0',
        'phases.*.assumeRole.peakPerSecond <= 80/s',
      ),
    );
    expect(short!.path).toEqual(['phases', 'steadyState', 'totals', 'stalls', 'requests']);
    expect(long!.path).toEqual(short!.path);
    expect(any!.path).toEqual(['phases', '*', 'totals', 'assumeRole', 'peakPerSecond']);
  });

  test('names one of the two', () => {
    expect(problemsOf('phases.steadystate.stalls.requests == 0')).toMatchObject([
      {
        found: '`phases.steadystate`',
        allowed: 'one of: coldStart, steadyState, * (did you mean steadyState?)',
      },
    ]);
    expect(problemsOf('phases.rest.stalls.requests == 0')).toHaveLength(1);
  });

  test('is held against that phase alone', () => {
    expect(outcome('phases.coldStart.stalls.requests <= 26')).toMatchObject({
      actual: 27,
      passed: false,
      where: 'phases.coldStart.totals.stalls.requests',
    });
    expect(outcome('phases.coldStart.assumeRole.calls <= 40')).toMatchObject({
      actual: 40,
      passed: true,
    });
  });

  test('does not hold where the scenario is too short for the phase', () => {
    expect(outcome('phases.steadyState.stalls.requests == 0')).toMatchObject({
      actual: null,
      passed: false,
      verdict: 'failed',
    });
  });
});

describe('what is wrong is told before any load', () => {
  test('all at once, each with its place and the nearest right path', () => {
    expect(
      problemsOf(
        'totals.stals.requests == 0',
        'stalls.requests == 0',
        'apps.chekout.stalls.requests == 0',
        'latency.credentialWait.p99 < 5ms',
        'windows.first-refesh.stalls.requests == 0',
        'quotas.acount.peakPerSecond < 80',
      ),
    ).toMatchObject([
      { path: 'thresholds[0]', allowed: 'did you mean `totals.stalls.requests`?' },
      {
        path: 'thresholds[2]',
        found: '`apps.chekout`',
        allowed: 'one of: checkout, search, * (did you mean checkout?)',
      },
      { path: 'thresholds[3]', allowed: 'did you mean `latency.credentialWait.p99Ms`?' },
      {
        path: 'thresholds[4]',
        allowed: 'one of: first-refresh, * (did you mean first-refresh?)',
      },
      { path: 'thresholds[5]', allowed: 'one of: account, role, * (did you mean account?)' },
    ]);
  });

  test('with the line on which it stands, as the scenario’s parser counts it', () => {
    expect(problemsOf(ruleOf('stals.requests == 0', { line: 14 }))).toMatchObject([
      { path: 'thresholds[0]', line: 14 },
    ]);
  });

  test('a role whose name is mistyped', () => {
    expect(problemsOf('roles["acs:ram::200:role/chekout"].stalls.requests == 0')).toMatchObject([
      {
        found: '`roles["acs:ram::200:role/chekout"]`',
        allowed: `one of: ${CHECKOUT}, ${SEARCH}, * (did you mean ${CHECKOUT}?)`,
      },
    ]);
  });

  test('a figure that can come right again, where it was to abort from the start', () => {
    const at = (expression: string, abortAfterMs: number) =>
      problemsOf(ruleOf(expression, { abortAfterMs }));
    expect(at('latency.request.p99Ms < 5ms', 0)).toMatchObject([
      { found: '`latency.request.p99Ms < 5ms` with abort after 0s' },
    ]);
    expect(at('requests.completed > 5', 0)).toHaveLength(1);
    expect(at('latency.request.p99Ms < 5ms', 1)).toEqual([]);
    expect(at('stalls.requests == 0', 0)).toEqual([]);
    expect(at('credentials.minRemainingSeconds > 60', 0)).toEqual([]);
  });

  test('a unit that does not fit the metric', () => {
    expect(
      problemsOf(
        'stalls.requests < 5ms',
        'latency.request.p99Ms < 80/s',
        'stalls.longestSeconds < 5/s',
        'assumeRole.peakPerSecond < 5ms',
        'validity.shortfall < 5s',
      ).map(({ found, allowed }) => `${found}: ${allowed}`),
    ).toEqual([
      '`5ms`: for requests, a number such as 0 or 20k',
      '`80/s`: for p99Ms, a duration such as 5ms, or a number of milliseconds',
      '`5/s`: for longestSeconds, a duration such as 2s, or a number of seconds',
      '`5ms`: for peakPerSecond, a rate such as 80/s, or a number a second',
      '`5s`: for shortfall, a share such as 1%, or a number from 0 to 1',
    ]);
  });

  test.each([
    'stalls.requests',
    'stalls.requests = 0',
    '== 0',
    'stalls requests == 0',
    '.stalls.requests == 0',
    'stalls..requests == 0',
    'roles[acs] == 0',
    'stalls.requests ==',
    '',
  ])('text that is no threshold: %j', (text) => {
    expect(problemsOf(text)).toHaveLength(1);
  });
});

describe('a threshold is judged', () => {
  test('by the worst of what `*` matches, which is named', () => {
    expect(outcome('roles.*.assumeRole.peakPerSecond <= 80')).toMatchObject({
      actual: 120,
      passed: false,
      where: `roles["${CHECKOUT}"].totals.assumeRole.peakPerSecond`,
      verdict: 'failed',
      reason: `roles.*.assumeRole.peakPerSecond <= 80: it was 120 at roles["${CHECKOUT}"].totals.assumeRole.peakPerSecond.`,
    });
    expect(outcome('roles.*.assumeRole.peakPerSecond > 80')).toMatchObject({
      actual: 40,
      passed: false,
    });
    expect(outcome('roles.*.assumeRole.peakPerSecond == 120')).toMatchObject({
      actual: 40,
      passed: false,
    });
    expect(outcome('roles.*.assumeRole.peakPerSecond != 40')).toMatchObject({
      actual: 40,
      passed: false,
    });
    expect(outcome('roles.*.assumeRole.peakPerSecond <= 120')).toMatchObject({
      actual: 120,
      passed: true,
    });
  });

  test('by the quota of its scope', () => {
    expect(outcome('quotas.account.slidingPeakPerSecond <= 100')).toMatchObject({
      actual: 90,
      passed: true,
      where: 'quotas.account["100/cn-hangzhou"].slidingPeakPerSecond',
    });
  });

  test('by the burst that what succeeded needed', () => {
    expect(outcome('quotas.account.succeededBurst <= 55')).toMatchObject({
      actual: 55.5,
      passed: false,
    });
  });

  test('as not held where nothing was measured, and over the rest where something was', () => {
    expect(outcome('apps.search.latency.request.p99Ms < 50ms')).toMatchObject({
      actual: null,
      passed: false,
    });
    expect(outcome('quotas.role.peakPerSecond < 50')).toMatchObject({
      actual: null,
      passed: false,
    });
    expect(outcome('apps.*.latency.request.p99Ms < 50ms')).toMatchObject({
      actual: 30,
      passed: true,
    });
  });

  test('with digits enough to see why it failed', () => {
    expect(outcome('latency.credentialWait.p999Ms <= 5').reason).toBe(
      'latency.credentialWait.p999Ms <= 5: it was 5.0004.',
    );
  });
});
