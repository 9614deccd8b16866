/**
 * What a refresh that blocks costs the requests of one process, and what single flight saves: Poisson
 * requests at lambda a second, a call of D seconds. During a call lambda D requests come on average;
 * with the one that found the credential stale and started it, 1 + lambda D wait.
 */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { SubjectResult } from '../../src/measure/result.ts';
import { type Sketch, simulated } from '../run/virtual/simulated.ts';
import { EVEN_STS, referenceWith } from './fleet.ts';
import { expectNear } from './near.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const hosts = 20;
/** Of one process. */
const ratePerSecond = 100;
const callSeconds = 0.2;
/** Stale 900 s before its end: a refresh every 100 s, as soon as a request comes. */
const cycleSeconds = 100;
const cycles = 300;
const refreshes = hosts * cycles;
/** Requests that come during a call, lambda D. */
const meanwhile = ratePerSecond * callSeconds;

const blocking = (client: string): Sketch => ({
  duration: `${cycles * cycleSeconds}s`,
  hosts,
  session: '1000s',
  start: '{ mode: together, within: 0s }',
  load: `{ rate: ${hosts * ratePerSecond}/s }`,
  latency: '{ median: 200ms, p99: 200ms }',
  quota: '{ perAccount: off }',
  client,
});

/** Three standard errors of a Poisson sum of so many refreshes: 0.8 % of it. */
const within = 3 * Math.sqrt(refreshes * meanwhile);

describe('a refresh that everybody waits for', () => {
  let totals: SubjectResult['totals'];
  let latency: SubjectResult['latency'];
  beforeAll(async () => {
    ({ totals, latency } = await simulated(blocking('preset:alicloud-java')));
  });

  test('is one call', () => {
    expect(totals.assumeRole.calls).toBe(refreshes);
  });

  test('stalls 1 + lambda D requests', () => {
    expectNear(totals.stalls.requests, { expected: refreshes * (1 + meanwhile), within });
    expect(totals.stalls.episodes).toBe(refreshes);
    expectNear(totals.stalls.episodeSeconds, { expected: refreshes * callSeconds, within: 1e-6 });
  });

  test('stalls a share of D / (T + D), and the one that triggers it', () => {
    // T + D is a cycle here: the next refresh is due 100 s after the second of this one's call.
    const { offered } = totals.requests;
    expect(offered).toBeGreaterThan(0.99 * hosts * ratePerSecond * cycles * cycleSeconds);
    const share = callSeconds / cycleSeconds + 1 / (ratePerSecond * cycleSeconds);
    expectNear(totals.stalls.requests / offered, { expected: share, within: within / offered });
  });

  test('keeps who comes meanwhile waiting D / 2 on average, and D at most', () => {
    // Arrivals in a stretch of a Poisson process are uniform in it, and so are their waits. The sum
    // over a random number of them has the variance lambda D E[wait^2] = lambda D D^2 / 3.
    expectNear(totals.stalls.totalSeconds, {
      expected: refreshes * (callSeconds + (meanwhile * callSeconds) / 2),
      within: 3 * Math.sqrt((refreshes * meanwhile * callSeconds ** 2) / 3),
    });
    expect(totals.stalls.longestSeconds).toBeCloseTo(callSeconds, 9);
  });

  test('spreads waits uniformly over (0, D): what every percentile shows', () => {
    // Of the requests of a cycle, 1 + lambda (D - x) wait longer than x: x is the percentile that
    // leaves so many of them out, known to three standard errors of their count over lambda.
    const inCycle = ratePerSecond * cycleSeconds;
    for (const [share, waitMs] of [
      [0.999, latency.credentialWait.p999Ms],
      [0.9999, latency.credentialWait.p9999Ms],
    ] as const) {
      const longer = Math.max(0, (1 - share) * inCycle - 1);
      const expected = 1_000 * (callSeconds - longer / ratePerSecond);
      const error = (1_000 * 3 * Math.sqrt(longer / refreshes)) / ratePerSecond;
      // And a thousandth for the histogram's three digits.
      expectNear(waitMs, { expected, within: error + 0.001 * expected });
    }
  });
});

test('a refresh by timer, ahead of the end, stalls nobody; the first one stalls lambda D', async () => {
  const processes = 1_000;
  const { totals } = await simulated({
    ...blocking(referenceWith({ leadSeconds: 200, spreadSeconds: 100 })),
    duration: '2h',
    hosts: processes,
    start: '{ mode: together, within: 1s }',
    load: `{ rate: ${processes * ratePerSecond}/s }`,
  });
  // At its start a process asks by itself: nobody triggers the call, and lambda D wait for it.
  const expected = processes * meanwhile;
  expectNear(totals.stalls.requests, { expected, within: 3 * Math.sqrt(expected) });
  expect(totals.assumeRole.calls).toBeGreaterThan(8 * processes);
});

describe('calls of an expiry', () => {
  test('are 1 + lambda D without single flight, and everyone waits D for their own', async () => {
    const { totals } = await simulated(blocking('preset:alicloud-node'));
    expectNear(totals.assumeRole.calls, { expected: refreshes * (1 + meanwhile), within });
    expect(totals.stalls.requests).toBe(totals.assumeRole.calls);
    expectNear(totals.stalls.totalSeconds, {
      expected: callSeconds * totals.stalls.requests,
      within: 1e-6,
    });
  });

  // Without jitter, every 1000 s - 200 s: at 0 s, 800 s, ... of 8 h, 36 times.
  test.each([
    ['process', 40],
    ['host', 5],
  ])('are one for each %s with single flight', async (share, clients) => {
    const client = referenceWith({ leadSeconds: 200, spreadSeconds: 0 });
    const { totals } = await simulated({
      ...EVEN_STS,
      duration: '8h',
      hosts: 5,
      processesPerHost: 8,
      session: '1000s',
      start: '{ mode: together, within: 0s }',
      load: '{ rate: 4k/s }',
      client: client.replace('subject: reference', `subject: reference, share: ${share}`),
    });
    expect(totals.assumeRole.calls).toBe(36 * clients);
  });
});
