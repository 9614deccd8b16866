import { describe, expect, test } from 'vitest';
import type { SubjectResult } from '../../src/measure/result.ts';
import { parseThresholds } from '../../src/verdict/thresholds.ts';
import { Watch } from '../../src/verdict/watch.ts';
import { groupOf, latencyOf, subjectOf, totalsOf } from '../measure/documents.ts';
import { ruleOf } from './rules.ts';

function watchOf(expression: string, abortAfterMs: number | undefined, onlyForGood = false): Watch {
  const thresholds = parseThresholds({
    file: 'smoke.yaml',
    apps: [],
    windows: [],
    thresholds: [ruleOf(expression, { abortAfterMs })],
  });
  return new Watch(thresholds, { onlyForGood });
}

const stalled = (requests: number) =>
  subjectOf('reference', { totals: totalsOf({ stalls: { requests } }) });
const waited = (p99Ms: number, count = 10) =>
  subjectOf('reference', {
    latency: groupOf({}, { request: latencyOf({ count, p99Ms }) }).latency,
  });

/** The instants at which it looks, a second apart, until it ends the run. */
function endedAt(watch: Watch, figures: readonly SubjectResult[]): number | undefined {
  for (const [second, sofar] of figures.entries()) watch.look(1_000 * second, sofar);
  expect(watch.stop.aborted).toBe(watch.abort !== undefined);
  return watch.abort?.atMs;
}

describe('a figure that only grows', () => {
  test('ends the run at the first look at which it is above its limit', () => {
    const figures = [0, 3, 3, 4].map(stalled);
    expect(endedAt(watchOf('stalls.requests <= 3', 0), figures)).toBe(3_000);
    expect(endedAt(watchOf('stalls.requests < 3', 0), figures)).toBe(1_000);
  });

  test('does not before its delay is over', () => {
    expect(endedAt(watchOf('stalls.requests == 0', 2_500), [1, 1, 1, 1].map(stalled))).toBe(3_000);
  });

  test('does not while it is on its way to the value that it should have', () => {
    const figures = [0, 1, 2, 3].map(stalled);
    expect(endedAt(watchOf('stalls.requests == 3', 0), figures)).toBeUndefined();
    expect(endedAt(watchOf('stalls.requests == 2', 0), figures)).toBe(3_000);
  });

  test('does not where nobody asked for it', () => {
    const watch = watchOf('stalls.requests == 0', undefined);
    expect(watch.isNeeded).toBe(false);
    expect(endedAt(watch, [5].map(stalled))).toBeUndefined();
  });
});

describe('a figure that can come right again', () => {
  const figures = [90, 90, 4, 90].map((p99Ms) => waited(p99Ms));

  test('ends the run when it fails at a look after its delay', () => {
    expect(endedAt(watchOf('latency.request.p99Ms < 5ms', 1_500), figures)).toBe(3_000);
  });

  test('never does where figures lag behind', () => {
    const watch = watchOf('latency.request.p99Ms < 5ms', 1_500, true);
    expect(watch.isNeeded).toBe(false);
    expect(endedAt(watch, figures)).toBeUndefined();
  });
});

test('what was not measured yet ends nothing', () => {
  expect(endedAt(watchOf('latency.request.p99Ms < 5ms', 1), [waited(0, 0), waited(0, 0)])).toBe(
    undefined,
  );
});

test('the first failure is kept', () => {
  const watch = watchOf('stalls.requests == 0', 0);
  watch.look(1_000, stalled(1));
  watch.look(2_000, stalled(2));
  expect(watch.abort).toMatchObject({
    atMs: 1_000,
    threshold: { expression: 'stalls.requests == 0' },
  });
});
