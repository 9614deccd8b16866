/**
 * How many calls a second may pass: three algorithms behind one interface, since Alibaba Cloud
 * documents "100/1(s)" and not what counts it ("API quotas (STS)", as of 2026-11).
 *
 * A refused call spends nothing in any of them. A clock that runs backwards is taken to stand
 * still. Memory is bounded: two numbers, the instants accepted in one second, or two numbers.
 */
import type { LimiterConfig } from './config.ts';

export interface Limiter {
  /** Milliseconds until a call may pass if nobody else calls; 0 when it passes now. Spends nothing. */
  waitMs(nowMs: number): number;
  /** Calls that count against the quota now. Spends nothing. */
  used(nowMs: number): number;
  /** Spends one call if there is one left. */
  take(nowMs: number): boolean;
  /** `take` at `fromMs`, `fromMs + everyMs`, … , `count` times. */
  takeEvenly(fromMs: number, everyMs: number, count: number): void;
}

export function createLimiter(quotaPerSecond: number, config: LimiterConfig): Limiter {
  switch (config.algorithm) {
    case 'fixed-window':
      return new FixedWindow(quotaPerSecond);
    case 'sliding-window':
      return new SlidingWindow(quotaPerSecond);
    case 'token-bucket':
      return new TokenBucket(quotaPerSecond, config.burst);
  }
}

const WINDOW_MS = 1_000;

/** Counts by aligned second: at most the quota in each, so at most twice the quota in any second. */
class FixedWindow implements Limiter {
  private readonly quotaPerSecond: number;
  private second = -Infinity;
  private spent = 0;

  constructor(quotaPerSecond: number) {
    this.quotaPerSecond = quotaPerSecond;
  }

  waitMs(nowMs: number): number {
    const second = Math.floor(nowMs / WINDOW_MS);
    if (second > this.second || this.spent + 1 <= this.quotaPerSecond) return 0;
    return (this.second + 1) * WINDOW_MS - nowMs;
  }

  used(nowMs: number): number {
    return Math.floor(nowMs / WINDOW_MS) > this.second ? 0 : this.spent;
  }

  take(nowMs: number): boolean {
    const second = Math.floor(nowMs / WINDOW_MS);
    if (second > this.second) {
      this.second = second;
      this.spent = 0;
    }
    if (this.spent + 1 > this.quotaPerSecond) return false;
    this.spent += 1;
    return true;
  }

  takeEvenly(fromMs: number, everyMs: number, count: number): void {
    replayLast(this, { fromMs, everyMs, count }, countIn(2 * WINDOW_MS, everyMs));
  }
}

const LOG_LENGTH_MIN = 1_024;

/** A log of what was accepted in the last second: at most the quota in any second. */
class SlidingWindow implements Limiter {
  private readonly quotaPerSecond: number;
  /** A ring: `count` instants from `first` on. It grows with the calls, never beyond the quota. */
  private acceptedAtMs = new Float64Array(LOG_LENGTH_MIN);
  private first = 0;
  private count = 0;
  private latestMs = -Infinity;

  constructor(quotaPerSecond: number) {
    this.quotaPerSecond = quotaPerSecond;
  }

  waitMs(nowMs: number): number {
    const atMs = this.forget(nowMs);
    if (this.count + 1 <= this.quotaPerSecond) return 0;
    return this.count === 0 ? WINDOW_MS : WINDOW_MS - (atMs - this.acceptedAtMs[this.first]!);
  }

  used(nowMs: number): number {
    this.forget(nowMs);
    return this.count;
  }

  take(nowMs: number): boolean {
    const atMs = this.forget(nowMs);
    if (this.count + 1 > this.quotaPerSecond) return false;
    if (this.count === this.acceptedAtMs.length) this.grow();
    this.acceptedAtMs[(this.first + this.count) % this.acceptedAtMs.length] = atMs;
    this.count += 1;
    return true;
  }

  /** Calls older than the last two seconds matter only through the phase of saturation: left out. */
  takeEvenly(fromMs: number, everyMs: number, count: number): void {
    replayLast(this, { fromMs, everyMs, count }, countIn(2 * WINDOW_MS, everyMs));
  }

  /** Drops what is a second old; the instant that counts as now. */
  private forget(nowMs: number): number {
    this.latestMs = Math.max(nowMs, this.latestMs);
    while (this.count > 0 && this.latestMs - this.acceptedAtMs[this.first]! >= WINDOW_MS) {
      this.first = (this.first + 1) % this.acceptedAtMs.length;
      this.count -= 1;
    }
    return this.latestMs;
  }

  private grow(): void {
    const { acceptedAtMs, first } = this;
    const larger = new Float64Array(2 * acceptedAtMs.length);
    larger.set(acceptedAtMs.subarray(first));
    larger.set(acceptedAtMs.subarray(0, first), acceptedAtMs.length - first);
    this.acceptedAtMs = larger;
    this.first = 0;
  }
}

/** Sums of fractions come out a hair below the whole call that they stand for. */
const ROUNDING = 1e-9;

/** Refills evenly up to `burst`: at most `quotaPerSecond * t + burst` in any `t` seconds. */
class TokenBucket implements Limiter {
  private readonly quotaPerSecond: number;
  private readonly burst: number;
  private calls: number;
  private refilledAtMs = -Infinity;

  constructor(quotaPerSecond: number, burst: number) {
    this.quotaPerSecond = quotaPerSecond;
    this.burst = burst;
    this.calls = burst;
  }

  waitMs(nowMs: number): number {
    const missing = 1 - ROUNDING - this.callsAt(nowMs);
    return missing <= 0 ? 0 : (missing * 1_000) / this.quotaPerSecond;
  }

  used(nowMs: number): number {
    return Math.max(0, Math.round(this.burst - this.callsAt(nowMs)));
  }

  take(nowMs: number): boolean {
    this.calls = this.callsAt(nowMs);
    this.refilledAtMs = Math.max(nowMs, this.refilledAtMs);
    if (this.calls < 1 - ROUNDING) return false;
    this.calls -= 1;
    return true;
  }

  /**
   * Where refill keeps up with the calls, each of them passes once the first one did, and the level
   * rises by the difference up to `burst - 1`. Where it does not, the bucket runs dry after
   * `burst / (1 - gain)` calls, and of all that came before no more than the fraction of a call in
   * it can still be told.
   */
  takeEvenly(fromMs: number, everyMs: number, count: number): void {
    const gain = (this.quotaPerSecond * everyMs) / 1_000;
    if (gain < 1 - ROUNDING) {
      const toDry = Math.ceil((this.burst + 2) / (1 - gain));
      const countMax = Math.max(toDry, countIn(2 * WINDOW_MS, everyMs));
      replayLast(this, { fromMs, everyMs, count }, countMax);
      return;
    }
    this.take(fromMs);
    const surplus = Math.max(0, gain - 1) * (count - 1);
    if (count > 1) this.calls = Math.min(this.burst - 1, this.calls + surplus);
    this.refilledAtMs = fromMs + everyMs * (count - 1);
  }

  private callsAt(nowMs: number): number {
    const elapsedMs = Math.max(0, nowMs - this.refilledAtMs);
    return Math.min(this.burst, this.calls + (elapsedMs * this.quotaPerSecond) / 1_000);
  }
}

interface EvenCalls {
  readonly fromMs: number;
  readonly everyMs: number;
  readonly count: number;
}

/** Plays the last `countMax` of the calls one by one: the ones before cannot be told any more. */
function replayLast(limiter: Limiter, calls: EvenCalls, countMax: number): void {
  for (let index = Math.max(0, calls.count - countMax); index < calls.count; index += 1) {
    limiter.take(calls.fromMs + index * calls.everyMs);
  }
}

function countIn(spanMs: number, everyMs: number): number {
  return Math.ceil(spanMs / everyMs) + 1;
}
