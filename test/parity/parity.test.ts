/**
 * Held against reality: the same plans live (real clients over TLS against the mock server, the
 * official package unmodified) and in virtual time (the reference client's core, the official package
 * in a host), with the same seeds. STS answers after a constant time in these scenarios, so
 * what differs is the way there and back, which costs some milliseconds live and nothing in virtual
 * time, and the official package's own chance.
 */
import { describe, expect, test } from 'vitest';
import { violations } from '../../src/measure/invariants.ts';
import type { Result, SubjectResult } from '../../src/measure/result.ts';
import { cli, fixture } from '../e2e/cli.ts';
import { temporaryFolder } from '../temporary.ts';

const SUBJECTS = ['reference', 'alibaba-sdk'] as const;

/** How far the stalls of a live run may be from the simulated ones. */
interface Bounds {
  /**
   * Requests that stalled: this share, or two of them; and those that come while each stall lasts as
   * much longer as it may.
   */
  readonly stalledShare: number;
  /** The mean and the longest stall: this much longer live, since calls take their way. */
  readonly laterMs: number;
  /** Both where this is left out. */
  readonly subjects?: readonly (typeof SUBJECTS)[number][];
}

const CASES: readonly (readonly [string, Bounds])[] = [
  ['cold-start', { stalledShare: 0.08, laterMs: 60 }],
  ['herd-at-expiry', { stalledShare: 0.08, laterMs: 60 }],
  // Who is refused is a matter of milliseconds, and a refused client waits for seconds.
  ['throttled-herd', { stalledShare: 0.1, laterMs: 1_500 }],
  ['outage-at-expiry', { stalledShare: 0.08, laterMs: 200 }],
  ['duration-900', { stalledShare: 0.05, laterMs: 60 }],
  ['early-revocation', { stalledShare: 0.08, laterMs: 60 }],
  // The official SDK would call at each request once its key is gone, and knows no chain.
  ['rotated-key', { stalledShare: 0.08, laterMs: 80, subjects: ['reference'] }],
  ['chained-roles', { stalledShare: 0.08, laterMs: 80, subjects: ['reference'] }],
  // One slow start of the SDK's 12 is enough for the longest.
  ['pod-tokens', { stalledShare: 0.08, laterMs: 150 }],
];

const parity = (name: string) => fixture(`parity/${name}.yaml`);

async function resultOf(
  verb: 'run' | 'simulate',
  scenario: string,
  subjects: readonly string[],
): Promise<Result> {
  const { stdout } = await cli([
    verb,
    scenario,
    '--subject',
    subjects.join(),
    '--json',
    '--quiet',
    '--out',
    temporaryFolder(),
  ]);
  return JSON.parse(stdout) as Result;
}

describe.each(CASES)('%s', (name, bounds) => {
  test('live and virtual agree', async () => {
    const { subjects = SUBJECTS } = bounds;
    const live = await resultOf('run', parity(name), subjects);
    const virtual = await resultOf('simulate', parity(name), subjects);
    expect(violations(live)).toEqual([]);
    expect(violations(virtual)).toEqual([]);
    for (const [index, subject] of subjects.entries()) {
      expect(live.subjects[index]!.validity.reasons, 'the live run must be a valid one').toEqual(
        [],
      );
      agree(subject, [live.subjects[index]!, virtual.subjects[index]!], bounds);
    }
  });
});

/**
 * To the last call, since arrivals are even and none is due while a refresh may end a little later than
 * simulated: of the shipped scenario none comes during a refresh, of the other three do.
 */
test.each([
  ['hourly-expiry', { all: 240, windows: [120, 120, 0] }],
  [parity('refresh-in-step'), { all: 144, windows: [72, 72] }],
])('%s: the official SDK makes the live run’s calls in virtual time', async (scenario, calls) => {
  const live = await resultOf('run', scenario, ['alibaba-sdk']);
  const virtual = await resultOf('simulate', scenario, ['alibaba-sdk']);
  const [liveSdk, virtualSdk] = [live.subjects[0]!, virtual.subjects[0]!];
  expect(liveSdk.validity.reasons, 'the live run must be a valid one').toEqual([]);
  const callsOf = ({ totals, windows }: SubjectResult) => ({
    all: totals.assumeRole.calls,
    windows: Object.values(windows).map((window) => window.totals.assumeRole.calls),
  });
  expect(callsOf(virtualSdk)).toEqual(calls);
  expect(callsOf(liveSdk)).toEqual(calls);
});

function agree(
  name: string,
  [live, virtual]: readonly [SubjectResult, SubjectResult],
  { stalledShare, laterMs }: Bounds,
): void {
  const callsOf = ({ totals }: SubjectResult) => totals.assumeRole.calls;
  // Without single flight, a request more that stalls is a call more.
  const further = name === 'alibaba-sdk' ? comingIn(laterMs, virtual) : 0;
  const within = Math.max(1, 0.05 * callsOf(virtual)) + further;
  expect(Math.abs(callsOf(live) - callsOf(virtual)), `${name}: calls`).toBeLessThanOrEqual(within);
  const stalledOf = ({ totals }: SubjectResult) => totals.stalls.requests;
  expect(
    Math.abs(stalledOf(live) - stalledOf(virtual)),
    `${name}: stalled requests`,
  ).toBeLessThanOrEqual(
    Math.max(2, stalledShare * stalledOf(virtual)) + comingIn(laterMs, virtual),
  );
  const laterOf = (lengthMs: (subject: SubjectResult) => number) =>
    lengthMs(live) - lengthMs(virtual);
  const meanMs = ({ totals }: SubjectResult) =>
    (1_000 * totals.stalls.totalSeconds) / Math.max(1, totals.stalls.requests);
  const longestMs = ({ totals }: SubjectResult) => 1_000 * totals.stalls.longestSeconds;
  expect(Math.abs(laterOf(meanMs)), `${name}: mean stall`).toBeLessThanOrEqual(laterMs);
  expect(Math.abs(laterOf(longestMs)), `${name}: longest stall`).toBeLessThanOrEqual(2 * laterMs);
  // Windows that cover everything offer the plan, arrival by arrival, in both.
  if (live.timeline.every(({ gap }) => !gap)) {
    expect(live.totals.requests.offered, `${name}: offered`).toBe(virtual.totals.requests.offered);
  }
  const { failed } = virtual.totals.requests;
  expect(Math.abs(live.totals.requests.failed - failed), `${name}: failed`).toBeLessThanOrEqual(
    Math.max(2, 0.1 * failed),
  );
  const codesOf = ({ errors }: SubjectResult) => errors.map(({ code }) => code).sort();
  expect(codesOf(live), `${name}: codes`).toEqual(codesOf(virtual));
  expect(live.totals.credentials.servedExpired).toBe(virtual.totals.credentials.servedExpired);
}

/** Requests of the stalled processes that come in so many milliseconds a stall. */
function comingIn(ms: number, { totals, processes }: SubjectResult): number {
  const perProcess = totals.throughput.offeredPerSecond / processes;
  return (totals.stalls.episodes * perProcess * ms) / 1_000;
}
