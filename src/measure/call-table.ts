/**
 * Reads call logs: calls for a session of a role counted by whoever made them, their peaks, and where
 * in time they fell. These are AssumeRole and AssumeRoleWithOIDC; other actions are left out.
 */

import { isSessionAction } from '../kernel/sts/call-record.ts';
import type { CallKind, CallLogExport, KindCount } from './call-log.ts';
import type { CodeCount } from './error-counts.ts';
import { ErrorCounts } from './error-counts.ts';
import type { Peaks } from './peaks.ts';
import { peaksOf } from './peaks.ts';
import type { Spans } from './spans.ts';

export type Select = (kind: CallKind) => boolean;

export interface CallCounts {
  readonly calls: number;
  readonly succeeded: number;
  readonly throttled: number;
  readonly failed: number;
}

/** Half-open: `fromMs <= at < toMs`, from virtual zero. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** By timeline bucket. */
export interface CallTimeline {
  readonly calls: Float64Array;
  readonly peakPerSecond: Float64Array;
  readonly throttled: Float64Array;
}

const SECOND_MS = 1_000;

export class CallTable {
  private readonly kinds: readonly KindCount[];
  /** Ascending; `kindIndex` beside it. */
  private readonly atMs: Float64Array;
  private readonly kindIndex: Uint32Array;

  constructor(logs: readonly CallLogExport[]) {
    this.kinds = logs.flatMap((log) => log.kinds);
    const columns = inOrder(concatenate(logs));
    this.atMs = columns.atMs;
    this.kindIndex = columns.kindIndex;
  }

  /** Calls that were counted after a log was full: in no peak, no window, no bucket. */
  get unplaced(): number {
    return this.kinds.reduce((sum, { count }) => sum + count, 0) - this.atMs.length;
  }

  /** Distinct values of a key over all calls. */
  distinct(keyOf: (kind: CallKind) => string): string[] {
    const keys = this.kinds.filter(({ kind }) => isAssumeRole(kind)).map(({ kind }) => keyOf(kind));
    return [...new Set(keys)];
  }

  /** Over the whole run, unplaced calls included. */
  counts(select: Select): CallCounts {
    const chosen = this.kinds.filter(({ kind }) => isAssumeRole(kind) && select(kind));
    const of = (outcome: CallKind['outcome'] | undefined) =>
      chosen
        .filter(({ kind }) => outcome === undefined || kind.outcome === outcome)
        .reduce((sum, { count }) => sum + count, 0);
    return {
      calls: of(undefined),
      succeeded: of('succeeded'),
      throttled: of('throttled'),
      failed: of('failed'),
    };
  }

  countsWithin(select: Select, stretch: Stretch): CallCounts {
    const counts = { calls: 0, succeeded: 0, throttled: 0, failed: 0 };
    this.forEach(select, stretch, (_, { outcome }) => {
      counts.calls += 1;
      counts[outcome] += 1;
    });
    return counts;
  }

  peaks(select: Select, stretch: Stretch = ALWAYS): Peaks {
    const chosen = new Float64Array(this.atMs.length);
    let length = 0;
    this.forEach(select, stretch, (atMs) => {
      chosen[length] = atMs;
      length += 1;
    });
    return peaksOf(chosen.subarray(0, length));
  }

  /** The least burst of a token bucket with this refill that lets these calls pass, all of them. */
  burst(select: Select, ratePerSecond: number): number {
    let level = 0;
    let highest = 0;
    let lastMs = Number.NEGATIVE_INFINITY;
    this.forEach(select, ALWAYS, (atMs) => {
      level = Math.max(0, level - ((atMs - lastMs) * ratePerSecond) / SECOND_MS) + 1;
      lastMs = atMs;
      if (level > highest) highest = level;
    });
    return highest;
  }

  timeline(spans: Spans): CallTimeline {
    const calls = new Float64Array(spans.buckets);
    const peakPerSecond = new Float64Array(spans.buckets);
    const throttled = new Float64Array(spans.buckets);
    let inSecond = 0;
    let lastBucket = -1;
    let lastSecond = -1;
    this.forEach(ALL, ALWAYS, (atMs, kind) => {
      const index = spans.at(atMs);
      const span = spans.list[index]!;
      const bucket = spans.bucketAt(index, atMs);
      const startMs = span.fromMs + (bucket - span.firstBucket) * span.bucketMs;
      const second = Math.floor((atMs - startMs) / SECOND_MS);
      inSecond = bucket === lastBucket && second === lastSecond ? inSecond + 1 : 1;
      lastBucket = bucket;
      lastSecond = second;
      calls[bucket]! += 1;
      peakPerSecond[bucket] = Math.max(peakPerSecond[bucket]!, inSecond);
      if (kind.outcome === 'throttled') throttled[bucket]! += 1;
    });
    return { calls, peakPerSecond, throttled };
  }

  errors(): CodeCount[] {
    const errors = new ErrorCounts();
    for (const { kind, count, firstAtMs, lastAtMs } of this.kinds) {
      if (!isAssumeRole(kind) || kind.outcome === 'succeeded') continue;
      errors.add({ code: kind.code, count, firstAtMs, lastAtMs });
    }
    return errors.list();
  }

  private forEach(
    select: Select,
    { fromMs, toMs }: Stretch,
    visit: (atMs: number, kind: CallKind) => void,
  ): void {
    const chosen = this.kinds.map(({ kind }) => isAssumeRole(kind) && select(kind));
    for (let index = firstAtOrAfter(this.atMs, fromMs); index < this.atMs.length; index += 1) {
      const atMs = this.atMs[index]!;
      if (atMs >= toMs) return;
      const kind = this.kindIndex[index]!;
      if (chosen[kind] === true) visit(atMs, this.kinds[kind]!.kind);
    }
  }
}

export const ALL: Select = () => true;
const ALWAYS: Stretch = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

function isAssumeRole(kind: CallKind): boolean {
  return isSessionAction(kind.action);
}

interface Columns {
  readonly atMs: Float64Array;
  readonly kindIndex: Uint32Array;
}

function concatenate(logs: readonly CallLogExport[]): Columns {
  const only = logs.length === 1 ? logs[0] : undefined;
  if (only !== undefined) return only;
  const length = logs.reduce((sum, log) => sum + log.atMs.length, 0);
  const atMs = new Float64Array(length);
  const kindIndex = new Uint32Array(length);
  let at = 0;
  let firstKind = 0;
  for (const log of logs) {
    atMs.set(log.atMs, at);
    for (const index of log.kindIndex) {
      kindIndex[at] = firstKind + index;
      at += 1;
    }
    firstKind += log.kinds.length;
  }
  return { atMs, kindIndex };
}

/** One STS logs in order; logs of several have to be sorted. */
function inOrder(columns: Columns): Columns {
  const { atMs, kindIndex } = columns;
  if (atMs.every((at, index) => index === 0 || at >= atMs[index - 1]!)) return columns;
  const order = Uint32Array.from(atMs.keys()).sort((a, b) => atMs[a]! - atMs[b]!);
  return {
    atMs: Float64Array.from(order, (index) => atMs[index]!),
    kindIndex: Uint32Array.from(order, (index) => kindIndex[index]!),
  };
}

/** Index of the first instant not before `ms`, by bisection. */
function firstAtOrAfter(atMs: Float64Array, ms: number): number {
  let low = 0;
  let high = atMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (atMs[middle]! < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
