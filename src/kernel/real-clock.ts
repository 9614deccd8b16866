/**
 * The one place that reads ambient time and chance. Everything else receives a `Clock` or an `Rng`.
 */
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Clock, Timer } from './clock.ts';

/** Node fires a longer timeout at once (its delay is a signed 32-bit count of milliseconds). */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Milliseconds on a monotonic counter that all threads of this process share. `performance.now()`
 * starts at zero in each thread; the difference to `hrtime` is constant, so it is taken once and
 * the cheaper call serves afterwards.
 */
const threadZeroMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

export function sharedMonotonicMs(): number {
  return threadZeroMs + performance.now();
}

/** Epoch of the shared counter's zero: take it in one thread and hand it to the others. */
export function epochOfSharedZeroMs(): number {
  return Date.now() - sharedMonotonicMs();
}

/** Epoch milliseconds that follow the monotonic counter: steps of the wall clock are not seen. */
export function realClock(zeroEpochMs: number = epochOfSharedZeroMs()): Clock {
  const nowMs = () => zeroEpochMs + sharedMonotonicMs();
  return { nowMs, setTimer: (atMs, fire) => armTimeout(() => atMs - nowMs(), fire) };
}

/** `setTimeout` without its limit of 24.8 days; the delay left is asked again at each leg. */
export function armTimeout(delayLeftMs: () => number, fire: () => void): Timer {
  let handle: NodeJS.Timeout | undefined;
  let referenced = true;
  const arm = () => {
    const delayMs = Math.max(0, delayLeftMs());
    const leg = Math.min(delayMs, LONGEST_TIMEOUT_MS);
    handle = setTimeout(delayMs > leg ? arm : fire, leg);
    if (!referenced) handle.unref();
  };
  arm();
  return {
    cancel: () => clearTimeout(handle),
    unref: () => {
      referenced = false;
      handle?.unref();
    },
  };
}

/** Runs `turn` once in the event loop's next turn, after pending I/O. */
export function nextTurn(turn: () => void): void {
  setImmediate(turn);
}

/** A seed for runs that were given none; print it, so that the run can be repeated. */
export function freshSeed(): number {
  return randomBytes(6).readUIntBE(0, 6);
}

/** A value for `SignatureNonce`: unlike a seeded draw, never the same in two runs. */
export function freshNonce(): string {
  return randomBytes(16).toString('hex');
}

/** Four hex digits that keep two runs of one second apart. */
export function freshSuffix(): string {
  return randomBytes(2).toString('hex');
}
