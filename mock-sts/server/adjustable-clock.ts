/**
 * A clock that can be stopped, moved ahead and let go again, for the mock that runs alone: expiry,
 * quotas, dates, faults and latency all follow it, timers too. It never runs backwards: after a stop
 * it goes on from where it stood.
 */
import type { Clock, Timer } from '../../src/kernel/clock.ts';
import { TimerQueue } from '../../src/kernel/timer-queue.ts';

export class AdjustableClock implements Clock {
  private readonly base: Clock;
  private readonly queue = new TimerQueue();
  /** What is added to the base clock. */
  private offsetMs = 0;
  private frozenAtMs: number | undefined;
  private armed: { readonly timer: Timer; readonly atMs: number } | undefined;

  constructor(base: Clock) {
    this.base = base;
  }

  get isFrozen(): boolean {
    return this.frozenAtMs !== undefined;
  }

  nowMs(): number {
    return this.frozenAtMs ?? this.base.nowMs() + this.offsetMs;
  }

  /** Those who wait for it have handles of their own: its timers keep no process alive. */
  setTimer(atMs: number, fire: () => void): Timer {
    const cancel = this.queue.add(atMs, fire);
    this.arm();
    return { cancel, unref: () => {} };
  }

  freeze(): void {
    this.frozenAtMs ??= this.nowMs();
    this.disarm();
  }

  resume(): void {
    if (this.frozenAtMs === undefined) return;
    this.offsetMs = this.frozenAtMs - this.base.nowMs();
    this.frozenAtMs = undefined;
    this.fireDue();
  }

  /** Frozen or not. Timers that become due fire at once, in the order of their instants. */
  advance(byMs: number): void {
    if (!(byMs >= 0)) throw new RangeError(`a clock only moves ahead, got ${byMs} ms`);
    if (this.frozenAtMs === undefined) this.offsetMs += byMs;
    else this.frozenAtMs += byMs;
    this.fireDue();
  }

  private arm(): void {
    const atMs = this.queue.nextAtMs;
    if (this.isFrozen || atMs === undefined || (this.armed && this.armed.atMs <= atMs)) return;
    this.disarm();
    const timer = this.base.setTimer(atMs - this.offsetMs, () => this.fireDue());
    timer.unref();
    this.armed = { timer, atMs };
  }

  private disarm(): void {
    this.armed?.timer.cancel();
    this.armed = undefined;
  }

  private fireDue(): void {
    this.disarm();
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
