import { expect, test } from 'vitest';
import { stream } from '../../src/kernel/rng.ts';
import { ArrivalMerge } from '../../src/scenario/arrival-merge.ts';
import { type Calls, estimateOf, expectedRequests } from '../../src/scenario/estimate.ts';
import { planOf } from '../../src/scenario/plan.ts';
import { app, scenarioWith } from './example.ts';

function callsOf(subject: string, fields: Record<string, unknown>, top = {}): Calls {
  const { clients } = estimateOf(planOf(scenarioWith(top, fields)));
  return clients.find((client) => client.subject === subject)!;
}

const latency = { median: '100ms', p99: '100ms' };
const inStep = { hosts: 100, processesPerHost: 1, start: { mode: 'together', within: '1s' } };

test('without single flight a refresh costs one call and those that arrive meanwhile', () => {
  // 20/s a process × 0.1 s = 2 further calls; 3600 - 900 s between refreshes.
  const calls = callsOf('alibaba-sdk', { ...inStep, load: { rate: '2k/s' } }, { sts: { latency } });
  expect(calls.perHour).toBeCloseTo((100 * 3 * 3_600) / 2_700, 6);
  expect(calls.peakPerSecond).toBeCloseTo(300, 6);
});

test('with a session no longer than the lead of the SDK, every request is a call', () => {
  const calls = callsOf('alibaba-sdk', {
    ...inStep,
    sessionDuration: '900s',
    load: { rate: '2k/s' },
  });
  expect(calls.peakPerSecond).toBe(2_000);
});

test('the reference client calls once a process and 2,925 s, its jitter drawn by Monte Carlo', () => {
  const calls = callsOf('reference', inStep);
  const rng = stream(1, 'monte-carlo');
  const cycles = 200_000;
  let seconds = 0;
  for (let i = 0; i < cycles; i += 1) seconds += rng.between(2_700, 3_150);
  expect(calls.perHour / ((100 * 3_600 * cycles) / seconds)).toBeCloseTo(1, 3);
  expect(calls.peakPerSecond).toBe(100);
});

test('the busiest second of spread refreshes is near the greatest of as many Poisson counts', () => {
  // 20,000 processes over 450 s: 44 a second; nobody starts within a second of many others.
  const spread = { hosts: 20_000, processesPerHost: 1, start: { mode: 'rolling', over: '1h' } };
  const { peakPerSecond } = callsOf('reference', spread);
  const rng = stream(2, 'monte-carlo');
  let sum = 0;
  for (let run = 0; run < 50; run += 1) {
    const seconds = new Array<number>(450).fill(0);
    for (let i = 0; i < 20_000; i += 1) {
      const second = rng.below(450);
      seconds[second] = seconds[second]! + 1;
    }
    sum += Math.max(...seconds);
  }
  expect(Math.abs(peakPerSecond / (sum / 50) - 1)).toBeLessThan(0.06);
});

test('roles add up to the account, and permanent keys cost nothing', () => {
  const other = { arn: 'acs:ram::12345:role/other' };
  const plan = planOf(scenarioWith({ apps: { a: app, b: { ...app, role: other } } }));
  for (const { subject, perHour, byRole } of estimateOf(plan).clients) {
    const sum = Object.values(byRole).reduce((total, calls) => total + calls.perHour, 0);
    expect(sum).toBeCloseTo(perHour, 6);
    if (subject === 'static-keys') expect(perHour).toBe(0);
  }
});

test('planned requests are those that the arrivals come to', () => {
  const load = {
    arrivals: 'even',
    curve: [
      [0, '0/s'],
      ['20s', '500/s'],
      ['40s', '100/s'],
    ],
  };
  const windows = [{ name: 'w', at: '10s', for: '15s' }];
  const start = { mode: 'rolling', over: '30s' };
  const plan = planOf(scenarioWith({ duration: '60s', windows }, { load, start }));
  const merge = new ArrivalMerge(plan, plan.processes);
  let all = 0;
  let inWindow = 0;
  for (; merge.atMs < 60_000; merge.advance()) {
    all += 1;
    if (merge.atMs >= 10_000 && merge.atMs < 25_000) inWindow += 1;
  }
  const estimate = estimateOf(plan);
  expect(Math.abs(estimate.requests - all)).toBeLessThan(6);
  expect(Math.abs(estimate.windowRequests[0]! - inWindow)).toBeLessThan(6);
  expect(estimate.peak).toEqual({ ratePerSecond: 500, atMs: 20_000 });
});

test('the requests of the apps add up to those of the plan', () => {
  const role = { arn: 'acs:ram::12345:role/other' };
  const late = { mode: 'together', at: '30m', within: '0s' };
  const plan = planOf(scenarioWith({ apps: { a: app, b: { ...app, role, start: late } } }));
  const [first, second] = [0, 1].map((index) => expectedRequests(plan, index));
  // 600 a second, in b for the half of the hour in which its processes run.
  expect(second).toBeCloseTo(600 * 1_800, 6);
  expect(first).toBeGreaterThan(600 * 3_599);
  expect(first! + second!).toBeCloseTo(estimateOf(plan).requests, 6);
});

test('utilisation is the share of places that the peak keeps busy', () => {
  const work = { service: { median: '20ms', p99: '20ms' }, concurrency: 4 };
  const plan = planOf(scenarioWith({}, { work }));
  // 600/s over 6 processes: 100/s × 20 ms = 2 of 4 places.
  expect(estimateOf(plan).apps[0]!.utilisation).toBeCloseTo(0.5, 9);
});
