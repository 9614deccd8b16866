import { describe, expect, test } from 'vitest';
import type { ThresholdResult } from '../../src/measure/result.ts';
import { compare } from '../../src/verdict/compare.ts';
import { outcomesOfComparison } from '../../src/verdict/comparison-outcomes.ts';
import { uniqueNames } from '../../src/verdict/outcome.ts';
import { outcomesOfResult } from '../../src/verdict/result-outcomes.ts';
import { resultOf, subjectOf, totalsOf } from '../measure/documents.ts';
import { live, simulated } from './contenders.ts';

const threshold = (figures: Partial<ThresholdResult>): ThresholdResult => ({
  expression: 'stalls.requests == 0',
  level: 'error',
  actual: 3,
  where: 'totals.stalls.requests',
  passed: false,
  ...figures,
});

function statuses(
  verdict: 'passed' | 'failed' | 'invalid' | 'aborted',
  ...thresholds: ThresholdResult[]
) {
  const measured = resultOf([subjectOf('reference', { thresholds })]);
  const { outcomes } = outcomesOfResult({ ...measured, verdict, reasons: ['Because.'] });
  return outcomes.map(({ name, status }) => `${name}: ${status}`);
}

describe('the outcomes of a run', () => {
  test('are that it is whole, and each of its thresholds', () => {
    expect(
      statuses(
        'failed',
        threshold({}),
        threshold({ expression: 'a', level: 'warn' }),
        threshold({ expression: 'b', passed: true }),
      ),
    ).toEqual([
      'the run is whole and valid: passed',
      'stalls.requests == 0: failed',
      'a: warning',
      'b: passed',
    ]);
  });

  test('pass nothing where the run says nothing', () => {
    const passed = threshold({ passed: true });
    expect(statuses('invalid', passed)).toEqual([
      'the run is whole and valid: failed',
      'stalls.requests == 0: skipped',
    ]);
    expect(statuses('aborted', passed, threshold({ expression: 'a', abortedAt: 2 }))).toEqual([
      'the run is whole and valid: failed',
      'stalls.requests == 0: skipped',
      'a: failed',
    ]);
  });

  test('have the same names whatever was measured', () => {
    const names = (actual: number, passed: boolean) =>
      statuses(passed ? 'passed' : 'failed', threshold({ actual, passed })).map(
        (text) => text.split(': ')[0],
      );
    expect(names(0, true)).toEqual(names(7, false));
  });

  test('that would have one name in one suite are numbered', () => {
    const [, one, other] = statuses('failed', threshold({}), threshold({ passed: true }));
    expect([one, other]).toEqual([
      'stalls.requests == 0: failed',
      'stalls.requests == 0 (2): passed',
    ]);
    expect(uniqueNames([])).toEqual([]);
  });
});

test('a comparison has an outcome for each figure, and what cannot be told is skipped', () => {
  const calling = (calls: number) => ({ totals: totalsOf({ assumeRole: { calls } }) });
  const options = { figures: ['totals.assumeRole'], toleranceShare: 0.05 };
  const exact = outcomesOfComparison(
    compare(simulated(calling(40)), simulated(calling(46)), options),
  );
  expect(exact.verdict).toBe('worse');
  expect(exact.summary[0]).toBe('Of 6 figures: 1 worse, 5 the same.');
  expect(exact.outcomes).toHaveLength(6);
  expect(exact.outcomes[0]).toEqual({
    suite: 'smoke: compared with the baseline',
    name: 'totals.assumeRole.calls',
    status: 'failed',
    message: 'worse: 40 -> 46 (+15%)',
    details: ['Baseline: smoke-1', 'Candidate: smoke-1'],
  });
  const once = outcomesOfComparison(compare(live([calling(40)]), live([calling(46)]), options));
  expect(once.outcomes[0]).toMatchObject({ status: 'skipped' });
});

test('values that differ are shown with digits enough to tell them apart', () => {
  const at = (peakPerSecond: number) =>
    simulated({ totals: totalsOf({ stalls: { totalSeconds: peakPerSecond } }) });
  const { outcomes } = outcomesOfComparison(
    compare(at(1), at(1.000000001), { figures: ['totals.stalls.totalSeconds'], toleranceShare: 0 }),
  );
  expect(outcomes[0]!.message).toBe('worse: 1 s -> 1.000000001 s (+0.0000001%)');
});
