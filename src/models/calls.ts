/**
 * Refreshes under way: the flights in the air, and those between two attempts. A family names for
 * each what it was started for, and hears of it again when it has succeeded or failed for good.
 */
import type { Effect } from '../client/credential-cache.ts';
import type { StsFailure } from '../client/failure.ts';
import type { Rng } from '../kernel/rng.ts';
import { NOTHING } from './effects.ts';
import type { RetryRule } from './retry-rule.ts';

export interface Call<Purpose> {
  readonly purpose: Purpose;
  readonly startedAtMs: number;
}

interface Attempt<Purpose> {
  readonly call: Call<Purpose>;
  readonly deadlineMs: number;
  readonly attempt: number;
  /** When it took off; while the call is between two attempts, when it will. */
  readonly atMs: number;
}

export class Calls<Purpose> {
  private readonly rule: RetryRule;
  private readonly chance: Pick<Rng, 'next'>;
  private readonly flights = new Map<number, Attempt<Purpose>>();
  private paused: Attempt<Purpose>[] = [];
  private earliestMs = Number.POSITIVE_INFINITY;
  private flightCount = 0;

  constructor(rule: RetryRule, chance: Pick<Rng, 'next'>) {
    this.rule = rule;
    this.chance = chance;
  }

  get inFlight(): number {
    return this.flights.size;
  }

  get underWay(): number {
    return this.flights.size + this.paused.length;
  }

  /** When the next paused call is to be repeated. */
  get retryAtMs(): number | undefined {
    return this.paused.length === 0 ? undefined : this.earliestMs;
  }

  start(nowMs: number, purpose: Purpose, deadlineMs = nowMs): Effect {
    const call = { purpose, startedAtMs: nowMs };
    return this.takeOff({ call, deadlineMs, attempt: 1, atMs: nowMs });
  }

  /** Undefined where this flight is not in the air. */
  succeeded(flight: number): Call<Purpose> | undefined {
    return this.land(flight)?.call;
  }

  /** Undefined where this flight is not in the air, or another attempt follows. */
  failed(nowMs: number, flight: number, failure: StsFailure): Call<Purpose> | undefined {
    const landed = this.land(flight);
    if (landed === undefined) return undefined;
    const { call, deadlineMs, attempt, atMs } = landed;
    const waitMs = this.rule({ attempt, startedAtMs: atMs, deadlineMs, failure }, this.chance);
    if (waitMs === undefined) return call;
    this.paused.push({ call, deadlineMs, attempt: attempt + 1, atMs: nowMs + waitMs });
    this.earliestMs = Math.min(this.earliestMs, nowMs + waitMs);
    return undefined;
  }

  /** Repeats the calls whose wait is over. */
  retry(nowMs: number): readonly Effect[] {
    if (nowMs < this.earliestMs) return NOTHING;
    const due = this.paused.filter(({ atMs }) => atMs <= nowMs);
    this.paused = this.paused.filter(({ atMs }) => atMs > nowMs);
    this.earliestMs = this.paused.reduce(
      (earliestMs, { atMs }) => Math.min(earliestMs, atMs),
      Number.POSITIVE_INFINITY,
    );
    return due.map((paused) => this.takeOff({ ...paused, atMs: nowMs }));
  }

  private takeOff(attempt: Attempt<Purpose>): Effect {
    this.flightCount += 1;
    this.flights.set(this.flightCount, attempt);
    return { kind: 'refresh', flight: this.flightCount };
  }

  private land(flight: number): Attempt<Purpose> | undefined {
    const attempt = this.flights.get(flight);
    this.flights.delete(flight);
    return attempt;
  }
}
