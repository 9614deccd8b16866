/**
 * How a run's virtual time is cut up: into spans (its windows and the gaps between them, either cut
 * again at the edges of phases) and each span into timeline buckets. Inside windows a bucket is one
 * second, counted from the window's start, or as many whole seconds as keep the timeline below its
 * limit. A gap is one bucket; where it has its full load, a bucket a minute, or as many minutes.
 *
 * Phases end at the next edge of a bucket, so that buckets are the same whatever the phases are: what
 * a simulation draws for one must not depend on when somebody else's process starts.
 *
 * What lies before virtual zero or after the end counts to the first or last span: work that starts
 * near the end may be done after it.
 */
import type { Phase, RunShape } from './run-shape.ts';

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
  /** Those of the shape, from edge to edge of buckets. */
  readonly phases: readonly Phase[];
  /** Buckets in all. */
  readonly buckets: number;
  private latest = 0;
  private fromMs = 0;
  private toMs = 0;

  constructor(shape: RunShape) {
    const { list, phases } = cut(shape);
    this.list = list;
    this.phases = phases;
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

type UnnumberedSpan = Omit<Span, 'firstBucket' | 'buckets'>;

function cut(shape: RunShape): { list: Span[]; phases: Phase[] } {
  const whole = wholeSpans(shape);
  const phases = (shape.phases ?? [])
    .map((phase) => ({
      ...phase,
      fromMs: alignedMs(whole, phase.fromMs),
      toMs: alignedMs(whole, phase.toMs),
    }))
    .filter(({ fromMs, toMs }) => fromMs < toMs);
  const edgesMs = phases.flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  let firstBucket = 0;
  const list = edgesMs.reduce(splitAt, whole).map((span) => {
    const numbered = {
      ...span,
      firstBucket,
      buckets: bucketsIn(span.toMs - span.fromMs, span.bucketMs),
    };
    firstBucket += numbered.buckets;
    return numbered;
  });
  return { list, phases };
}

/** Windows and gaps as they are, before phases cut them. */
function wholeSpans(shape: RunShape): UnnumberedSpan[] {
  const pieces = piecesOf(shape);
  const { windowMs, gapMs } = bucketLengths(pieces, shape.gapsAreFull === true);
  return pieces.map((piece) => ({
    ...piece,
    bucketMs:
      piece.window === undefined ? (gapMs ?? Math.max(piece.toMs - piece.fromMs, 1)) : windowMs,
  }));
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
  return pieces;
}

/** The next edge of a bucket; a gap that is one bucket is cut where the phase ends. */
function alignedMs(spans: readonly UnnumberedSpan[], edgeMs: number): number {
  const span = spans.find(({ fromMs, toMs }) => fromMs < edgeMs && edgeMs < toMs);
  if (span === undefined) return edgeMs;
  const isOneBucket = span.bucketMs >= span.toMs - span.fromMs;
  if (isOneBucket && span.window === undefined) return edgeMs;
  const buckets = Math.ceil((edgeMs - span.fromMs) / span.bucketMs);
  return Math.min(span.toMs, span.fromMs + buckets * span.bucketMs);
}

function splitAt(spans: UnnumberedSpan[], edgeMs: number): UnnumberedSpan[] {
  return spans.flatMap((span) =>
    span.fromMs < edgeMs && edgeMs < span.toMs
      ? [
          { ...span, toMs: edgeMs },
          { ...span, fromMs: edgeMs },
        ]
      : [span],
  );
}

const GAP_BUCKET_SECONDS = 60;

/** Windows come first: a second a bucket if that fits, and what is left of the limit is the gaps'. */
function bucketLengths(
  pieces: readonly Piece[],
  gapsAreFull: boolean,
): { readonly windowMs: number; readonly gapMs: number | undefined } {
  if (pieces.length > TIMELINE_LIMIT) {
    throw new RangeError(
      `${pieces.length} windows and gaps; a timeline has ${TIMELINE_LIMIT} buckets`,
    );
  }
  const windows = pieces.filter(({ window }) => window !== undefined);
  const gaps = pieces.filter(({ window }) => window === undefined);
  const windowMs = leastLength(windows, 1, TIMELINE_LIMIT - gaps.length);
  if (!gapsAreFull) return { windowMs, gapMs: undefined };
  const left = TIMELINE_LIMIT - bucketsOf(windows, windowMs);
  return { windowMs, gapMs: leastLength(gaps, GAP_BUCKET_SECONDS, left) };
}

/** The least multiple of `stepSeconds` with which the pieces have at most so many buckets. */
function leastLength(pieces: readonly Piece[], stepSeconds: number, bucketsMax: number): number {
  let lengthMs = stepSeconds * 1_000;
  while (bucketsOf(pieces, lengthMs) > bucketsMax) lengthMs += stepSeconds * 1_000;
  return lengthMs;
}

function bucketsOf(pieces: readonly Piece[], bucketMs: number): number {
  return pieces.reduce((sum, { fromMs, toMs }) => sum + bucketsIn(toMs - fromMs, bucketMs), 0);
}

function bucketsIn(lengthMs: number, bucketMs: number): number {
  return Math.max(1, Math.ceil(lengthMs / bucketMs));
}
