/**
 * Family: no lock. Every caller that finds the credential stale makes a call of its own and waits
 * for its own answer; the answer that comes last is the one that is kept. What differs between SDKs
 * is in the terms: how stale is reckoned, and whether a failure is thrown or swallowed.
 */
import { EXPIRED_ON_ARRIVAL } from '../client/cache-core.ts';
import type { CacheChance, CredentialCache, Effect } from '../client/credential-cache.ts';
import type { StsFailure } from '../client/failure.ts';
import type { SessionCredentials } from '../kernel/sts/credentials.ts';
import { type Call, Calls } from './calls.ts';
import { fail, NOTHING, serve } from './effects.ts';
import type { FailureRule } from './failure-rule.ts';
import { type HoldingTerms, LeaseHolder, type SessionFacts } from './lease-holder.ts';
import type { RetryRule } from './retry-rule.ts';

export interface OwnCallTerms extends HoldingTerms {
  readonly failure: FailureRule;
  readonly retry: RetryRule;
}

export class OwnCallCache implements CredentialCache {
  private readonly terms: OwnCallTerms;
  private readonly chance: CacheChance;
  private readonly holder: LeaseHolder;
  /** Each for one waiter. */
  private readonly calls: Calls<number>;

  constructor(terms: OwnCallTerms, session: SessionFacts, chance: CacheChance) {
    this.terms = terms;
    this.chance = chance;
    this.holder = new LeaseHolder(terms, session, chance);
    this.calls = new Calls(terms.retry, chance.backoff);
  }

  get quietUntilMs(): number {
    return this.holder.lease?.staleAtMs ?? Number.NEGATIVE_INFINITY;
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
    if (lease !== undefined && nowMs < lease.staleAtMs) return [serve(waiter, lease.credential)];
    return [this.calls.start(nowMs, waiter)];
  }

  refreshSucceeded(
    nowMs: number,
    flight: number,
    credential: SessionCredentials,
  ): readonly Effect[] {
    const call = this.calls.succeeded(flight);
    if (call === undefined) return NOTHING;
    const lease = this.holder.arrive(nowMs, credential);
    if (lease === undefined) return this.failed(nowMs, call, EXPIRED_ON_ARRIVAL);
    return [serve(call.purpose, lease.credential)];
  }

  refreshFailed(nowMs: number, flight: number, failure: StsFailure): readonly Effect[] {
    const call = this.calls.failed(nowMs, flight, failure);
    return call === undefined ? NOTHING : this.failed(nowMs, call, failure);
  }

  timer(nowMs: number): readonly Effect[] {
    return this.calls.retry(nowMs);
  }

  private failed(nowMs: number, call: Call<number>, failure: StsFailure): readonly Effect[] {
    const { purpose: waiter, startedAtMs } = call;
    const held = this.holder.lease;
    const lease = this.terms.failure({ held, startedAtMs, nowMs }, this.chance);
    if (lease === undefined) return [fail(waiter, failure)];
    this.holder.lease = lease;
    return [serve(waiter, lease.credential)];
  }
}
