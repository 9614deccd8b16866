/**
 * Family: one flight that everybody joins, a shared promise. Who finds the credential stale waits
 * for the refresh under way, or starts it, and shares its outcome. Before that, in the prefetch
 * window, one caller refreshes, or a flight that nobody waits for, and all others are served. SDKs
 * differ most in what a failure means, which is `AfterFailure`.
 */
import { EXPIRED_ON_ARRIVAL } from '../client/cache-core.ts';
import type { CacheChance, CredentialCache, Effect } from '../client/credential-cache.ts';
import type { StsFailure } from '../client/failure.ts';
import type { Rng } from '../kernel/rng.ts';
import type { SessionCredentials } from '../kernel/sts/credentials.ts';
import { Calls } from './calls.ts';
import { fail, NOTHING, serve } from './effects.ts';
import type { Lease } from './lease.ts';
import { type HoldingTerms, LeaseHolder, type SessionFacts } from './lease-holder.ts';
import type { RetryRule } from './retry-rule.ts';

export interface JoinTerms extends HoldingTerms {
  readonly retry: RetryRule;
  readonly prefetch: 'none' | 'one-caller' | 'background';
  /** A refresh starts without a request, when it falls due after a success or a backoff. */
  readonly wakes: boolean;
  readonly afterFailure: AfterFailure;
}

/** What follows when all attempts of a refresh have failed while there is a credential. */
export interface AfterFailure {
  /**
   * `throw`: all who joined get the failure, and the next request tries again; with `forget` the
   * credential is dropped as well. `serve`: they get the old credential, until its end or for ever,
   * and nothing is tried again before the backoff is over.
   */
  readonly answer: 'throw' | 'forget' | 'serve-until-expiry' | 'serve-for-ever';
  readonly backoffMs: (backoff: Pick<Rng, 'next'>) => number;
  /**
   * A failure that will not go away by itself, with or without a credential. `insist`: it is
   * thrown, and from then on every request needs a refresh. `hold`: it is thrown, and again to all
   * who need a refresh for a while.
   */
  readonly fatal: 'as-any' | 'insist' | 'hold';
  readonly fatalHoldMs: (backoff: Pick<Rng, 'next'>) => number;
}

/** No more than a promise gives: its rejection is everybody's, and then it is forgotten. */
export const THROWN_TO_ALL: AfterFailure = {
  answer: 'throw',
  backoffMs: () => 0,
  fatal: 'as-any',
  fatalHoldMs: () => 0,
};

export class JoinedCache implements CredentialCache {
  private readonly terms: JoinTerms;
  private readonly chance: CacheChance;
  private readonly holder: LeaseHolder;
  /** Never more than one. */
  private readonly calls: Calls<'shared'>;
  private waiters: number[] = [];
  /** Before this instant what is in hand is served, or `lastFailure` thrown, without a call. */
  private nextTryAtMs = Number.NEGATIVE_INFINITY;
  /** Before this instant `lastFailure` is thrown to all who need a refresh. */
  private heldUntilMs = Number.NEGATIVE_INFINITY;
  /** Whether the credential in hand is not to be served, by a fatal failure. */
  private insists = false;
  private wakeAtMs: number | undefined;
  private lastFailure: StsFailure = EXPIRED_ON_ARRIVAL;

  constructor(terms: JoinTerms, session: SessionFacts, chance: CacheChance) {
    this.terms = terms;
    this.chance = chance;
    this.holder = new LeaseHolder(terms, session, chance);
    this.calls = new Calls(terms.retry, chance.backoff);
  }

  get quietUntilMs(): number {
    const { lease } = this.holder;
    if (lease === undefined) return Number.NEGATIVE_INFINITY;
    if (this.calls.underWay > 0) return this.insists ? Number.NEGATIVE_INFINITY : lease.staleAtMs;
    return Math.min(this.dueAtMs(lease), this.servedUntilMs(lease));
  }

  get current(): SessionCredentials | undefined {
    return this.holder.credential;
  }

  get timerAtMs(): number | undefined {
    return this.calls.underWay > 0 ? this.calls.retryAtMs : this.wakeAtMs;
  }

  get inFlight(): number {
    return this.calls.inFlight;
  }

  request(nowMs: number, waiter: number): readonly Effect[] {
    const { lease } = this.holder;
    const isUnderWay = this.calls.underWay > 0;
    if (lease !== undefined && nowMs < this.dueAtMs(lease)) {
      return [this.answerFromHand(nowMs, waiter, lease)];
    }
    if (nowMs < this.heldUntilMs) return [fail(waiter, this.lastFailure)];
    if (lease !== undefined && nowMs < lease.staleAtMs && !this.insists) {
      if (isUnderWay) return [serve(waiter, lease.credential)];
      if (this.terms.prefetch === 'background') {
        return [serve(waiter, lease.credential), this.takeOff(nowMs)];
      }
    }
    this.waiters.push(waiter);
    return isUnderWay ? NOTHING : [this.takeOff(nowMs)];
  }

  timer(nowMs: number): readonly Effect[] {
    const { timerAtMs } = this;
    if (timerAtMs === undefined || nowMs < timerAtMs) return NOTHING;
    return this.calls.underWay > 0 ? this.calls.retry(nowMs) : [this.takeOff(nowMs)];
  }

  refreshSucceeded(
    nowMs: number,
    flight: number,
    credential: SessionCredentials,
  ): readonly Effect[] {
    if (this.calls.succeeded(flight) === undefined) return NOTHING;
    const lease = this.holder.arrive(nowMs, credential);
    if (lease === undefined) return this.failed(nowMs, EXPIRED_ON_ARRIVAL);
    this.nextTryAtMs = Number.NEGATIVE_INFINITY;
    this.insists = false;
    if (lease.dueAtMs > nowMs) this.wake(lease.dueAtMs);
    return this.release((waiter) => serve(waiter, lease.credential));
  }

  refreshFailed(nowMs: number, flight: number, failure: StsFailure): readonly Effect[] {
    const call = this.calls.failed(nowMs, flight, failure);
    return call === undefined ? NOTHING : this.failed(nowMs, failure);
  }

  private takeOff(nowMs: number): Effect {
    this.wakeAtMs = undefined;
    return this.calls.start(nowMs, 'shared', this.holder.lease?.expiresAtMs);
  }

  private failed(nowMs: number, failure: StsFailure): readonly Effect[] {
    const { answer, backoffMs, fatal, fatalHoldMs } = this.terms.afterFailure;
    const { lease } = this.holder;
    this.lastFailure = failure;
    if (failure.kind === 'fatal' && fatal !== 'as-any') {
      this.insists = fatal === 'insist' && lease !== undefined;
      if (fatal === 'hold') this.heldUntilMs = nowMs + fatalHoldMs(this.chance.backoff);
      return this.release((waiter) => fail(waiter, failure));
    }
    if (lease === undefined || answer === 'throw' || answer === 'forget') {
      if (answer === 'forget') this.holder.lease = undefined;
      return this.release((waiter) => fail(waiter, failure));
    }
    this.nextTryAtMs = nowMs + backoffMs(this.chance.backoff);
    this.wake(this.nextTryAtMs);
    return this.release((waiter) => this.answerFromHand(nowMs, waiter, lease));
  }

  private wake(atMs: number): void {
    if (this.terms.wakes) this.wakeAtMs = atMs;
  }

  /** When a request has anything to do about the credential. */
  private dueAtMs(lease: Lease): number {
    return this.insists ? this.nextTryAtMs : Math.max(lease.dueAtMs, this.nextTryAtMs);
  }

  private servedUntilMs(lease: Lease): number {
    const isLimited = this.terms.afterFailure.answer === 'serve-until-expiry';
    return isLimited ? lease.expiresAtMs : Number.POSITIVE_INFINITY;
  }

  private answerFromHand(nowMs: number, waiter: number, lease: Lease): Effect {
    return nowMs < this.servedUntilMs(lease)
      ? serve(waiter, lease.credential)
      : fail(waiter, this.lastFailure);
  }

  private release(answer: (waiter: number) => Effect): readonly Effect[] {
    const effects = this.waiters.map(answer);
    this.waiters = [];
    return effects;
  }
}
