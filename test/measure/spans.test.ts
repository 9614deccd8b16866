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

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The shape of a run in virtual time: gaps have their full load. */
function fullShape(endMs: number, phases: [fromMs: number, toMs: number][] = []): RunShape {
  return {
    apps: [],
    windows: [{ name: 'a', atMs: 60_000, forMs: 10_000 }],
    endMs,
    stallThresholdMs: 1,
    gapsAreFull: true,
    phases: phases.map(([fromMs, toMs], i) => ({
      name: i === 0 ? 'coldStart' : 'steadyState',
      fromMs,
      toMs,
    })),
  };
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

const piecesOf = (spans: Spans) =>
  spans.list.map(({ fromMs, toMs, window }) => [fromMs / 1_000, toMs / 1_000, window]);

test('windows and gaps are cut where a phase begins or ends inside them', () => {
  const spans = new Spans(
    fullShape(200_000, [
      [0, 63_000],
      [150_000, 200_000],
    ]),
  );
  expect(piecesOf(spans)).toEqual([
    [0, 60, undefined],
    [60, 63, 'a'],
    [63, 70, 'a'],
    // At the next edge of its minutes.
    [70, 190, undefined],
    [190, 200, undefined],
  ]);
});

test('a phase that begins and ends where windows do cuts nothing', () => {
  const whole = new Spans(fullShape(200_000));
  const cut = new Spans(
    fullShape(200_000, [
      [0, 60_000],
      [70_000, 200_000],
    ]),
  );
  expect(cut.list).toEqual(whole.list);
});

test('an instant at a phase’s edge belongs to what begins there', () => {
  const spans = new Spans(fullShape(200_000, [[0, 63_000]]));
  const placeOf = (ms: number) => [spans.at(ms), spans.bucketAt(spans.at(ms), ms)];
  // One bucket of a minute before the window, three seconds before the edge.
  expect(placeOf(62_999.9)).toEqual([1, 3]);
  expect(placeOf(63_000)).toEqual([2, 4]);
  expect(placeOf(69_999)).toEqual([2, 10]);
});

test('gaps with their full load have a bucket a minute, counted from where each begins', () => {
  const spans = new Spans(fullShape(260_000));
  expect(spans.list.map(({ fromMs, bucketMs, buckets }) => [fromMs, bucketMs, buckets])).toEqual([
    [0, MINUTE_MS, 1],
    [60_000, 1_000, 10],
    [70_000, MINUTE_MS, 4],
  ]);
  const { firstBucket } = spans.list[2]!;
  expect(spans.bucketAt(2, 129_999)).toBe(firstBucket);
  expect(spans.bucketAt(2, 130_000)).toBe(firstBucket + 1);
  expect(spans.stretchOf(2, firstBucket + 3)).toEqual({ fromMs: 250_000, toMs: 260_000 });
});

test.each([1, 3, 4, 31])('a timeline of %d days with full gaps keeps to its limit', (days) => {
  const endMs = days * DAY_MS;
  const spans = new Spans(
    fullShape(endMs, [
      [0, 1_800_000],
      [7_200_000, endMs],
    ]),
  );
  expect(spans.buckets).toBeLessThanOrEqual(TIMELINE_LIMIT);
  // And does not give away more than the rounding to whole minutes takes.
  const minutes = endMs / MINUTE_MS;
  expect(spans.buckets).toBeGreaterThan(Math.min(minutes, 0.5 * TIMELINE_LIMIT));
  for (const [index, { fromMs, toMs, window, bucketMs, buckets }] of spans.list.entries()) {
    // What is widened is the gaps.
    if (window === undefined) expect(bucketMs % MINUTE_MS).toBe(0);
    else expect(bucketMs).toBe(1_000);
    expect(buckets).toBe(Math.ceil((toMs - fromMs) / bucketMs));
    expect(fromMs).toBe(index === 0 ? 0 : spans.list[index - 1]!.toMs);
  }
});
