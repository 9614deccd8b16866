/**
 * Family: a thread's lock on an event loop. The first caller that finds the credential stale takes
 * the lock and awaits its call. Whoever is processed before that call is answered waits for the
 * lock with the whole loop, so that nobody can release it, until the wait runs out; then it calls
 * all the same. While the loop stands still nothing is processed, neither requests nor answers.
 *
 * A turn of the loop takes the requests that are ready, one after the other, and each may freeze it
 * again; answers and requests that came meanwhile are seen when the turn is over, answers first. So
 * of C requests at one instant each waits 5 s longer than the one before and each makes a call,
 * while requests that come during a freeze find a fresh credential after it.
 */
import { EXPIRED_ON_ARRIVAL } from '../client/cache-core.ts';
import type { CacheChance, CredentialCache, Effect } from '../client/credential-cache.ts';
import type { StsFailure } from '../client/failure.ts';
import type { SessionCredentials } from '../kernel/sts/credentials.ts';
import { type Call, Calls } from './calls.ts';
import { fail, NOTHING, serve } from './effects.ts';
import type { FailureRule } from './failure-rule.ts';
import { Fifo } from './fifo.ts';
import { type HoldingTerms, LeaseHolder, type SessionFacts } from './lease-holder.ts';
import { noRetry } from './retry-rule.ts';

export interface FrozenLoopTerms extends HoldingTerms {
  readonly failure: FailureRule;
  /** How long the loop stands still for the lock. */
  readonly waitMsMax: number;
}

interface Turn {
  readonly waiter: number;
  readonly holdsLock: boolean;
}

interface Freeze {
  /** Who waits for the lock. */
  readonly waiter: number;
  /** When the turn began in which it happened: requests of that instant are part of the turn. */
  readonly turnAtMs: number;
  readonly thawAtMs: number;
}

type Answer = SessionCredentials | StsFailure;

export class FrozenLoopCache implements CredentialCache {
  private readonly terms: FrozenLoopTerms;
  private readonly chance: CacheChance;
  private readonly holder: LeaseHolder;
  private readonly calls: Calls<Turn>;
  private isLocked = false;
  private freeze: Freeze | undefined;
  /** Requests of the turn in which the loop froze. */
  private readonly ready = new Fifo<number>();
  /** What came while it stood still. */
  private lateRequests: number[] = [];
  private lateAnswers: { readonly call: Call<Turn>; readonly answer: Answer }[] = [];

  constructor(terms: FrozenLoopTerms, session: SessionFacts, chance: CacheChance) {
    this.terms = terms;
    this.chance = chance;
    this.holder = new LeaseHolder(terms, session, chance);
    this.calls = new Calls(noRetry, chance.backoff);
  }

  get quietUntilMs(): number {
    if (this.freeze !== undefined) return Number.NEGATIVE_INFINITY;
    return this.holder.lease?.staleAtMs ?? Number.NEGATIVE_INFINITY;
  }

  get current(): SessionCredentials | undefined {
    return this.holder.credential;
  }

  get timerAtMs(): number | undefined {
    return this.freeze?.thawAtMs;
  }

  get inFlight(): number {
    return this.calls.inFlight;
  }

  request(nowMs: number, waiter: number): readonly Effect[] {
    if (this.freeze === undefined) return this.process(nowMs, waiter);
    const isOfTheTurn = nowMs === this.freeze.turnAtMs;
    (isOfTheTurn ? this.ready : this.lateRequests).push(waiter);
    return NOTHING;
  }

  refreshSucceeded(
    nowMs: number,
    flight: number,
    credential: SessionCredentials,
  ): readonly Effect[] {
    return this.answered(nowMs, this.calls.succeeded(flight), credential);
  }

  refreshFailed(nowMs: number, flight: number, failure: StsFailure): readonly Effect[] {
    return this.answered(nowMs, this.calls.failed(nowMs, flight, failure), failure);
  }

  timer(nowMs: number): readonly Effect[] {
    if (this.freeze === undefined || nowMs < this.freeze.thawAtMs) return NOTHING;
    const { waiter } = this.freeze;
    this.freeze = undefined;
    const effects = [this.calls.start(nowMs, { waiter, holdsLock: false })];
    while (this.freeze === undefined) {
      const next = this.ready.shift();
      if (next !== undefined) effects.push(...this.process(nowMs, next));
      else if (!this.nextTurn(nowMs, effects)) break;
    }
    return effects;
  }

  /** Processes the answers that came, and makes the requests that came ready; false: none did. */
  private nextTurn(nowMs: number, effects: Effect[]): boolean {
    const { lateAnswers, lateRequests } = this;
    this.lateAnswers = [];
    this.lateRequests = [];
    for (const { call, answer } of lateAnswers) effects.push(this.land(nowMs, call, answer));
    for (const waiter of lateRequests) this.ready.push(waiter);
    return lateAnswers.length + lateRequests.length > 0;
  }

  private process(nowMs: number, waiter: number): readonly Effect[] {
    const { lease } = this.holder;
    if (lease !== undefined && nowMs < lease.staleAtMs) return [serve(waiter, lease.credential)];
    if (this.isLocked) {
      this.freeze = { waiter, turnAtMs: nowMs, thawAtMs: nowMs + this.terms.waitMsMax };
      return NOTHING;
    }
    this.isLocked = true;
    return [this.calls.start(nowMs, { waiter, holdsLock: true })];
  }

  private answered(nowMs: number, call: Call<Turn> | undefined, answer: Answer): readonly Effect[] {
    if (call === undefined) return NOTHING;
    if (this.freeze === undefined) return [this.land(nowMs, call, answer)];
    this.lateAnswers.push({ call, answer });
    return NOTHING;
  }

  private land(nowMs: number, { purpose, startedAtMs }: Call<Turn>, answer: Answer): Effect {
    const { waiter, holdsLock } = purpose;
    if (holdsLock) this.isLocked = false;
    const failure = 'kind' in answer ? answer : EXPIRED_ON_ARRIVAL;
    const arrived = 'kind' in answer ? undefined : this.holder.arrive(nowMs, answer);
    if (arrived !== undefined) return serve(waiter, arrived.credential);
    const held = this.holder.lease;
    const lease = this.terms.failure({ held, startedAtMs, nowMs }, this.chance);
    if (lease === undefined) return fail(waiter, failure);
    this.holder.lease = lease;
    return serve(waiter, lease.credential);
  }
}
