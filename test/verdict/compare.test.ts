import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SubjectResult } from '../../src/measure/result.ts';
import { compare } from '../../src/verdict/compare.ts';
import type { Contender } from '../../src/verdict/contenders.ts';
import { groupOf, latencyOf, totalsOf } from '../measure/documents.ts';
import { live, simulated } from './contenders.ts';

const options = { figures: [], toleranceShare: 0.05 };

function changesOf(baseline: Contender, candidate: Contender, chosen: readonly string[] = []) {
  const comparison = compare(baseline, candidate, { ...options, figures: chosen });
  const told = comparison.figures.filter(({ change }) => change !== 'same');
  return {
    verdict: comparison.verdict,
    told: Object.fromEntries(told.map(({ path, change }) => [path, change])),
  };
}

const calling = (calls: number, more: Partial<SubjectResult> = {}) => ({
  totals: totalsOf({ assumeRole: { calls } }),
  ...more,
});

describe('virtual results', () => {
  test('are the same only if every figure is', () => {
    expect(changesOf(simulated(calling(40)), simulated(calling(40)))).toEqual({
      verdict: 'same',
      told: {},
    });
  });

  test('are worse by the least that goes the wrong way, and better the other way', () => {
    const path = 'totals.assumeRole.calls';
    expect(changesOf(simulated(calling(40)), simulated(calling(41)))).toEqual({
      verdict: 'worse',
      told: { [path]: 'worse' },
    });
    expect(changesOf(simulated(calling(41)), simulated(calling(40)))).toEqual({
      verdict: 'better',
      told: { [path]: 'better' },
    });
  });

  test('know that of some figures more is better', () => {
    const least = (minRemainingSeconds: number) =>
      simulated({ totals: totalsOf({ credentials: { minRemainingSeconds } }) });
    expect(changesOf(least(300), least(200)).verdict).toBe('worse');
    expect(changesOf(least(200), least(300)).verdict).toBe('better');
  });

  test('are worse where the plan is another, whichever way', () => {
    const offered = (requests: number) =>
      simulated({ totals: totalsOf({ requests: { offered: requests } }) });
    expect(changesOf(offered(10), offered(11)).verdict).toBe('worse');
    expect(changesOf(offered(11), offered(10)).verdict).toBe('worse');
  });

  test('tell of what is neither, and do not judge it', () => {
    const succeeded = (calls: number) =>
      simulated({ totals: totalsOf({ assumeRole: { succeeded: calls } }) });
    expect(changesOf(succeeded(3), succeeded(4))).toEqual({
      verdict: 'same',
      told: { 'totals.assumeRole.succeeded': 'changed' },
    });
  });

  test('tell of a figure that one of them does not have', () => {
    const least = (minRemainingSeconds: number | null) =>
      simulated({ totals: totalsOf({ credentials: { minRemainingSeconds } }) });
    expect(changesOf(least(null), least(60)).told).toEqual({
      'totals.credentials.minRemainingSeconds': 'changed',
    });
  });

  test('are looked through in their groups: what one app gains does not hide what another loses', () => {
    const split = (one: number, other: number) =>
      simulated({
        apps: {
          one: groupOf({ stalls: { requests: one } }),
          other: groupOf({ stalls: { requests: other } }),
        },
      });
    expect(changesOf(split(5, 5), split(2, 8))).toEqual({
      verdict: 'worse',
      told: {
        'apps.one.totals.stalls.requests': 'better',
        'apps.other.totals.stalls.requests': 'worse',
      },
    });
    expect(changesOf(split(5, 5), split(2, 8), ['apps.one']).verdict).toBe('better');
  });

  test('of several seeds are compared over all of them, too', () => {
    const spread = (mean: number) => ({ mean, low: 0, high: 9, min: 0, median: 1, p95: 8, max: 9 });
    const seeded = (mean: number) =>
      simulated({
        replications: {
          count: 2,
          seeds: [1, 2],
          figures: { 'totals.stalls.requests': spread(mean) },
        },
      });
    expect(changesOf(seeded(4), seeded(4.5)).told).toEqual({
      'mean over seeds: totals.stalls.requests': 'worse',
    });
  });

  test('note what differs beside the figures, and who made them', () => {
    const error = { source: 'request' as const, code: 'X', count: 1, firstAt: 0, lastAt: 0 };
    const newer = { environment: { ...simulated().run.environment, version: '0.2.0' } };
    const { notes } = compare(simulated(), simulated({ errors: [error] }, newer), options);
    expect(notes).toEqual([
      'The baseline was made by sts-harness 0.1.0, the candidate by 0.2.0.',
      'Different in the details, too: errors.',
    ]);
  });
});

const waiting = (p99Ms: number): Partial<SubjectResult> => ({
  latency: groupOf({}, { request: latencyOf({ count: 10, p99Ms }) }).latency,
});
const waits = (...values: number[]) => live(values.map(waiting));
const PATH = 'latency.request.p99Ms';

describe('live results', () => {
  test('are told where repetitions stand far apart', () => {
    const slow = waits(80, 81, 79, 80.5, 79.5);
    const quick = waits(50, 51, 49, 50.5, 49.5);
    expect(changesOf(quick, slow)).toEqual({ verdict: 'worse', told: { [PATH]: 'worse' } });
    expect(changesOf(slow, quick)).toEqual({ verdict: 'better', told: { [PATH]: 'better' } });
  });

  test('cannot be told where they scatter', () => {
    expect(changesOf(waits(50, 80, 30, 90, 20), waits(60, 95, 35, 100, 30))).toEqual({
      verdict: 'untold',
      told: { [PATH]: 'untold' },
    });
  });

  test('cannot be told from less than three repetitions, however far apart', () => {
    expect(changesOf(waits(50, 50), waits(90, 90)).told[PATH]).toBe('untold');
    expect(changesOf(waits(50, 50, 50), waits(90, 90)).told[PATH]).toBe('untold');
    expect(changesOf(waits(50, 50, 50), waits(90, 90, 90)).told[PATH]).toBe('worse');
  });

  test('are the same within 5 % or a millisecond, though it is no chance', () => {
    expect(changesOf(waits(100, 100, 100), waits(104, 104, 104)).verdict).toBe('same');
    expect(changesOf(waits(100, 100, 100), waits(106, 106, 106)).verdict).toBe('worse');
    expect(changesOf(waits(0.1, 0.1, 0.1), waits(0.9, 0.9, 0.9)).verdict).toBe('same');
  });

  test('are not told by the times of fewer than ten calls, though they are told the same', () => {
    const calls = (count: number, p50Ms: number) =>
      live(
        [0, 0.1, 0.2].map((more) => ({
          latency: groupOf({}, { assumeRole: latencyOf({ count, p50Ms: p50Ms + more }) }).latency,
        })),
      );
    const path = 'latency.assumeRole.p50Ms';
    expect(changesOf(calls(69, 19), calls(2, 23)).told[path]).toBe('untold');
    expect(changesOf(calls(2, 23), calls(69, 19)).told[path]).toBe('untold');
    expect(changesOf(calls(9, 19), calls(9, 23)).told[path]).toBe('untold');
    expect(changesOf(calls(10, 19), calls(10, 23)).told[path]).toBe('worse');
    expect(changesOf(calls(2, 23), calls(2, 23)).verdict).toBe('same');
  });

  test('are compared by the figures of the whole subject, unless others are asked for', () => {
    const figures = (p99Ms: number) => ({
      apps: { checkout: groupOf({}, { request: latencyOf({ count: 10, p99Ms }) }) },
    });
    const [one, other] = [10, 50].map((p99Ms) => live([1, 2, 3].map(() => figures(p99Ms))));
    expect(changesOf(one!, other!).verdict).toBe('same');
    expect(changesOf(one!, other!, ['apps.checkout']).verdict).toBe('worse');
  });
});

test('swapping the sides swaps better and worse', () => {
  const figures = fc.record({ calls: fc.nat(3), requests: fc.nat(3), episodes: fc.nat(3) });
  const of = ({
    calls,
    requests,
    episodes,
  }: {
    calls: number;
    requests: number;
    episodes: number;
  }) => simulated({ totals: totalsOf({ assumeRole: { calls }, stalls: { requests, episodes } }) });
  const swapped = { better: 'worse', worse: 'better' } as Readonly<Record<string, string>>;
  fc.assert(
    fc.property(figures, figures, (one, other) => {
      const { told } = changesOf(of(one), of(other));
      const back = changesOf(of(other), of(one)).told;
      expect(back).toEqual(
        Object.fromEntries(Object.entries(told).map(([path, change]) => [path, swapped[change]])),
      );
    }),
  );
});

test('a path that names nothing is refused, with the one that was probably meant', () => {
  expect(() => changesOf(simulated(), simulated(), ['totals.stals'])).toThrow(
    /--figures: found totals\.stals; allowed: did you mean totals\.stalls\?/,
  );
  expect(changesOf(simulated(), simulated(), ['totals.stalls']).verdict).toBe('same');
});
