/**
 * Records what became of requests, on the hot path of driver threads and of the simulator alike: a
 * record is a few additions and two histogram increments, no allocation. It judges nothing and keeps
 * no request; a run's recorders are added up at the end (`merge-snapshots.ts`), and a process must
 * be recorded by one of them alone, since its stall episodes are found here.
 *
 * All instants are milliseconds from virtual zero. An instant left out means that the event counts
 * towards its app but to no window.
 */
import { Cell } from './cell.ts';
import { ErrorCounts } from './error-counts.ts';
import type { HitBatch } from './hit-batch.ts';
import { LogLinear } from './log-linear.ts';
import { Places } from './places.ts';
import {
  emptyTimeline,
  type PlacedCell,
  type RecorderSnapshot,
  type TimelineCounts,
} from './recorder-snapshot.ts';
import type { RunShape } from './run-shape.ts';
import { Spans } from './spans.ts';
import { StallEpisodes } from './stall-episodes.ts';

export class Recorder {
  private readonly spans: Spans;
  private readonly stallThresholdMs: number;
  /** By app, then span; the place after the last span is for events without an instant. */
  private readonly cells: (Cell | undefined)[];
  private readonly stride: number;
  private readonly timeline: TimelineCounts;
  private readonly episodes = new Map<number, { app: number; episodes: StallEpisodes }>();
  private readonly lags = new LogLinear();
  /** Where requests are due, and where they end: nearly in order, each by itself. */
  private readonly duePlaces: Places;
  private readonly endPlaces: Places;
  private readonly errors = new ErrorCounts();

  constructor(shape: RunShape) {
    this.spans = new Spans(shape);
    this.stallThresholdMs = shape.stallThresholdMs;
    this.stride = this.spans.list.length + 1;
    this.cells = new Array(shape.apps.length * this.stride);
    this.timeline = emptyTimeline(this.spans.buckets);
    const cellOf = (app: number, span: number) => this.cell(app, span);
    this.duePlaces = new Places(this.spans, cellOf);
    this.endPlaces = new Places(this.spans, cellOf);
  }

  /** Handed its credential in the turn in which it asked. `count`: so many requests alike. */
  hit(app: number, dueMs: number, handedMs: number, endMs: number, count = 1): void {
    const due = this.duePlaces.at(app, dueMs);
    const { cell } = due;
    cell.offered += count;
    cell.completed += count;
    this.timeline.offered[due.bucket]! += count;
    if (due.isInWindow) {
      cell.wait.recordMany((handedMs - dueMs) * 1_000, count);
      cell.request.recordMany((endMs - dueMs) * 1_000, count);
    }
    const end = this.endPlaces.at(app, endMs);
    end.cell.endedWithin += count;
    this.timeline.completed[end.bucket]! += count;
  }

  /** Many hits at once, handed over at `handedMs`; those in windows with their pacing lag. */
  hits(batch: HitBatch, handedMs: number): void {
    const { count, app, dueMs, askedMs, endMs } = batch;
    const { offered, completed } = this.timeline;
    const { lags } = this;
    let due = this.duePlaces.at(app[0]!, dueMs[0]!);
    let end = this.endPlaces.at(app[0]!, endMs[0]!);
    let latestApp = app[0]!;
    for (let i = 0; i < count; i += 1) {
      const atMs = dueMs[i]!;
      const doneMs = endMs[i]!;
      if (app[i]! !== latestApp || atMs < due.fromMs || atMs >= due.toMs) {
        due = this.duePlaces.at(app[i]!, atMs);
      }
      if (app[i]! !== latestApp || doneMs < end.fromMs || doneMs >= end.toMs) {
        end = this.endPlaces.at(app[i]!, doneMs);
      }
      latestApp = app[i]!;
      const { cell } = due;
      cell.offered += 1;
      cell.completed += 1;
      offered[due.bucket]! += 1;
      end.cell.endedWithin += 1;
      completed[end.bucket]! += 1;
      if (!due.isInWindow) continue;
      lags.record((askedMs[i]! - atMs) * 1_000);
      cell.wait.record((handedMs - atMs) * 1_000);
      cell.request.record((doneMs - atMs) * 1_000);
    }
  }

  /**
   * Hits that nobody looked at one by one: so many were due in a bucket of `span`, and had their
   * credential at once. When their work ended is told apart (`plainEnds`, `plainWork`).
   */
  plainHits(app: number, span: number, bucket: number, count: number): void {
    const cell = this.cell(app, span);
    cell.offered += count;
    cell.completed += count;
    this.timeline.offered[bucket]! += count;
    if (this.spans.list[span]!.window !== undefined) cell.wait.recordMany(0, count);
  }

  /** So many works of plain hits ended in a bucket of `span`. */
  plainEnds(app: number, span: number, bucket: number, count: number): void {
    this.cell(app, span).endedWithin += count;
    this.timeline.completed[bucket]! += count;
  }

  /** So many plain hits that were due in `span`, a window, took so long in all. */
  plainWork(app: number, span: number, us: number, count: number): void {
    this.cell(app, span).request.recordMany(us, count);
  }

  /** Of plain hits of `span`, so many had an expired credential, and none had less left than this. */
  plainRemaining(app: number, span: number, leastMs: number, expired: number): void {
    const cell = this.cell(app, span);
    if (leastMs < cell.minRemainingMs) cell.minRemainingMs = leastMs;
    cell.servedExpired += expired;
  }

  /** Handed its credential in a later turn: a stall when the wait reached the threshold. */
  stalled(
    app: number,
    process: number,
    dueMs: number,
    askedMs: number,
    handedMs: number,
    endMs: number,
  ): void {
    this.served(app, dueMs, askedMs, handedMs, endMs);
    this.waited(app, process, askedMs, handedMs);
  }

  /** The client gave an error at `atMs`. A wait before it is a stall by the same rule. */
  failed(
    app: number,
    process: number,
    dueMs: number,
    askedMs: number,
    atMs: number,
    code: string,
  ): void {
    this.refused(app, dueMs, askedMs, atMs, code);
    this.waited(app, process, askedMs, atMs);
  }

  /** Handed its credential, and done with it; if it waited, that is told by itself. */
  served(app: number, dueMs: number, askedMs: number, handedMs: number, endMs: number): void {
    this.lagged(app, dueMs, askedMs);
    this.hit(app, dueMs, handedMs, endMs);
  }

  /** Its work with the credential failed at `atMs`; if it waited before, that is told by itself. */
  refused(app: number, dueMs: number, askedMs: number, atMs: number, code: string): void {
    this.lagged(app, dueMs, askedMs);
    this.offered(app, dueMs).failed += 1;
    this.errors.note(code, atMs);
  }

  /** A request waited for its credential: a stall when the wait reached the threshold. */
  waited(app: number, process: number, askedMs: number, handedMs: number): void {
    const waitMs = handedMs - askedMs;
    if (waitMs < this.stallThresholdMs) return;
    const span = this.spans.at(askedMs);
    this.cell(app, span).stall(waitMs);
    this.timeline.stalled[this.spans.bucketAt(span, askedMs)]! += 1;
    this.episodesOf(app, process).add(askedMs, handedMs);
  }

  /** Due by the plan and never started. */
  notStarted(app: number, dueMs: number): void {
    this.offered(app, dueMs).notStarted += 1;
  }

  /** At the end: so many requests were started and have no answer. */
  inFlight(app: number, count: number, dueMs?: number): void {
    const cell = this.placed(app, dueMs);
    cell.offered += count;
    cell.inFlight += count;
    if (dueMs === undefined) return;
    const bucket = this.spans.bucketAt(this.spans.at(dueMs), dueMs);
    this.timeline.offered[bucket]! += count;
  }

  /** How long one AssumeRole call took, as the client saw it; `atMs`: when it was answered. */
  assumeRole(app: number, latencyMs: number, atMs?: number): void {
    this.placed(app, atMs).assumeRole.record(latencyMs * 1_000);
  }

  /** A credential was handed over with so long to live; below zero it had expired. */
  credential(app: number, remainingMs: number, atMs?: number): void {
    const cell = this.placed(app, atMs);
    if (remainingMs < cell.minRemainingMs) cell.minRemainingMs = remainingMs;
    if (remainingMs < 0) cell.servedExpired += 1;
  }

  /** A credential whose expiry the client does not tell turned out to have expired. */
  servedExpired(app: number, atMs?: number): void {
    this.placed(app, atMs).servedExpired += 1;
  }

  snapshot(): RecorderSnapshot {
    const episodes = this.openEpisodes();
    const cells: PlacedCell[] = [];
    for (const [place, cell] of this.cells.entries()) {
      if (cell === undefined) continue;
      const app = Math.floor(place / this.stride);
      const span = place - app * this.stride;
      const open = episodes.get(place);
      const counts = cell.snapshot();
      cells.push({
        app,
        span: span === this.stride - 1 ? undefined : span,
        counts: {
          ...counts,
          episodes: counts.episodes + (open?.count ?? 0),
          episodeMs: counts.episodeMs + (open?.lengthMs ?? 0),
        },
      });
    }
    const { offered, completed, stalled } = this.timeline;
    return {
      cells,
      timeline: {
        offered: offered.slice(),
        completed: completed.slice(),
        stalled: stalled.slice(),
      },
      lag: this.lags.snapshot(),
      errors: this.errors.list(),
    };
  }

  /** Pacing lag, actual start minus intended start: of requests in windows, like their latencies. */
  private lagged(app: number, dueMs: number, askedMs: number): void {
    if (!this.duePlaces.at(app, dueMs).isInWindow) return;
    this.lags.record((askedMs - dueMs) * 1_000);
  }

  private offered(app: number, dueMs: number): Cell {
    const span = this.spans.at(dueMs);
    const cell = this.cell(app, span);
    cell.offered += 1;
    this.timeline.offered[this.spans.bucketAt(span, dueMs)]! += 1;
    return cell;
  }

  private episodesOf(app: number, process: number): StallEpisodes {
    const known = this.episodes.get(process);
    if (known !== undefined) return known.episodes;
    const episodes = new StallEpisodes((fromMs, toMs) =>
      this.cell(app, this.spans.at(fromMs)).episode(fromMs, toMs),
    );
    this.episodes.set(process, { app, episodes });
    return episodes;
  }

  /** Unsettled episodes by the place of their cell: where they began. */
  private openEpisodes(): Map<number, { count: number; lengthMs: number }> {
    const byPlace = new Map<number, { count: number; lengthMs: number }>();
    for (const { app, episodes } of this.episodes.values()) {
      episodes.forEach((fromMs, toMs) => {
        const span = this.spans.at(fromMs);
        this.cell(app, span);
        const place = app * this.stride + span;
        const sum = byPlace.get(place) ?? { count: 0, lengthMs: 0 };
        sum.count += 1;
        sum.lengthMs += toMs - fromMs;
        byPlace.set(place, sum);
      });
    }
    return byPlace;
  }

  private placed(app: number, atMs: number | undefined): Cell {
    return this.cell(app, atMs === undefined ? this.stride - 1 : this.spans.at(atMs));
  }

  private cell(app: number, span: number): Cell {
    const place = app * this.stride + span;
    const known = this.cells[place];
    if (known !== undefined) return known;
    const cell = new Cell();
    this.cells[place] = cell;
    return cell;
  }
}
