/**
 * Adds up the snapshots of a run's recorders: the same as if one recorder had seen everything.
 */
import { Cell } from './cell.ts';
import { ErrorCounts } from './error-counts.ts';
import { LogLinear } from './log-linear.ts';
import type { PlacedCell, RecorderSnapshot, TimelineCounts } from './recorder-snapshot.ts';
import { emptyTimeline } from './recorder-snapshot.ts';
import type { RunShape } from './run-shape.ts';
import { Spans } from './spans.ts';

export function mergeSnapshots(
  shape: RunShape,
  snapshots: readonly RecorderSnapshot[],
): RecorderSnapshot {
  const timeline = emptyTimeline(new Spans(shape).buckets);
  const lag = new LogLinear();
  const errors = new ErrorCounts();
  for (const snapshot of snapshots) {
    addTimeline(timeline, snapshot.timeline);
    lag.add(snapshot.lag);
    for (const code of snapshot.errors) errors.add(code);
  }
  return {
    cells: mergeCells(snapshots.flatMap((snapshot) => snapshot.cells)),
    timeline,
    lag: lag.snapshot(),
    errors: errors.list(),
  };
}

function mergeCells(placed: readonly PlacedCell[]): PlacedCell[] {
  const groups = new Map<string, { first: PlacedCell; sum: Cell }>();
  for (const cell of placed) {
    const key = `${cell.app}/${cell.span}`;
    const group = groups.get(key) ?? { first: cell, sum: new Cell() };
    group.sum.add(cell.counts);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ first, sum }) => ({
    app: first.app,
    span: first.span,
    counts: sum.snapshot(),
  }));
}

function addTimeline(sum: TimelineCounts, part: TimelineCounts): void {
  for (const name of ['offered', 'completed', 'stalled'] as const) {
    for (const [bucket, count] of part[name].entries()) sum[name][bucket]! += count;
  }
}
