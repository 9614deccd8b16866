/**
 * How a run's virtual time is cut up: into spans (its windows and the gaps between them, either cut
 * again at the edges of phases) and each span into timeline buckets. Inside windows a bucket is one
 * second, counted from the span's start, or as many whole seconds as keep the timeline below its
 * limit. A gap is one bucket; where it has its full load, a bucket a minute.
 *
 * What lies before virtual zero or after the end counts to the first or last span: work that starts
 * near the end may be done after it.
 */
import type { RunShape } from './run-shape.ts';

export const TIMELINE_LIMIT = 5_000;

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  /** Window's name; undefined for a gap. */
  readonly window: string | undefined;
  readonly bucketMs: number;
  readonly firstBucket: number;
  readonly buckets: number;
}

export class Spans {
  readonly list: readonly Span[];
  /** Buckets in all. */
  readonly buckets: number;
  private latest = 0;
  private fromMs = 0;
  private toMs = 0;

  constructor(shape: RunShape) {
    this.list = cut(shape);
    const last = this.list[this.list.length - 1]!;
    this.buckets = last.firstBucket + last.buckets;
  }

  /** Index of the span that an instant falls in. Instants come nearly in order, so the last answer is tried first. */
  at(ms: number): number {
    if (ms >= this.fromMs && ms < this.toMs) return this.latest;
    let low = 0;
    let high = this.list.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ms < this.list[middle]!.toMs) high = middle;
      else low = middle + 1;
    }
    const span = this.list[low]!;
    this.latest = low;
    this.fromMs = span.fromMs;
    this.toMs = span.toMs;
    return low;
  }

  /** Index of the timeline bucket of an instant in `span`. */
  bucketAt(span: number, ms: number): number {
    const { fromMs, bucketMs, firstBucket, buckets } = this.list[span]!;
    const bucket = Math.floor((ms - fromMs) / bucketMs);
    return firstBucket + (bucket < 0 ? 0 : bucket < buckets ? bucket : buckets - 1);
  }

  /** The stretch of time that a bucket of `span` covers; half-open. */
  stretchOf(span: number, bucket: number): { readonly fromMs: number; readonly toMs: number } {
    const { fromMs, toMs, bucketMs, firstBucket } = this.list[span]!;
    const startMs = fromMs + (bucket - firstBucket) * bucketMs;
    return { fromMs: startMs, toMs: Math.min(startMs + bucketMs, toMs) };
  }
}

interface Piece {
  readonly fromMs: number;
  readonly toMs: number;
  readonly window: string | undefined;
}

function cut(shape: RunShape): Span[] {
  const pieces = piecesOf(shape);
  const { windowMs, gapMs } = bucketLengths(pieces, shape.gapsAreFull === true);
  let firstBucket = 0;
  return pieces.map((piece) => {
    const lengthMs = piece.toMs - piece.fromMs;
    const bucketMs = piece.window === undefined ? (gapMs ?? Math.max(lengthMs, 1)) : windowMs;
    const span = { ...piece, bucketMs, firstBucket, buckets: bucketsIn(lengthMs, bucketMs) };
    firstBucket += span.buckets;
    return span;
  });
}

function piecesOf(shape: RunShape): Piece[] {
  const pieces: Piece[] = [];
  let doneMs = 0;
  for (const { name, atMs, forMs } of shape.windows) {
    if (atMs >= shape.endMs) break;
    if (atMs > doneMs) pieces.push({ fromMs: doneMs, toMs: atMs, window: undefined });
    doneMs = Math.min(atMs + forMs, shape.endMs);
    pieces.push({ fromMs: atMs, toMs: doneMs, window: name });
  }
  if (doneMs < shape.endMs || pieces.length === 0) {
    pieces.push({ fromMs: doneMs, toMs: shape.endMs, window: undefined });
  }
  const edgesMs = (shape.phases ?? []).flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  return edgesMs.reduce(splitAt, pieces);
}

function splitAt(pieces: Piece[], edgeMs: number): Piece[] {
  return pieces.flatMap((piece) =>
    piece.fromMs < edgeMs && edgeMs < piece.toMs
      ? [
          { ...piece, toMs: edgeMs },
          { ...piece, fromMs: edgeMs },
        ]
      : [piece],
  );
}

const GAP_BUCKET_SECONDS = 60;

/** The least whole number of seconds a bucket must cover for the timeline to stay within its limit. */
function bucketLengths(
  pieces: readonly Piece[],
  gapsAreFull: boolean,
): { readonly windowMs: number; readonly gapMs: number | undefined } {
  if (pieces.length > TIMELINE_LIMIT) {
    throw new RangeError(
      `${pieces.length} windows and gaps; a timeline has ${TIMELINE_LIMIT} buckets`,
    );
  }
  const lengths = (seconds: number) => ({
    windowMs: seconds * 1_000,
    gapMs: gapsAreFull ? Math.max(seconds, GAP_BUCKET_SECONDS) * 1_000 : undefined,
  });
  const total = (seconds: number) => {
    const { windowMs, gapMs } = lengths(seconds);
    return pieces.reduce((sum, { fromMs, toMs, window }) => {
      const bucketMs = window === undefined ? gapMs : windowMs;
      return sum + (bucketMs === undefined ? 1 : bucketsIn(toMs - fromMs, bucketMs));
    }, 0);
  };
  let seconds = 1;
  while (total(seconds) > TIMELINE_LIMIT) seconds += 1;
  return lengths(seconds);
}

function bucketsIn(lengthMs: number, bucketMs: number): number {
  return Math.max(1, Math.ceil(lengthMs / bucketMs));
}
