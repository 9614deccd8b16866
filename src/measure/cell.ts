/**
 * What is counted for one app in one span. Every figure of a result is a sum of cells: all of an
 * app's, all of a window's, all of a role's. Requests count where they were due, stalls where they
 * asked, `endedWithin` where they ended. Latencies of requests are recorded in windows only.
 */
import type { HistogramSnapshot } from './log-linear.ts';
import { LogLinear } from './log-linear.ts';

/** Plain data that crosses threads. */
export interface CellSnapshot {
  readonly offered: number;
  readonly completed: number;
  readonly failed: number;
  readonly inFlight: number;
  readonly notStarted: number;
  /** Requests whose work ended in this span, wherever they were due. */
  readonly endedWithin: number;
  readonly stalls: number;
  readonly stallMs: number;
  readonly longestStallMs: number;
  readonly episodes: number;
  readonly episodeMs: number;
  readonly servedExpired: number;
  /** Infinity when no credential with an expiry was handed over. */
  readonly minRemainingMs: number;
  readonly wait: HistogramSnapshot;
  readonly request: HistogramSnapshot;
  readonly assumeRole: HistogramSnapshot;
}

export class Cell {
  offered = 0;
  completed = 0;
  failed = 0;
  inFlight = 0;
  notStarted = 0;
  endedWithin = 0;
  stalls = 0;
  stallMs = 0;
  longestStallMs = 0;
  episodes = 0;
  episodeMs = 0;
  servedExpired = 0;
  minRemainingMs = Number.POSITIVE_INFINITY;
  readonly wait = new LogLinear();
  readonly request = new LogLinear();
  readonly assumeRole = new LogLinear();

  static sum(parts: readonly CellSnapshot[]): CellSnapshot {
    const sum = new Cell();
    for (const part of parts) sum.add(part);
    return sum.snapshot();
  }

  stall(waitMs: number): void {
    this.stalls += 1;
    this.stallMs += waitMs;
    if (waitMs > this.longestStallMs) this.longestStallMs = waitMs;
  }

  episode(fromMs: number, toMs: number): void {
    this.episodes += 1;
    this.episodeMs += toMs - fromMs;
  }

  add(other: CellSnapshot): void {
    this.offered += other.offered;
    this.completed += other.completed;
    this.failed += other.failed;
    this.inFlight += other.inFlight;
    this.notStarted += other.notStarted;
    this.endedWithin += other.endedWithin;
    this.stalls += other.stalls;
    this.stallMs += other.stallMs;
    this.longestStallMs = Math.max(this.longestStallMs, other.longestStallMs);
    this.episodes += other.episodes;
    this.episodeMs += other.episodeMs;
    this.servedExpired += other.servedExpired;
    this.minRemainingMs = Math.min(this.minRemainingMs, other.minRemainingMs);
    this.wait.add(other.wait);
    this.request.add(other.request);
    this.assumeRole.add(other.assumeRole);
  }

  snapshot(): CellSnapshot {
    return {
      ...this,
      wait: this.wait.snapshot(),
      request: this.request.snapshot(),
      assumeRole: this.assumeRole.snapshot(),
    };
  }
}
