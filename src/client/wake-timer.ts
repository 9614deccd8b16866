/**
 * The one timer of a client, moved to wherever its cache next wants to be called.
 */
import type { Clock, Timer } from '../kernel/clock.ts';

export class WakeTimer {
  private readonly clock: Clock;
  private readonly wake: () => void;
  private armed: { timer: Timer; atMs: number; holdsProcess: boolean } | undefined;

  constructor(clock: Clock, wake: () => void) {
    this.clock = clock;
    this.wake = wake;
  }

  /** `holdsProcess`: a process must not end under somebody who waits through a backoff. */
  moveTo(atMs: number | undefined, holdsProcess: boolean): void {
    if (this.armed?.atMs === atMs && this.armed?.holdsProcess === holdsProcess) return;
    this.cancel();
    if (atMs === undefined) return;
    const timer = this.clock.setTimer(atMs, () => {
      this.armed = undefined;
      this.wake();
    });
    if (!holdsProcess) timer.unref();
    this.armed = { timer, atMs, holdsProcess };
  }

  cancel(): void {
    this.armed?.timer.cancel();
    this.armed = undefined;
  }
}
