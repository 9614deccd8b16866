/**
 * Time as an argument. Pure code takes `nowMs`; shells take a `Clock`.
 *
 * Every instant in this project (`…AtMs`, `nowMs`) is Unix epoch time in milliseconds, fractions
 * allowed, read from one clock that never runs backwards. Credential expiry needs epoch time,
 * latency needs a monotonic source: a `Clock` gives both, because it anchors a monotonic counter to
 * an epoch once, at its start.
 */
export interface Clock {
  /** Epoch milliseconds, never decreasing. */
  nowMs(): number;
  /** Runs `fire` once at or after `atMs`; an instant in the past means as soon as possible. */
  setTimer(atMs: number, fire: () => void): Timer;
}

export interface Timer {
  /** Stops the timer; after it fired, or a second time, does nothing. */
  cancel(): void;
  /** Lets the process end while the timer is pending. */
  unref(): void;
}
