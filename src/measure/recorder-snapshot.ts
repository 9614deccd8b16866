/**
 * What a recorder has seen so far, as plain data that crosses threads.
 */
import type { CellSnapshot } from './cell.ts';
import type { CodeCount } from './error-counts.ts';
import type { HistogramSnapshot } from './log-linear.ts';

/** Cumulative; survives structured cloning. */
export interface RecorderSnapshot {
  readonly cells: readonly PlacedCell[];
  readonly timeline: TimelineCounts;
  readonly lag: HistogramSnapshot;
  /** Failed requests. */
  readonly errors: readonly CodeCount[];
}

/** `span` is an index into `Spans.list`; undefined for events without an instant. */
export interface PlacedCell {
  readonly app: number;
  readonly span: number | undefined;
  readonly counts: CellSnapshot;
}

/** By timeline bucket. */
export interface TimelineCounts {
  readonly offered: Float64Array;
  readonly completed: Float64Array;
  readonly stalled: Float64Array;
}

export function emptyTimeline(buckets: number): TimelineCounts {
  return {
    offered: new Float64Array(buckets),
    completed: new Float64Array(buckets),
    stalled: new Float64Array(buckets),
  };
}
