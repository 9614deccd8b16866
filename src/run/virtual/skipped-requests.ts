/**
 * What is recorded of the requests that a simulation skips: how many there were, whether their
 * credential had expired, and how little the last of them had left of it.
 */
import { PlainHits } from '../../measure/plain-hits.ts';
import type { Recorder } from '../../measure/recorder.ts';
import { Spans } from '../../measure/spans.ts';
import { expectedRequests } from '../../scenario/estimate.ts';
import type { SimulatedProcess, Skip } from './fleet.ts';
import type { SimulationParts } from './simulation-parts.ts';

export interface SkipEnd {
  readonly toMs: number;
  /** A hit that comes after it, in the same span, will have less left of the same credential. */
  readonly isOutdone: boolean;
}

/** Hits that are counted alike. */
interface Counted {
  readonly fromMs: number;
  readonly toMs: number;
  readonly isExpired: boolean;
}

export class SkippedRequests {
  /** Undefined where nobody asks how many there were. */
  private readonly hits: PlainHits | undefined;
  private readonly spans: Spans;
  private readonly recorder: Recorder;
  /** Few requests in all: those of the plan are counted, and are the live run's to the last one. */
  private readonly countsEach: boolean;
  /** By app and span: the least time to expiry of skipped hits so far. */
  private readonly leastMs: Float64Array;

  constructor(parts: SimulationParts, recorder: Recorder) {
    const { plan, shape, countsSkipped, countedMax } = parts;
    this.hits = countsSkipped ? new PlainHits(plan, shape) : undefined;
    this.spans = new Spans(shape);
    this.recorder = recorder;
    const expected = shape.apps.reduce((sum, _, app) => sum + expectedRequests(plan, app), 0);
    this.countsEach = expected <= countedMax;
    this.leastMs = new Float64Array(shape.apps.length * this.spans.list.length).fill(Infinity);
  }

  /** Whether the process's arrivals stand elsewhere after it. */
  add(process: SimulatedProcess, skip: Skip, end: SkipEnd): boolean {
    const { hits } = this;
    const { fromMs, credential } = skip;
    const { toMs } = end;
    if (toMs <= fromMs || hits === undefined) return false;
    const { expiresAtMs } = credential;
    const freshMs = Math.min(toMs, Math.max(fromMs, expiresAtMs));
    this.count(hits, process, { fromMs, toMs: freshMs, isExpired: false });
    if (toMs > freshMs) this.count(hits, process, { fromMs: freshMs, toMs, isExpired: true });
    const hasMoved = expiresAtMs < Infinity && this.noteRemaining(process, skip, end);
    return hasMoved || this.countsEach;
  }

  isInOneSpan(oneMs: number, otherMs: number): boolean {
    return this.spans.at(oneMs) === this.spans.at(otherMs);
  }

  /** Draws all counts. Nothing can be added after it. */
  drawInto(): void {
    this.hits?.drawInto(this.recorder);
  }

  /** One of the plan where it is counted; where it is drawn, the last hit is too. */
  private lastHitBefore(process: SimulatedProcess, atMs: number): number {
    return this.countsEach || process.even !== undefined
      ? process.arrivals.lastBefore(atMs)
      : process.drawLastBefore(atMs);
  }

  private count(hits: PlainHits, process: SimulatedProcess, stretch: Counted): void {
    const { fromMs, toMs, isExpired } = stretch;
    const { app } = process.planned;
    if (process.even === undefined) {
      if (this.countsEach) {
        process.resume(fromMs);
        hits.addEach(app, process.arrivals, toMs, isExpired);
      } else hits.add(app, fromMs, toMs, isExpired);
      return;
    }
    const { nextNumber: first, even } = process;
    process.nextNumber = hits.addEven(app, even, { first, fromMs, toMs }, isExpired);
  }

  /** In each span: what the last skipped hit of it had left, where that may be the least so far. */
  private noteRemaining(process: SimulatedProcess, skip: Skip, end: SkipEnd): boolean {
    const { toMs, isOutdone } = end;
    let hasMoved = false;
    const { list } = this.spans;
    const { app } = process.planned;
    const { expiresAtMs } = skip.credential;
    for (let index = this.spans.at(skip.fromMs); index < list.length; index += 1) {
      const span = list[index]!;
      if (span.fromMs >= toMs || (isOutdone && span.toMs >= toMs)) break;
      const place = app * list.length + index;
      const lastMs = Math.min(toMs, span.toMs);
      if (expiresAtMs - lastMs >= this.leastMs[place]!) continue;
      const handedMs = this.lastHitBefore(process, lastMs);
      hasMoved ||= this.countsEach || process.even !== undefined;
      if (handedMs < Math.max(skip.fromMs, span.fromMs)) continue;
      const remainingMs = expiresAtMs - handedMs;
      if (remainingMs >= this.leastMs[place]!) continue;
      this.leastMs[place] = remainingMs;
      this.recorder.plainRemaining(app, index, remainingMs, 0);
    }
    return hasMoved;
  }
}
