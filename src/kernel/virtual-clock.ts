/**
 * A clock that stands still until it is moved: time for simulations and for tests of code that
 * takes a `Clock`. Timers fire in the order of their instants while the clock moves over them.
 */
import type { Clock, Timer } from './clock.ts';
import { nextTurn } from './real-clock.ts';
import { TimerQueue } from './timer-queue.ts';

export class VirtualClock implements Clock {
  private atMs: number;
  private readonly queue = new TimerQueue();

  constructor(startMs = 0) {
    this.atMs = startMs;
  }

  nowMs(): number {
    return this.atMs;
  }

  setTimer(atMs: number, fire: () => void): Timer {
    return { cancel: this.queue.add(Math.max(atMs, this.atMs), fire), unref: () => {} };
  }

  /** Instant of the soonest pending timer. */
  get nextTimerAtMs(): number | undefined {
    return this.queue.nextAtMs;
  }

  /** Moves to `toMs`, firing what becomes due on the way at its own instant. */
  advanceTo(toMs: number): void {
    while (this.fireNext(toMs));
    this.atMs = Math.max(this.atMs, toMs);
  }

  /**
   * The same for asynchronous code: before each instant the event loop turns once, so that whatever
   * promises and ticks the last one set off have run to their end.
   */
  async settleTo(toMs: number): Promise<void> {
    do {
      await new Promise<void>((resolve) => nextTurn(resolve));
    } while (this.fireNext(toMs));
    this.atMs = Math.max(this.atMs, toMs);
  }

  private fireNext(toMs: number): boolean {
    const nextAtMs = this.queue.nextAtMs;
    if (nextAtMs === undefined || nextAtMs > toMs) return false;
    this.atMs = nextAtMs;
    this.queue.takeDue(nextAtMs)!();
    return true;
  }
}
