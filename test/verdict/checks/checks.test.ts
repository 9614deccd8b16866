/** The kit itself: its names, and judgements of what was seen, by hand. */
import { describe, expect, test } from 'vitest';
import type { Observed, SeenCall, SeenIssue, SeenRequest } from '../../../src/measure/observed.ts';
import {
  allEnd,
  allServed,
  callsAMinute,
  finding,
  inFlightAtMost,
  noneEnds,
  noneWaits,
  shareInASecond,
  wellAgain,
} from '../../../src/verdict/checks/demands.ts';
import { grade, plannedCases } from '../../../src/verdict/checks/grade.ts';
import { DEFAULT_LIMITS, limitProblems } from '../../../src/verdict/checks/limits.ts';
import { outcomesOfChecks } from '../../../src/verdict/checks/outcomes.ts';
import { CHECKS } from '../../../src/verdict/checks/registry.ts';
import { instant, span } from '../../../src/verdict/checks/words.ts';

const issue: SeenIssue = {
  number: 0,
  atMs: 0,
  expiresAtMs: 60_000,
  roleArn: 'acs:ram::1:role/r',
  roleSessionName: 's',
};
const served = (askedAtMs: number, endedAtMs = askedAtMs): SeenRequest => ({
  client: 0,
  askedAtMs,
  outcome: { state: 'served', endedAtMs, handed: { issue, isWhole: true } },
});
const failed = (askedAtMs: number): SeenRequest => ({
  client: 0,
  askedAtMs,
  outcome: {
    state: 'failed',
    endedAtMs: askedAtMs,
    error: { isError: true, text: 'Error: no', code: undefined, leaks: [] },
  },
});
const waiting = (askedAtMs: number): SeenRequest => ({
  client: 0,
  askedAtMs,
  outcome: { state: 'waiting' },
});
const call = (atMs: number, client = 0, answeredAtMs = atMs + 20): SeenCall => ({
  client,
  atMs,
  answeredAtMs,
  outcome: 'succeeded',
  code: 'OK',
  issue,
});
const seen = (what: Partial<Observed>): Observed => ({
  requests: [],
  calls: [],
  closes: [],
  readsKey: false,
  toldInvalid: false,
  crashes: [],
  timers: [],
  sockets: [],
  endedAtMs: 0,
  isCut: false,
  ...what,
});

test('names are kebab-case, unique, and say what and why in sentences', () => {
  const names = CHECKS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(25);
  for (const { name, proves, why } of CHECKS) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect([proves, why].every((text) => /^[A-Z0-9].*\.$/.test(text) || /^close/.test(text))).toBe(
      true,
    );
  }
});

test('cases of a check have names of their own, and scripts that end after their steps', () => {
  for (const check of CHECKS) {
    if (check.kind === 'sweeping') continue;
    const cases = check.cases(DEFAULT_LIMITS);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    for (const { script } of cases) {
      const ends = script.steps.map((step) => (step.kind === 'load' ? step.toMs : step.atMs));
      expect(script.endMs).toBeGreaterThanOrEqual(Math.max(...ends));
    }
  }
});

describe('demands', () => {
  test('every request is served', () => {
    expect(allServed([served(0)])).toMatchObject({ isMet: true });
    expect(allServed([])).toMatchObject({ isMet: false });
    expect(allServed([served(0), failed(61_000)])).toMatchObject({
      isMet: false,
      seen: '1 request of 2 not served, the first asked at 0:01:01: Error: no',
    });
  });

  test('a credential is good until its Expiration, and not at it', () => {
    expect(noneEnds([served(59_999)])).toMatchObject({ isMet: true });
    expect(noneEnds([served(60_000)])).toMatchObject({ isMet: false });
    expect(noneEnds([served(40_000)], 20_000)).toMatchObject({ isMet: false });
    expect(noneEnds([served(39_999)], 20_000)).toMatchObject({ isMet: true });
  });

  test('what STS never issued is never good', () => {
    const handed = { issue: undefined, isWhole: false };
    const outcome = { state: 'served', endedAtMs: 0, handed } as const;
    expect(noneEnds([{ client: 0, askedAtMs: 0, outcome }])).toMatchObject({ isMet: false });
  });

  test('requests wait, or hang', () => {
    expect(noneWaits([served(0)])).toMatchObject({ isMet: true });
    expect(noneWaits([served(0, 20)])).toMatchObject({ isMet: false });
    expect(allEnd([served(0, 20)], 20)).toMatchObject({ isMet: true });
    expect(allEnd([served(0, 21)], 20)).toMatchObject({ isMet: false });
    expect(allEnd([waiting(0)], 20)).toMatchObject({ isMet: false });
  });

  test('minutes and seconds are sliding', () => {
    const calls = [call(30_000), call(59_999), call(60_000), call(89_999), call(90_000)];
    expect(callsAMinute(calls, 4)).toMatchObject({ isMet: true });
    expect(callsAMinute(calls, 3)).toMatchObject({ isMet: false });
    const fleet = [call(900, 0), call(1_100, 1), call(1_899, 2), call(1_900, 3)];
    expect(shareInASecond(fleet, 4, 0.75)).toMatchObject({ isMet: true });
    expect(shareInASecond(fleet, 4, 0.7)).toMatchObject({ isMet: false });
  });

  test('calls are in the air together by client', () => {
    expect(inFlightAtMost([call(0), call(10)], 1)).toMatchObject({ isMet: false });
    expect(inFlightAtMost([call(0), call(20), call(10, 1)], 1)).toMatchObject({ isMet: true });
  });

  test('a client is well again once it serves and goes on serving', () => {
    const again = (...requests: SeenRequest[]) => wellAgain(seen({ requests }), 1_000, 2_000);
    expect(again(failed(1_000), failed(2_000), served(2_001))).toMatchObject({ isMet: true });
    expect(again(served(1_000), failed(4_000), served(5_000))).toMatchObject({ isMet: false });
    expect(again(failed(1_000))).toMatchObject({ isMet: false, seen: 'none was served again' });
  });

  test('a finding that failed tells what was missed alone', () => {
    expect(finding(allServed([served(0)]), noneWaits([served(0, 20)]))).toEqual({
      status: 'failed',
      wanted: 'no request waits',
      seen: '1 request of 1 waited, the first at 0:00:00 for 20 ms',
    });
  });
});

describe('grades', () => {
  const chosen = CHECKS.filter(({ name }) => name === 'close-twice');
  const about = { client: 'mine', seed: 1, limits: DEFAULT_LIMITS };
  const gradeOf = (what: Partial<Observed>) =>
    grade(chosen, [{ check: 'close-twice', case: '', seen: seen(what) }], about);
  const closed = { atMs: 60_000, outcome: 'closed' } as const;

  test('passed', () => {
    const report = gradeOf({ closes: [closed, closed] });
    expect(report).toMatchObject({
      verdict: 'passed',
      counts: { passed: 1, failed: 0, skipped: 0 },
    });
  });

  test('failed, for continuous integration too', () => {
    const report = gradeOf({ closes: [closed, { ...closed, outcome: 'failed' }] });
    expect(report).toMatchObject({ verdict: 'failed', counts: { failed: 1 } });
    expect(outcomesOfChecks(report)).toMatchObject({
      verdict: 'failed',
      outcomes: [
        {
          suite: 'mine: Beginning and end',
          name: 'close-twice',
          status: 'failed',
          message: 'at 0:01:00 it rejected',
        },
      ],
    });
  });

  test('skipped with the reason, where the client has no close()', () => {
    const report = gradeOf({ closes: [{ ...closed, outcome: 'has-none' }] });
    expect(report).toMatchObject({ verdict: 'passed', counts: { passed: 0, skipped: 1 } });
    expect(report.checks[0]?.cases[0]?.seen).toBe('the client has no close()');
  });

  test('nobody passes by calling so often that the script was ended', () => {
    expect(gradeOf({ closes: [closed, closed], isCut: true })).toMatchObject({ verdict: 'failed' });
  });

  test('a check of all scripts has all of them played', () => {
    const names = (only: string) =>
      new Set(
        plannedCases(
          CHECKS.filter(({ name }) => name === only),
          CHECKS,
          DEFAULT_LIMITS,
        ).map(({ check }) => check),
      );
    expect(names('close-twice')).toEqual(new Set(['close-twice']));
    const scripts = CHECKS.filter(({ kind }) => kind === 'scripted').length;
    expect(names('errors-hold-no-secret').size).toBe(scripts);
  });
});

test('limits are held to what they can be', () => {
  expect(limitProblems(DEFAULT_LIMITS)).toEqual([]);
  expect(limitProblems({ ...DEFAULT_LIMITS, herdShareMax: 2, spare: 1 })).toMatchObject([
    { path: 'limits.herdShareMax', found: '2' },
    { path: 'limits.spare', found: '1' },
  ]);
});

test.each([
  [0, '0:00:00'],
  [2_700_020, '0:45:00.020'],
  [3_600_000, '1:00:00'],
])('%d ms is the instant %s', (ms, text) => expect(instant(ms)).toBe(text));

test.each([
  [20, '20 ms'],
  [17_180, '17.18 s'],
  [480_000, '8 min'],
  [7_200_000, '2 h'],
])('%d ms are %s', (ms, text) => expect(span(ms)).toBe(text));
