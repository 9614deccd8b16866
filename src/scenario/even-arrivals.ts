/**
 * Evenly spaced arrivals of one process, by their numbers: which is the first at or after an instant,
 * and so how many lie between two. They are the arrivals of `ArrivalStream`, to the last bit: an
 * instant is judged by the arrival's own time, never by its place on the axis of expected arrivals.
 */
import type { ArrivalCurve } from './arrival-curve.ts';
import type { Plan, PlannedProcess } from './plan.ts';

export class EvenArrivals {
  private readonly curve: ArrivalCurve;
  private readonly sharers: number;
  private readonly phase: number;
  private readonly startMs: number;

  constructor(plan: Plan, process: PlannedProcess) {
    const app = plan.scenario.apps[process.app]!;
    this.curve = plan.curves[process.app]!;
    this.sharers = app.hosts * app.processesPerHost;
    this.phase = (process.indexInApp + 0.5) / this.sharers;
    this.startMs = process.startMs;
  }

  /** Number, from 0, of the first arrival with `arrival + shiftMs >= atMs`, not before the start. */
  firstFrom(atMs: number, shiftMs = 0): number {
    const first = this.firstOnCurve(atMs, shiftMs);
    return Math.max(first, this.firstOnCurve(this.startMs, 0));
  }

  private firstOnCurve(atMs: number, shiftMs: number): number {
    const place = this.curve.arrivalsUntil(atMs - shiftMs) / this.sharers - this.phase;
    let number = Math.max(0, Math.ceil(place));
    // The place is exact but for rounding: the neighbours are asked for their times.
    while (number > 0 && this.timeOf(number - 1) + shiftMs >= atMs) number -= 1;
    while (this.timeOf(number) + shiftMs < atMs) number += 1;
    return number;
  }

  private timeOf(number: number): number {
    return this.curve.reachedAtMs((number + this.phase) * this.sharers);
  }
}
