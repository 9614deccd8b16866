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
import { stream } from '../kernel/rng.ts';
import type { ArrivalCurve } from './arrival-curve.ts';
import type { Plan, PlannedProcess } from './plan.ts';

const BLOCK = 32;
/** Room for a block's Poisson count; the rare greater one makes more. */
const FIRST_ROOM = 64;
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
  /** The block's arrivals on the axis of this process's expected arrivals; instants when asked for. */
  private places = new Float64Array(FIRST_ROOM);
  private count = 0;
  private cursor = 0;
  /** Of the curve, at the cursor. */
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
      this.count = 0;
      this.settle();
      return;
    }
    this.fill(this.blockAt(fromMs, -1));
    // What lies before by more than rounding can be passed over without its instant.
    const place = this.curve.arrivalsUntil(fromMs) / this.sharers;
    const safePlace = place - ROUNDING - place * RELATIVE_ROUNDING;
    while (this.cursor < this.count && this.places[this.cursor]! < safePlace) this.cursor += 1;
    this.settle();
    while (this.atMs < fromMs) this.advance();
  }

  /** The last arrival before `atMs`, wherever the stream stands; -Infinity where there is none. It then stands elsewhere. */
  lastBefore(atMs: number): number {
    const toMs = Math.min(atMs, this.endMs);
    for (let block = this.blockAt(toMs, 1); block >= 0 && toMs > this.startMs; block -= 1) {
      this.fill(block);
      for (let i = this.count - 1; i >= 0; i -= 1) {
        const dueMs = this.curve.reachedAtMs(this.places[i]! * this.sharers);
        if (dueMs < this.startMs) return Number.NEGATIVE_INFINITY;
        if (dueMs < toMs) return dueMs;
      }
    }
    return Number.NEGATIVE_INFINITY;
  }

  /** To the next arrival. */
  advance(): void {
    this.cursor += 1;
    this.settle();
  }

  /** `atMs` from the cursor, over empty blocks, up to the end. */
  private settle(): void {
    while (this.cursor >= this.count) {
      if (this.block >= this.lastBlock) {
        this.atMs = Number.POSITIVE_INFINITY;
        return;
      }
      this.fill(this.block + 1);
    }
    const arrivals = this.places[this.cursor]! * this.sharers;
    this.segment = this.curve.segmentFrom(this.segment, arrivals);
    const dueMs = this.curve.reachedAtMs(arrivals, this.segment);
    this.atMs = dueMs < this.endMs ? dueMs : Number.POSITIVE_INFINITY;
  }

  /** The block of an instant; `leaning` back or forth by far more than rounding can move it. */
  private blockAt(atMs: number, leaning: -1 | 1): number {
    const place = this.curve.arrivalsUntil(atMs) / this.sharers;
    const leeway = ROUNDING + place * RELATIVE_ROUNDING;
    return Math.max(0, Math.floor((place + leaning * leeway) / BLOCK));
  }

  private fill(block: number): void {
    const from = block * BLOCK;
    this.block = block;
    this.cursor = 0;
    this.count = 0;
    this.segment = this.curve.segmentOf(from * this.sharers);
    if (this.even) {
      for (let i = 0; i < BLOCK; i += 1) this.push(from + i + this.phase);
      return;
    }
    const rng = stream(this.seed, 'arrivals', `${this.name}:${block}`);
    const to = from + BLOCK;
    for (let place = from + rng.exponential(); place < to; place += rng.exponential()) {
      this.push(place);
    }
  }

  /** Adds an arrival of the block. */
  private push(place: number): void {
    if (this.count === this.places.length) this.grow();
    this.places[this.count] = place;
    this.count += 1;
  }

  private grow(): void {
    const roomier = new Float64Array(this.places.length * 2);
    roomier.set(this.places);
    this.places = roomier;
  }
}

/** For those who need one arrival only. */
export function firstArrivalAtOrAfter(plan: Plan, process: PlannedProcess, atMs: number): number {
  const arrivals = new ArrivalStream(plan, process);
  arrivals.seek(atMs);
  return arrivals.atMs;
}
