/**
 * Keeps the calls of one sender below a quota, whatever causes them: starts, refreshes, retries.
 */
import type { Clock } from '../kernel/clock.ts';
import type { AssumeRoleRequest, CallerProof } from '../kernel/sts/credentials.ts';
import { TIMEOUT } from './classify.ts';
import type { AssumeRoleOutcome, StsTransport } from './sts-transport.ts';

/**
 * A token bucket that holds one token: slots are at least 1/rate apart, and time that nobody used
 * is not saved up, so no second sees more than the rate, rounded up.
 */
export class Pace {
  private readonly intervalMs: number;
  private freeAtMs = Number.NEGATIVE_INFINITY;

  constructor(ratePerSecond: number) {
    this.intervalMs = 1_000 / ratePerSecond;
  }

  /** Takes the next slot; gives the instant at which it begins. */
  take(nowMs: number): number {
    const atMs = Math.max(nowMs, this.freeAtMs);
    this.freeAtMs = atMs + this.intervalMs;
    return atMs;
  }
}

export class PacedTransport implements StsTransport {
  private readonly inner: StsTransport;
  private readonly pace: Pace;
  private readonly clock: Clock;

  constructor(inner: StsTransport, pace: Pace, clock: Clock) {
    this.inner = inner;
    this.pace = pace;
    this.clock = clock;
  }

  /** Waiting for a slot counts as time of the call: a signal that aborts meanwhile ends it. */
  async assumeRole(
    request: AssumeRoleRequest,
    source: CallerProof,
    signal: AbortSignal,
  ): Promise<AssumeRoleOutcome> {
    await sleepUntil(this.clock, this.pace.take(this.clock.nowMs()));
    if (signal.aborted) return { kind: 'failed', failure: TIMEOUT };
    return this.inner.assumeRole(request, source, signal);
  }

  close(): void | Promise<void> {
    return this.inner.close();
  }
}

export async function sleepUntil(clock: Clock, atMs: number): Promise<void> {
  if (atMs <= clock.nowMs()) return;
  await new Promise<void>((resolve) => clock.setTimer(atMs, resolve));
}
