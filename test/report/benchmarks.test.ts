import { expect, test } from 'vitest';
import { withRepetitions } from '../../src/measure/repetitions.ts';
import type { Result, SubjectResult } from '../../src/measure/result.ts';
import { renderBencher, renderBenchmarkAction } from '../../src/report/benchmarks.ts';
import { judge } from '../../src/verdict/judge.ts';
import { traitsOf } from '../../src/verdict/traits.ts';
import { groupOf, latencyOf, resultOf, subjectOf, totalsOf } from '../measure/documents.ts';

const waiting = (stalls: number, p99Ms: number) =>
  subjectOf('reference', {
    totals: totalsOf({ stalls: { requests: stalls } }),
    latency: groupOf({}, { credentialWait: latencyOf({ count: 9, p99Ms }) }).latency,
  });
const of = (...subjects: SubjectResult[]): Result => judge(resultOf(subjects), []);

test('github-action-benchmark gets a list of names, units and values', () => {
  const entries = JSON.parse(renderBenchmarkAction(of(waiting(3, 1.5), subjectOf('uncached'))));
  expect(entries).toContainEqual({
    name: 'smoke / reference / totals.stalls.requests',
    unit: 'count',
    value: 3,
    extra: 'live, seed 42',
  });
  expect(entries).toContainEqual({
    name: 'smoke / reference / latency.credentialWait.p99Ms',
    unit: 'ms',
    value: 1.5,
    extra: 'live, seed 42',
  });
  const names = entries.map(({ name }: { name: string }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain('smoke / uncached / totals.assumeRole.calls');
});

test('of every figure that is tracked less is better, as customSmallerIsBetter has it', () => {
  const entries: { name: string }[] = JSON.parse(renderBenchmarkAction(of(waiting(3, 1.5))));
  for (const { name } of entries) {
    expect(traitsOf(name.split(' / ')[2]!.split('.'))?.better).toBe('smaller');
  }
});

test('Bencher gets its metric format: benchmark, measure, value', () => {
  const { 'smoke/reference': measures } = JSON.parse(renderBencher(of(waiting(3, 1.5))));
  expect(measures['totals-stalls-requests']).toEqual({ value: 3 });
  for (const name of Object.keys(measures)) expect(name).toMatch(/^[A-Za-z0-9-]{1,64}$/);
});

test('of several repetitions it is the mean, between the least and the most', () => {
  const repeated = of(withRepetitions([waiting(3, 1), waiting(9, 1), waiting(6, 1)]));
  const { 'smoke/reference': measures } = JSON.parse(renderBencher(repeated));
  expect(measures['totals-stalls-requests']).toEqual({
    value: 6,
    lower_value: 3,
    upper_value: 9,
  });
  expect(JSON.parse(renderBenchmarkAction(repeated))).toContainEqual(
    expect.objectContaining({ value: 6, range: '3 to 9' }),
  );
});
