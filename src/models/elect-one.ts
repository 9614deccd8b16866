/**
 * Family: one is elected. In the prefetch window one refresh at a time is somebody's task, a
 * caller's or a background worker's, while others are served the old credential without looking at
 * it. There is no lock: without a credential that still counts, every caller makes a call of its
 * own.
 */
import { EXPIRED_ON_ARRIVAL } from '../client/cache-core.ts';
import type { CacheChance, CredentialCache, Effect } from '../client/credential-cache.ts';
import type { StsFailure } from '../client/failure.ts';
import type { SessionCredentials } from '../kernel/sts/credentials.ts';
import { Calls } from './calls.ts';
import { fail, NOTHING, serve } from './effects.ts';
import { shown } from './lease.ts';
import { type HoldingTerms, LeaseHolder, type SessionFacts } from './lease-holder.ts';
import type { RetryRule } from './retry-rule.ts';

export interface ElectTerms extends HoldingTerms {
  readonly retry: RetryRule;
  readonly elected: 'caller' | 'worker';
  /** No caller is elected sooner than this after the last call began, however that one went. */
  readonly gateMs: number;
  /**
   * When the elected one fails: it gets the failure; or the old credential; or, the worker,
   * nothing, and until one of them succeeds every caller in the window makes a call of its own.
   */
  readonly electedFails: 'throw' | 'serve-old' | 'own-calls';
  /** `own`: each caller calls. `given`: the application gets the first credential by one call. */
  readonly first: 'own' | 'given';
}

/** What a call is for: a waiter, on its own or as the elected; the worker; the first credential. */
type Purpose =
  | { readonly kind: 'own' | 'elected'; readonly waiter: number }
  | { readonly kind: 'worker' | 'given' };

export class ElectOneCache implements CredentialCache {
  private readonly terms: ElectTerms;
  private readonly holder: LeaseHolder;
  private readonly calls: Calls<Purpose>;
  private gateUntilMs = Number.NEGATIVE_INFINITY;
  private isWorking = false;
  private hasWorkerFailed = false;
  /** Who waits for the first credential, where it is given. */
  private waiters: number[] = [];

  constructor(terms: ElectTerms, session: SessionFacts, chance: CacheChance) {
    this.terms = terms;
    this.holder = new LeaseHolder(terms, session, chance);
    this.calls = new Calls(terms.retry, chance.backoff);
  }

  get quietUntilMs(): number {
    const { lease } = this.holder;
    if (lease === undefined) return Number.NEGATIVE_INFINITY;
    if (this.isWorking && !this.hasWorkerFailed) return lease.staleAtMs;
    return Math.min(lease.staleAtMs, Math.max(lease.dueAtMs, this.gateUntilMs));
  }

  get current(): SessionCredentials | undefined {
    return this.holder.credential;
  }

  get timerAtMs(): number | undefined {
    return this.calls.retryAtMs;
  }

  get inFlight(): number {
    return this.calls.inFlight;
  }

  request(nowMs: number, waiter: number): readonly Effect[] {
    const { lease } = this.holder;
    if (lease === undefined && this.terms.first === 'given') return this.askForFirst(nowMs, waiter);
    if (lease !== undefined && nowMs < this.quietUntilMs) return [serve(waiter, lease.credential)];
    if (lease === undefined || nowMs >= lease.staleAtMs || this.hasWorkerFailed) {
      return [this.start(nowMs, { kind: 'own', waiter })];
    }
    if (this.terms.elected === 'caller') return [this.start(nowMs, { kind: 'elected', waiter })];
    this.isWorking = true;
    return [serve(waiter, lease.credential), this.start(nowMs, { kind: 'worker' })];
  }

  timer(nowMs: number): readonly Effect[] {
    return this.calls.retry(nowMs);
  }

  refreshSucceeded(
    nowMs: number,
    flight: number,
    credential: SessionCredentials,
  ): readonly Effect[] {
    const call = this.calls.succeeded(flight);
    if (call === undefined) return NOTHING;
    const lease = this.holder.arrive(nowMs, credential);
    if (lease === undefined) return this.failed(call.purpose, EXPIRED_ON_ARRIVAL);
    switch (call.purpose.kind) {
      case 'worker':
        this.isWorking = false;
        return NOTHING;
      case 'given':
        this.closeGate(nowMs);
        return this.release((waiter) => serve(waiter, lease.credential));
      default:
        this.hasWorkerFailed = false;
        return [serve(call.purpose.waiter, lease.credential)];
    }
  }

  refreshFailed(nowMs: number, flight: number, failure: StsFailure): readonly Effect[] {
    const call = this.calls.failed(nowMs, flight, failure);
    return call === undefined ? NOTHING : this.failed(call.purpose, failure);
  }

  private failed(purpose: Purpose, failure: StsFailure): readonly Effect[] {
    const { credential } = this.holder;
    switch (purpose.kind) {
      case 'worker':
        this.isWorking = false;
        this.hasWorkerFailed = this.terms.electedFails === 'own-calls';
        return NOTHING;
      case 'given':
        return this.release((waiter) => fail(waiter, failure));
      case 'elected':
        if (this.terms.electedFails === 'serve-old' && credential !== undefined) {
          return [serve(purpose.waiter, credential)];
        }
    }
    return [fail(purpose.waiter, failure)];
  }

  private askForFirst(nowMs: number, waiter: number): readonly Effect[] {
    this.waiters.push(waiter);
    return this.waiters.length > 1 ? NOTHING : [this.start(nowMs, { kind: 'given' })];
  }

  private start(nowMs: number, purpose: Purpose): Effect {
    this.closeGate(nowMs);
    return this.calls.start(nowMs, purpose);
  }

  private closeGate(nowMs: number): void {
    this.gateUntilMs = shown(this.terms.lease, nowMs) + this.terms.gateMs;
  }

  private release(answer: (waiter: number) => Effect): readonly Effect[] {
    const effects = this.waiters.map(answer);
    this.waiters = [];
    return effects;
  }
}
