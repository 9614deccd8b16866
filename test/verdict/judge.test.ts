import { describe, expect, test } from 'vitest';
import type { SubjectResult, ThresholdResult } from '../../src/measure/result.ts';
import { worstOf } from '../../src/verdict/evaluate.ts';
import { exitCodeOf } from '../../src/verdict/exit-code.ts';
import { judge } from '../../src/verdict/judge.ts';
import { parseThresholds } from '../../src/verdict/thresholds.ts';
import { resultOf, subjectOf, totalsOf } from '../measure/documents.ts';
import { ruleOf } from './rules.ts';

const thresholds = parseThresholds({
  file: 'smoke.yaml',
  apps: [],
  windows: [],
  thresholds: [ruleOf('stalls.requests == 0'), ruleOf('requests.failed == 0')],
});
const stalling = { totals: totalsOf({ stalls: { requests: 3 } }) };
const unfit: Partial<SubjectResult> = {
  validity: {
    ok: false,
    reasons: ['7 % of the requests could not be started in time.'],
    late: { p50Ms: 1, p99Ms: 900, maxMs: 2_000 },
    shortfall: 0.07,
  },
};

function verdictOf(...subjects: SubjectResult[]) {
  const { verdict, reasons } = judge(resultOf(subjects), thresholds);
  return { verdict, reasons };
}

test('a run passes when every threshold holds, and fails with each that does not', () => {
  expect(verdictOf(subjectOf('reference'))).toEqual({
    verdict: 'passed',
    reasons: ['All 2 thresholds hold.'],
  });
  expect(verdictOf(subjectOf('reference', stalling))).toEqual({
    verdict: 'failed',
    reasons: ['stalls.requests == 0: it was 3.'],
  });
});

test('an invalid run is invalid, whatever its thresholds say', () => {
  expect(verdictOf(subjectOf('reference', { ...stalling, ...unfit, partial: true }))).toEqual({
    verdict: 'invalid',
    reasons: ['7 % of the requests could not be started in time.'],
  });
});

test('a run that was ended early is aborted, though what there was holds', () => {
  const { verdict, reasons } = verdictOf(subjectOf('reference', { partial: true }));
  expect(verdict).toBe('aborted');
  expect(reasons).toEqual([
    'The run was ended early, after 10 s of 10 s: the figures cover what there was.',
  ]);
});

test('the first subject alone gives the verdict', () => {
  const reference = subjectOf('reference');
  expect(verdictOf(reference, subjectOf('uncached', { ...stalling, ...unfit })).verdict).toBe(
    'passed',
  );
  expect(verdictOf(subjectOf('uncached', stalling), reference).verdict).toBe('failed');
});

test('without thresholds a run passes, and says that nothing could fail', () => {
  const { verdict, reasons } = judge(resultOf([subjectOf('reference', stalling)]), []);
  expect(verdict).toBe('passed');
  expect(reasons).toEqual(['No threshold is set: nothing could fail.']);
});

const stalled = (actual: number | null): ThresholdResult => ({
  expression: 'stalls.requests == 0',
  level: 'error',
  actual,
  where: 'totals.stalls.requests',
  passed: actual === 0,
});

test('of several seeds one that fails is enough, and the worst of them is told', () => {
  const holding = { ...stalled(0), expression: 'requests.failed == 0' };
  const seeds = [0, 4, 9, 2].map((requests) => [stalled(requests), holding]);
  const result = judge(resultOf([subjectOf('reference')]), thresholds, { replicated: seeds });
  expect(result.verdict).toBe('failed');
  expect(result.reasons).toEqual(['stalls.requests == 0: it was 9.']);
  expect(result.subjects[0]!.thresholds.map(({ actual, passed }) => [actual, passed])).toEqual([
    [9, false],
    [0, true],
  ]);
});

test('the first seed is one of them, whether it is among those given or not', () => {
  const holding = [stalled(0), { ...stalled(0), expression: 'requests.failed == 0' }];
  const result = judge(resultOf([subjectOf('reference', stalling)]), thresholds, {
    replicated: [holding],
  });
  expect(result.reasons).toEqual(['stalls.requests == 0: it was 3.']);
  const quiet = judge(resultOf([subjectOf('reference')]), thresholds, {
    replicated: [holding, holding],
  });
  expect(quiet).toMatchObject({ verdict: 'passed', reasons: ['All 2 thresholds hold.'] });
});

test('the worst of several outcomes is one that fails, by its operator, and least of all a measured one', () => {
  const worst = (expression: string, ...outcomes: [actual: number | null, passed: boolean][]) => {
    const [threshold] = parseThresholds({
      file: 'smoke.yaml',
      apps: [],
      windows: [],
      thresholds: [ruleOf(expression)],
    });
    const results = outcomes.map(([actual, passed]) => ({ ...stalled(actual), passed }));
    return worstOf(threshold!, results).actual;
  };
  expect(worst('stalls.requests < 5', [2, true], [7, false], [6, false], [4, true])).toBe(7);
  expect(worst('stalls.requests < 5', [2, true], [4, true], [3, true])).toBe(4);
  expect(worst('requests.completed >= 5', [9, true], [3, false], [4, false])).toBe(3);
  expect(worst('requests.completed >= 5', [9, true], [6, true])).toBe(6);
  expect(worst('requests.completed == 5', [5, true], [6, false], [1, false])).toBe(1);
  expect(worst('stalls.requests < 5', [700, false], [null, false], [900, false])).toBeNull();
});

describe('a warning', () => {
  const warned = parseThresholds({
    file: 'smoke.yaml',
    apps: [],
    windows: [],
    thresholds: [ruleOf('stalls.requests == 0', { level: 'warn' }), ruleOf('requests.failed == 0')],
  });

  test('is told, and fails nothing', () => {
    const result = judge(resultOf([subjectOf('reference', stalling)]), warned);
    expect(result).toMatchObject({
      verdict: 'passed',
      reasons: ['The one threshold holds.', 'A warning: stalls.requests == 0: it was 3.'],
    });
    expect(exitCodeOf(result)).toBe(0);
    expect(result.subjects[0]!.thresholds).toMatchObject([
      { level: 'warn', passed: false },
      { level: 'error', passed: true },
    ]);
  });

  test('stands behind what fails', () => {
    const figures = { totals: totalsOf({ stalls: { requests: 3 }, requests: { failed: 2 } }) };
    expect(judge(resultOf([subjectOf('reference', figures)]), warned)).toMatchObject({
      verdict: 'failed',
      reasons: ['requests.failed == 0: it was 2.', 'A warning: stalls.requests == 0: it was 3.'],
    });
  });
});

test('a run that a threshold ended says which, and when', () => {
  const partial = subjectOf('reference', { ...stalling, partial: true });
  const abort = { threshold: thresholds[0]!, atMs: 2_500 };
  const result = judge(resultOf([partial]), thresholds, { abort });
  expect(result.verdict).toBe('aborted');
  expect(result.reasons[0]).toBe('stalls.requests == 0: it was 3. It ended the run after 2.5 s.');
  expect(result.subjects[0]!.thresholds).toMatchObject([{ abortedAt: 2.5 }, { passed: true }]);
  expect(result.subjects[0]!.thresholds[1]).not.toHaveProperty('abortedAt');
});

test('exit codes follow the verdict, and a signal before it', () => {
  expect(exitCodeOf({ verdict: 'passed' })).toBe(0);
  expect(exitCodeOf({ verdict: 'failed' })).toBe(99);
  expect(exitCodeOf({ verdict: 'invalid' })).toBe(97);
  expect(exitCodeOf({ verdict: 'aborted' })).toBe(105);
  expect(exitCodeOf({ verdict: 'passed' }, 'SIGINT')).toBe(130);
  expect(exitCodeOf({ verdict: 'invalid' }, 'SIGTERM')).toBe(143);
});
