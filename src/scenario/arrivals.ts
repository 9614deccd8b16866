/**
 * The arrivals of one process, in order and with random access: to start at any instant costs one
 * block, however far from the start it is.
 *
 * Poisson arrivals are those of a unit-rate process on the axis of expected arrivals, mapped to time
 * by the inverse of the curve. The axis is cut in blocks of 32. Each block draws from a stream of
 * its own and restarts the exponential gap at its own start, which changes nothing: the gap that is
 * cut off at the end of the block before has no memory.
 *
 * Even arrivals stand at fixed places on the same axis, those of an app's N processes interleaved:
 * process i has the app's arrivals i, i + N, i + 2N, …, and the app as a whole is even.
 */
import { type Rng, stream } from '../kernel/rng.ts';
import type { ArrivalCurve } from './arrival-curve.ts';
import type { Plan, PlannedProcess } from './plan.ts';

const BLOCK = 32;
/** A place on the axis is never off by more than this and that share of it. */
const ROUNDING = 1e-6;
const RELATIVE_ROUNDING = 1e-9;

export class ArrivalStream {
  /** When the next request is due; Infinity when no further one is due within the scenario. */
  atMs = Number.POSITIVE_INFINITY;
  private readonly curve: ArrivalCurve;
  private readonly even: boolean;
  private readonly seed: number;
  private readonly name: string;
  private readonly startMs: number;
  private readonly endMs: number;
  /** Processes that share the app's curve: one expected arrival here is as many there. */
  private readonly sharers: number;
  /** Place of this process's even arrivals between two whole numbers. */
  private readonly phase: number;
  private block = 0;
  private readonly lastBlock: number;
  /** Of the present block, where arrivals are drawn. */
  private rng: Rng | undefined;
  /** Of the present arrival, where they are even. */
  private number = 0;
  /** On the axis of this process's expected arrivals: the present arrival, and the block's end. */
  private place = 0;
  private blockEnd = 0;
  /** Of the curve, at the present arrival. */
  private segment = 0;

  /** Stands at the process's first arrival. */
  constructor(plan: Plan, process: PlannedProcess) {
    const app = plan.scenario.apps[process.app]!;
    this.curve = plan.curves[process.app]!;
    this.even = app.load.arrivals === 'even';
    this.seed = plan.seed;
    this.name = process.name;
    this.startMs = process.startMs;
    this.endMs = plan.scenario.durationMs;
    this.sharers = app.hosts * app.processesPerHost;
    this.phase = (process.indexInApp + 0.5) / this.sharers;
    this.lastBlock = this.blockAt(this.endMs, 1);
    this.seek(0);
  }

  /** To the first arrival at or after `atMs`. */
  seek(atMs: number): void {
    const fromMs = Math.max(atMs, this.startMs);
    if (fromMs >= this.endMs) {
      this.block = this.lastBlock;
      this.place = Number.POSITIVE_INFINITY;
      this.blockEnd = 0;
      this.atMs = Number.POSITIVE_INFINITY;
      return;
    }
    this.enter(this.blockAt(fromMs, -1));
    // What lies before by more than rounding can be passed over without its instant.
    const place = this.curve.arrivalsUntil(fromMs) / this.sharers;
    const safePlace = place - ROUNDING - place * RELATIVE_ROUNDING;
    do this.toNextPlace();
    while (this.place < safePlace);
    this.settle();
    while (this.atMs < fromMs) this.advance();
  }

  /**
   * The last arrival before `atMs`, wherever the stream stands; -Infinity where there is none. It
   * then stands elsewhere.
   */
  lastBefore(atMs: number): number {
    const toMs = Math.min(atMs, this.endMs);
    for (let block = this.blockAt(toMs, 1); block >= 0 && toMs > this.startMs; block -= 1) {
      const lastMs = this.lastInBlock(block, toMs);
      if (lastMs >= this.startMs) return lastMs;
      if (lastMs > Number.NEGATIVE_INFINITY) break;
    }
    return Number.NEGATIVE_INFINITY;
  }

  /** To the next arrival. */
  advance(): void {
    this.toNextPlace();
    this.settle();
  }

  /** Before `toMs`; -Infinity where the block has none. */
  private lastInBlock(block: number, toMs: number): number {
    let lastMs = Number.NEGATIVE_INFINITY;
    this.enter(block);
    for (;;) {
      this.stepInBlock();
      if (this.place >= this.blockEnd) return lastMs;
      const atMs = this.curve.reachedAtMs(this.place * this.sharers);
      if (atMs >= toMs) return lastMs;
      lastMs = atMs;
    }
  }

  /** `atMs` from the place. */
  private settle(): void {
    if (this.place >= this.blockEnd) {
      this.atMs = Number.POSITIVE_INFINITY;
      return;
    }
    const arrivals = this.place * this.sharers;
    this.segment = this.curve.segmentFrom(this.segment, arrivals);
    const dueMs = this.curve.reachedAtMs(arrivals, this.segment);
    this.atMs = dueMs < this.endMs ? dueMs : Number.POSITIVE_INFINITY;
  }

  /** Over empty blocks, up to the end of the last one. */
  private toNextPlace(): void {
    this.stepInBlock();
    while (this.place >= this.blockEnd && this.block < this.lastBlock) {
      this.enter(this.block + 1);
      this.stepInBlock();
    }
  }

  private stepInBlock(): void {
    if (this.rng === undefined) {
      // Not by adding up: each place is that of `EvenArrivals`, to the last bit.
      this.number += 1;
      this.place = this.number + this.phase;
    } else this.place += this.rng.exponential();
  }

  /** Stands before the block's first arrival. */
  private enter(block: number): void {
    const from = block * BLOCK;
    this.block = block;
    this.blockEnd = from + BLOCK;
    this.segment = this.curve.segmentOf(from * this.sharers);
    if (this.even) {
      this.number = from - 1;
      return;
    }
    this.place = from;
    this.rng = stream(this.seed, 'arrivals', `${this.name}:${block}`);
  }

  /** The block of an instant; `leaning` back or forth by far more than rounding can move it. */
  private blockAt(atMs: number, leaning: -1 | 1): number {
    const place = this.curve.arrivalsUntil(atMs) / this.sharers;
    const leeway = ROUNDING + place * RELATIVE_ROUNDING;
    return Math.max(0, Math.floor((place + leaning * leeway) / BLOCK));
  }
}

/** For those who need one arrival only. */
export function firstArrivalAtOrAfter(plan: Plan, process: PlannedProcess, atMs: number): number {
  const arrivals = new ArrivalStream(plan, process);
  arrivals.seek(atMs);
  return arrivals.atMs;
}
