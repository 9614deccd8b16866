import hdr from 'hdr-histogram-js';
import { expect, test } from 'vitest';
import type { CallRecord } from '../../src/kernel/sts/call-record.ts';
import { CallLog } from '../../src/measure/call-log.ts';
import { violations } from '../../src/measure/invariants.ts';
import { Recorder } from '../../src/measure/recorder.ts';
import type { RunShape } from '../../src/measure/run-shape.ts';
import {
  recordedInWindows,
  resultOfSubject,
  type SubjectFigures,
} from '../../src/measure/subject-result.ts';
import { resultOf } from './documents.ts';

const CHECKOUT = 'acs:ram::200:role/checkout';
const SEARCH = 'acs:ram::300:role/search';
const ZERO_AT_MS = 1_795_000_000_000;

const shape: RunShape = {
  apps: [
    { name: 'checkout', user: 'checkout', roleArn: CHECKOUT },
    { name: 'search', user: 'search', roleArn: SEARCH },
  ],
  windows: [
    { name: 'start', atMs: 0, forMs: 5_000 },
    { name: 'refresh', atMs: 60_000, forMs: 5_000 },
  ],
  endMs: 65_000,
  stallThresholdMs: 1,
};

function callAt(ms: number, change: Partial<CallRecord> = {}): CallRecord {
  return {
    atMs: ZERO_AT_MS + ms,
    action: 'AssumeRole',
    accountId: '100',
    region: 'cn-hangzhou',
    caller: 'checkout',
    roleArn: CHECKOUT,
    outcome: 'succeeded',
    code: 'OK',
    serviceMs: 20,
    ...change,
  };
}

const THROTTLED = {
  outcome: 'throttled',
  code: 'Throttling.User',
  throttledBy: 'account',
} as const;

function figuresOf(
  recorder: Recorder,
  calls: readonly CallRecord[] = [],
  change: Partial<SubjectFigures> = {},
): SubjectFigures {
  const log = new CallLog(ZERO_AT_MS);
  for (const call of calls) log.append(call);
  return {
    name: 'reference',
    shape,
    recorded: recorder.snapshot(),
    calls: [log.export()],
    quotas: {
      caller: { accountId: '100', region: 'cn-hangzhou' },
      sts: { quotaPerRole: undefined, quotaPerAccount: 2, limiter: { algorithm: 'fixed-window' } },
    },
    validity: { reasons: [], shortfall: 0 },
    processes: 2,
    fastForward: { mode: 'hops', hops: 3, reason: 'from event to event' },
    coveredMs: shape.endMs,
    ...change,
  };
}

/** A hundred requests a second, evenly, but none completed in the second from 62 s. */
function refreshWithDip(of: RunShape = shape): Recorder {
  const recorder = new Recorder(of);
  for (let dueMs = 60_000; dueMs < 65_000; dueMs += 10) {
    if (dueMs < 62_000 || dueMs >= 63_000) recorder.hit(0, dueMs, dueMs, dueMs);
    else recorder.stalled(0, 0, dueMs, dueMs, 63_000, 63_000);
  }
  return recorder;
}

test('the dip is the second in which completed requests fell furthest behind offered ones', () => {
  const subject = resultOfSubject(figuresOf(refreshWithDip()));
  expect(subject.windows.refresh!.dip).toEqual({ completedPerSecond: 0, offeredPerSecond: 100 });
  expect(subject.windows.start!.dip).toEqual({ completedPerSecond: 0, offeredPerSecond: 0 });
  expect(subject.windows.refresh!.totals.stalls).toMatchObject({ requests: 100, episodes: 1 });
});

test('calls are counted for their app, role and window, and against the quota of either scope', () => {
  const calls = [
    callAt(100),
    callAt(900),
    callAt(999, THROTTLED),
    callAt(30_000, { caller: 'search', roleArn: SEARCH }),
    callAt(60_500),
    callAt(60_600, { caller: 'stranger', roleArn: CHECKOUT }),
    callAt(60_700, { action: 'GetCallerIdentity', roleArn: '' }),
  ];
  const subject = resultOfSubject(figuresOf(new Recorder(shape), calls));
  expect(subject.totals.assumeRole).toEqual({
    calls: 6,
    succeeded: 5,
    throttled: 1,
    failed: 0,
    peakPerSecond: 3,
    slidingPeakPerSecond: 3,
  });
  expect(subject.apps.checkout!.totals.assumeRole.calls).toBe(4);
  expect(subject.apps.search!.totals.assumeRole.calls).toBe(1);
  expect(subject.roles[CHECKOUT]!.totals.assumeRole.calls).toBe(5);
  expect(subject.windows.start!.totals.assumeRole).toMatchObject({ calls: 3, throttled: 1 });
  expect(subject.windows.refresh!.totals.assumeRole).toMatchObject({ calls: 2, peakPerSecond: 2 });
  expect(subject.quotas).toMatchObject([
    { scope: 'account', key: '100/cn-hangzhou', limit: 2, throttled: 1, succeededPeakPerSecond: 2 },
    { scope: 'role', key: CHECKOUT, limit: null, limiter: null, throttled: 0, peakPerSecond: 3 },
    { scope: 'role', key: SEARCH, limit: null, calls: 1 },
  ]);
  expect(subject.errors).toEqual([
    { source: 'assumeRole', code: 'Throttling.User', count: 1, firstAt: 0.999, lastAt: 0.999 },
  ]);
  expect(violations(resultOf([subject]))).toEqual([]);
});

test('an early end cuts the timeline and the windows’ seconds', () => {
  const recorder = new Recorder(shape);
  for (let dueMs = 0; dueMs < 2_500; dueMs += 10) recorder.hit(0, dueMs, dueMs, dueMs + 400);
  const subject = resultOfSubject(figuresOf(recorder, [], { coveredMs: 2_500 }));
  expect(subject.partial).toBe(true);
  expect(subject.windows.start!.seconds).toBe(2.5);
  expect(subject.windows.refresh!.seconds).toBe(0);
  expect(subject.totals.throughput).toEqual({ offeredPerSecond: 100, completedPerSecond: 100 });
  expect(subject.timeline.map(({ at, seconds, completed }) => [at, seconds, completed])).toEqual([
    [0, 1, 60],
    [1, 1, 100],
    [2, 0.5, 90],
  ]);
  expect(violations(resultOf([subject]))).toEqual([]);
});

test('apps that STS cannot tell apart are named', () => {
  const twins = shape.apps.map((app) => ({ ...app, user: 'shop', roleArn: CHECKOUT }));
  const recorder = new Recorder(shape);
  const calls = [callAt(100, { caller: 'shop' })];
  const subject = resultOfSubject(figuresOf(recorder, calls, { shape: { ...shape, apps: twins } }));
  expect(subject.apps.checkout!.totals.assumeRole.calls).toBe(1);
  expect(subject.apps.search!.totals.assumeRole.calls).toBe(0);
  expect(subject.notes).toEqual([
    'search calls STS as the same user and role as checkout: the calls of both are shown under checkout.',
  ]);
});

test('a full call log and a coarse timeline are said', () => {
  const day = 86_400_000;
  const log = new CallLog(ZERO_AT_MS, 1);
  for (const ms of [1, 2, 3]) log.append(callAt(ms));
  const longShape = { ...shape, windows: [{ name: 'day', atMs: 0, forMs: day }], endMs: day };
  const subject = resultOfSubject(
    figuresOf(new Recorder(longShape), [], {
      shape: longShape,
      calls: [log.export()],
      coveredMs: day,
    }),
  );
  expect(subject.totals.assumeRole).toMatchObject({ calls: 3, peakPerSecond: 1 });
  expect(subject.notes).toEqual([
    'The call log was full: 2 calls are in the totals, and in no peak, window or timeline bucket.',
    'The timeline is coarse: 18 s a bucket, and dips are averages over that.',
  ]);
});

test('the histograms in the document are those that the percentiles were read from', () => {
  const subject = resultOfSubject(figuresOf(refreshWithDip()));
  const decoded = hdr.decodeFromCompressedBase64(subject.histograms.credentialWait);
  expect(decoded.totalCount).toBe(subject.latency.credentialWait.count);
  expect(decoded.getValueAtPercentile(90) / 1_000).toBe(subject.latency.credentialWait.p90Ms);
});

test('requests due inside windows can be asked for before the result is made', () => {
  const recorder = refreshWithDip();
  recorder.notStarted(0, 64_999);
  recorder.notStarted(0, 30_000);
  const inWindows = recordedInWindows(shape, recorder.snapshot());
  expect(inWindows).toMatchObject({ offered: 501, notStarted: 1 });
});

/** Two phases that share the run; around 62 s is the second without a completed request. */
const phased = (edgeMs: number): RunShape => ({
  ...shape,
  phases: [
    { name: 'coldStart', fromMs: 0, toMs: edgeMs },
    { name: 'steadyState', fromMs: edgeMs, toMs: shape.endMs },
  ],
});

const REFRESH_CALLS = [60_100, 61_950, 62_050, 62_950, 63_000, 64_900].map((ms) => callAt(ms));

test.each([61_000, 62_000, 63_000])(
  'a window that a phase’s edge at %d ms cuts in two is one window with the same figures',
  (edgeMs) => {
    const whole = resultOfSubject(figuresOf(refreshWithDip(), REFRESH_CALLS));
    const cut = phased(edgeMs);
    const { phases, ...figures } = resultOfSubject(
      figuresOf(refreshWithDip(cut), REFRESH_CALLS, { shape: cut }),
    );
    expect(Object.keys(phases)).toEqual(['coldStart', 'steadyState']);
    expect({ ...figures, phases: {} }).toEqual(whole);
    expect(figures.windows.refresh).toMatchObject({
      at: 60,
      seconds: 5,
      dip: { completedPerSecond: 0, offeredPerSecond: 100 },
      totals: { throughput: { offeredPerSecond: 100 }, assumeRole: { calls: 6 } },
    });
    expect(violations(resultOf([{ ...figures, phases }]))).toEqual([]);
  },
);

test('what phases hold adds up to the whole, each instant in one of them', () => {
  const cut = phased(62_000);
  const subject = resultOfSubject(
    figuresOf(refreshWithDip(cut), REFRESH_CALLS, { shape: cut, coveredMs: 64_000 }),
  );
  const { coldStart, steadyState } = subject.phases;
  expect(coldStart).toMatchObject({
    at: 0,
    seconds: 62,
    totals: {
      requests: { offered: 200, completed: 200 },
      // 200 in the 5 + 2 seconds of windows that lie in it.
      throughput: { offeredPerSecond: 200 / 7, completedPerSecond: 200 / 7 },
      assumeRole: { calls: 2, peakPerSecond: 1, slidingPeakPerSecond: 1 },
      stalls: { requests: 0, episodes: 0 },
    },
    latency: { request: { count: 200, maxMs: 0 } },
  });
  expect(steadyState).toMatchObject({
    at: 62,
    // Of three seconds, two were covered.
    seconds: 2,
    totals: {
      requests: { offered: 300, completed: 300 },
      throughput: { offeredPerSecond: 150, completedPerSecond: 150 },
      assumeRole: { calls: 4, peakPerSecond: 2, slidingPeakPerSecond: 3 },
      stalls: { requests: 100, episodes: 1, longestSeconds: 1 },
    },
    latency: { request: { count: 300 } },
  });
});

test('a run without phases has none', () => {
  expect(resultOfSubject(figuresOf(refreshWithDip())).phases).toEqual({});
});

test('what a subject promises and what was seen of it go into its column', () => {
  const claims = { singleFlight: true, neverServesExpired: false };
  const told = resultOfSubject(
    figuresOf(new Recorder(shape), [], { claims, refreshesInFlightMax: 3, notes: ['a note.'] }),
  );
  expect(told).toMatchObject({ claims, refreshesInFlightMax: 3, notes: ['a note.'] });
  const untold = resultOfSubject(figuresOf(new Recorder(shape)));
  expect(untold).not.toHaveProperty('claims');
  expect(untold.refreshesInFlightMax).toBeNull();
});
