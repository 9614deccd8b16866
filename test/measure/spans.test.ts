import { expect, test } from 'vitest';
import type { RunShape } from '../../src/measure/run-shape.ts';
import { Spans, TIMELINE_LIMIT } from '../../src/measure/spans.ts';

function spansOf(endMs: number, ...windows: [name: string, atMs: number, forMs: number][]): Spans {
  const shape: RunShape = {
    apps: [],
    windows: windows.map(([name, atMs, forMs]) => ({ name, atMs, forMs })),
    endMs,
    stallThresholdMs: 1,
  };
  return new Spans(shape);
}

test('windows and the gaps between them follow each other without holes', () => {
  const spans = spansOf(100_000, ['a', 10_000, 2_500], ['b', 12_500, 1_000], ['c', 99_000, 5_000]);
  expect(
    spans.list.map(({ fromMs, toMs, window, buckets }) => [fromMs, toMs, window, buckets]),
  ).toEqual([
    [0, 10_000, undefined, 1],
    [10_000, 12_500, 'a', 3],
    [12_500, 13_500, 'b', 1],
    [13_500, 99_000, undefined, 1],
    [99_000, 100_000, 'c', 1],
  ]);
  expect(spans.buckets).toBe(7);
});

test('an instant belongs to the span and bucket it lies in; outside the run, to the nearest', () => {
  const spans = spansOf(20_000, ['a', 10_000, 2_500]);
  const placeOf = (ms: number) => [spans.at(ms), spans.bucketAt(spans.at(ms), ms)];
  expect(placeOf(-5)).toEqual([0, 0]);
  expect(placeOf(9_999.9)).toEqual([0, 0]);
  expect(placeOf(10_000)).toEqual([1, 1]);
  expect(placeOf(12_499)).toEqual([1, 3]);
  expect(placeOf(12_500)).toEqual([2, 4]);
  expect(placeOf(0)).toEqual([0, 0]);
  expect(placeOf(99_000)).toEqual([2, 4]);
});

test('a timeline keeps to its limit with buckets of more seconds', () => {
  const day = 86_400_000;
  const spans = spansOf(day, ['all', 0, day]);
  expect(spans.buckets).toBeLessThanOrEqual(TIMELINE_LIMIT);
  expect(spans.list[0]!.bucketMs).toBe(18_000);
});

test('a run without windows is one gap', () => {
  const spans = spansOf(5_000);
  expect(spans.list).toMatchObject([{ fromMs: 0, toMs: 5_000, window: undefined, buckets: 1 }]);
});

test('more windows than a timeline has buckets are refused', () => {
  const windows = Array.from({ length: TIMELINE_LIMIT }, (_, i): [string, number, number] => [
    `w${i}`,
    i * 2_000,
    1_000,
  ]);
  expect(() => spansOf(1e8, ...windows)).toThrow(RangeError);
});
