import { expect, test } from 'vitest';
import { figuresOf, pathText } from '../../src/measure/figures.ts';
import { withRepetitions } from '../../src/measure/repetitions.ts';
import { resultSchema } from '../../src/measure/result-schema.ts';
import { judge } from '../../src/verdict/judge.ts';
import { groupOf, latencyOf, resultOf, subjectOf, totalsOf } from './documents.ts';

const calling = (calls: number) =>
  subjectOf('reference', { totals: totalsOf({ assumeRole: { calls } }) });
const invalid = {
  ok: false,
  reasons: ['7 % of the requests could not be started in time.'],
  late: { p50Ms: 1, p99Ms: 900, maxMs: 2_000 },
  shortfall: 0.07,
};

test('one replay is no repetition', () => {
  expect(withRepetitions([calling(3)])).toEqual(calling(3));
});

test('the figures are of the first, and those of each are kept', () => {
  const subject = withRepetitions([calling(3), calling(5), calling(4)]);
  expect(subject.totals.assumeRole.calls).toBe(3);
  expect(subject.repetitions?.map(({ figures }) => figures['totals.assumeRole.calls'])).toEqual([
    3, 5, 4,
  ]);
  expect(resultSchema.safeParse(judge(resultOf([subject]), [])).success).toBe(true);
});

test('the column is as valid as its worst repetition, and as complete', () => {
  const subject = withRepetitions([
    calling(3),
    { ...calling(4), validity: invalid },
    { ...calling(1), partial: true },
  ]);
  expect(subject.validity).toMatchObject({
    ok: false,
    reasons: ['Repetition 2: 7 % of the requests could not be started in time.'],
    shortfall: 0,
  });
  expect(subject.partial).toBe(true);
  expect(subject.repetitions?.map(({ ok, partial }) => [ok, partial])).toEqual([
    [true, false],
    [false, false],
    [true, true],
  ]);
});

test('every number of a subject is a figure; the times of no request and what is null are none', () => {
  const subject = subjectOf('reference', {
    latency: groupOf({}, { request: latencyOf({ count: 2, p99Ms: 4 }) }).latency,
    apps: { 'check out': groupOf({ stalls: { requests: 9 } }) },
  });
  const figures = new Map(
    [...figuresOf(subject)].map(({ path, value }) => [pathText(path), value]),
  );
  expect(figures.get('latency.request.p99Ms')).toBe(4);
  expect(figures.get('latency.assumeRole.count')).toBe(0);
  expect(figures.has('latency.assumeRole.p99Ms')).toBe(false);
  expect(figures.has('totals.credentials.minRemainingSeconds')).toBe(false);
  expect(figures.get('apps["check out"].totals.stalls.requests')).toBe(9);
  expect(figures.get('processes')).toBe(1);
});
