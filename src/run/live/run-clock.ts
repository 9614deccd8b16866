/**
 * The run clock: real time plus an offset that all threads of a run share.
 *
 * Mock, driver and clients under test read it, so a fast-forward (the offset grows) moves all of
 * them at once. Timers are kept in a queue of our own: after a jump, `rearm` makes those that have
 * become due fire at once. Only the coordinator moves the offset, and only while nothing is in
 * flight anywhere, so a plain read of the shared number suffices: the message that announces a hop
 * orders it before everything that follows.
 */
import type { Clock, Timer } from '../../kernel/clock.ts';
import {
  armTimeout,
  epochOfSharedZeroMs,
  nextTurn,
  sharedMonotonicMs,
} from '../../kernel/real-clock.ts';
import { TimerQueue } from '../../kernel/timer-queue.ts';

/** What a thread needs to build its own view of the clock. */
export interface RunClockShare {
  readonly offset: SharedArrayBuffer;
  /** Epoch of the counter's zero at offset 0. */
  readonly zeroEpochMs: number;
}

export function newRunClockShare(): RunClockShare {
  return { offset: new SharedArrayBuffer(8), zeroEpochMs: epochOfSharedZeroMs() };
}

export class RunClock implements Clock {
  private readonly offsetMs: Float64Array;
  private readonly zeroEpochMs: number;
  private readonly queue = new TimerQueue();
  private armed: { timer: Timer; atMs: number } | undefined;

  constructor(share: RunClockShare) {
    this.offsetMs = new Float64Array(share.offset);
    this.zeroEpochMs = share.zeroEpochMs;
  }

  nowMs(): number {
    return this.zeroEpochMs + sharedMonotonicMs() + this.offsetMs[0]!;
  }

  /** A run's end is its coordinator's to decide, so these timers never keep a thread alive alone. */
  setTimer(atMs: number, fire: () => void): Timer {
    const cancel = this.queue.add(atMs, fire);
    this.arm();
    return { cancel, unref: () => {} };
  }

  /** When the soonest pending timer is due. */
  get nextTimerAtMs(): number | undefined {
    return this.queue.nextAtMs;
  }

  /** Jumps ahead by `byMs`. Coordinator only; the other threads are then told to `rearm`. */
  advance(byMs: number): void {
    if (!(byMs >= 0)) throw new RangeError(`the run clock only moves ahead, got ${byMs} ms`);
    this.offsetMs[0] = this.offsetMs[0]! + byMs;
    this.rearm();
  }

  /** After a jump: what became due fires in the next turn. */
  rearm(): void {
    nextTurn(() => this.fireDue());
  }

  private arm(): void {
    const atMs = this.queue.nextAtMs;
    if (atMs === undefined || (this.armed !== undefined && this.armed.atMs <= atMs)) return;
    this.armed?.timer.cancel();
    // Rounded up: Node may fire a fraction of a millisecond early, and a timer must not.
    const timer = armTimeout(
      () => Math.ceil(atMs - this.nowMs()),
      () => this.fireDue(),
    );
    timer.unref();
    this.armed = { timer, atMs };
  }

  private fireDue(): void {
    this.armed?.timer.cancel();
    this.armed = undefined;
    const nowMs = this.nowMs();
    for (
      let fire = this.queue.takeDue(nowMs);
      fire !== undefined;
      fire = this.queue.takeDue(nowMs)
    ) {
      fire();
    }
    this.arm();
  }
}
