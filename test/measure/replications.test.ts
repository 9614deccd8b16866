import { expect, test } from 'vitest';
import { Replications, spreadOf } from '../../src/measure/replications.ts';
import type { QuotaUse, SubjectResult } from '../../src/measure/result.ts';
import { resultSchema } from '../../src/measure/result-schema.ts';
import { groupOf, latencyOf, resultOf, subjectOf, totalsOf } from './documents.ts';

const quota: QuotaUse = {
  scope: 'account',
  key: '100/cn-hangzhou',
  limit: 80,
  limiter: { algorithm: 'token-bucket', burst: 20 },
  calls: 500,
  peakPerSecond: 60,
  slidingPeakPerSecond: 90,
  succeededPeakPerSecond: 60,
  succeededSlidingPeakPerSecond: 90,
  throttled: 0,
  succeededBurst: 12.5,
};

function summaryOf(...subjects: Partial<SubjectResult>[]) {
  const replications = new Replications();
  for (const [index, figures] of subjects.entries()) {
    replications.add(100 + index, subjectOf('reference', figures));
  }
  return replications.summary();
}

const calling = (calls: number) => ({ totals: totalsOf({ assumeRole: { calls } }) });

test('a mean has Student’s interval', () => {
  // Of 12, 15, 11, 14 and 18: the mean is 14, the squares add up to 30, and t(0.975, 4) is 2.77645;
  // 2.77645 × √(30 / 4 / 5) = 3.40044.
  const { mean, low, high } = spreadOf([12, 15, 11, 14, 18]);
  expect(mean).toBe(14);
  expect(low).toBeCloseTo(14 - 3.40044, 4);
  expect(high).toBeCloseTo(14 + 3.40044, 4);
  // Two values: t(0.975, 1) is 12.7062, and √(2 / 1 / 2) is 1.
  expect(spreadOf([9, 11]).high).toBeCloseTo(10 + 12.7062, 4);
});

test('one value is its own interval, and so are values that are all the same', () => {
  const seven = { mean: 7, low: 7, high: 7, min: 7, median: 7, p95: 7, max: 7 };
  expect(spreadOf([7])).toEqual(seven);
  expect(spreadOf([7, 7, 7])).toEqual(seven);
});

test('quantiles are values that were measured, in whatever order they came', () => {
  const twenty = Array.from({ length: 20 }, (_, index) => ((index * 7) % 20) + 1);
  expect(spreadOf(twenty)).toMatchObject({ min: 1, median: 10, p95: 19, max: 20 });
  expect(spreadOf([...twenty, 21])).toMatchObject({ min: 1, median: 11, p95: 20, max: 21 });
  expect(spreadOf([5, 1])).toMatchObject({ min: 1, median: 1, p95: 5, max: 5 });
});

test('every figure is there by its path, of totals, latencies, phases and quotas', () => {
  const figures: Partial<SubjectResult> = {
    ...calling(3),
    latency: groupOf({}, { request: latencyOf({ count: 10, p99Ms: 4 }) }).latency,
    phases: { coldStart: { ...groupOf({ stalls: { requests: 8 } }), at: 0, seconds: 60 } },
    quotas: [quota],
  };
  const { figures: spreads } = summaryOf(figures, figures);
  const maxOf = (path: string) => spreads[path]?.max;
  expect(maxOf('totals.assumeRole.calls')).toBe(3);
  expect(maxOf('latency.request.p99Ms')).toBe(4);
  expect(maxOf('phases.coldStart.totals.stalls.requests')).toBe(8);
  expect(maxOf('quotas.account["100/cn-hangzhou"].succeededBurst')).toBe(12.5);
  expect(maxOf('quotas.account["100/cn-hangzhou"].limiter.burst')).toBe(20);
  expect(Object.keys(spreads).filter((path) => /name|seed|windows|timeline/.test(path))).toEqual(
    [],
  );
});

test('seeds are listed in the order in which they ran', () => {
  const { count, seeds, figures } = summaryOf(calling(5), calling(1), calling(3));
  expect({ count, seeds }).toEqual({ count: 3, seeds: [100, 101, 102] });
  expect(figures['totals.assumeRole.calls']).toMatchObject({ mean: 3, min: 1, max: 5 });
});

test('a figure that one replication does not have is left out', () => {
  const some = { totals: totalsOf({ credentials: { minRemainingSeconds: 90 } }) };
  const path = 'totals.credentials.minRemainingSeconds';
  expect(summaryOf(some, some).figures[path]).toMatchObject({ mean: 90 });
  for (const subjects of [
    [some, {}, some],
    [{}, some, some],
    [some, some, {}],
  ]) {
    const { figures } = summaryOf(...subjects);
    expect(figures).not.toHaveProperty([path]);
    expect(figures['totals.credentials.servedExpired']).toMatchObject({ mean: 0 });
  }
  const { figures } = summaryOf({ quotas: [quota] }, { quotas: [] });
  expect(Object.keys(figures).filter((each) => each.startsWith('quotas'))).toEqual([]);
});

test('a summary is part of a valid document', () => {
  const subject = subjectOf('reference', {
    quotas: [quota],
    replications: summaryOf({ quotas: [quota] }, { quotas: [quota] }),
  });
  const document = { ...resultOf([subject]), verdict: 'passed', reasons: [] };
  expect(resultSchema.parse(document)).toEqual(document);
});
