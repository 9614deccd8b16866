/**
 * Family: lock. A caller that needs a refresh queues for the lock; its holder makes the call, and
 * who gets the lock next looks again whether one is still needed. A failure is the holder's alone:
 * the next in line tries in turn. SDKs differ in how long a caller waits for the lock and what it
 * does then, and in what happens before the credential is stale: nothing, a refresh by one caller
 * while others are served, or one that nobody waits for.
 *
 * The line is first come, first served, which an unfair lock keeps only on average.
 */
import { EXPIRED_ON_ARRIVAL } from '../client/cache-core.ts';
import type { CacheChance, CredentialCache, Effect } from '../client/credential-cache.ts';
import type { StsFailure } from '../client/failure.ts';
import type { SessionCredentials } from '../kernel/sts/credentials.ts';
import { type Call, Calls } from './calls.ts';
import { fail, NOTHING, serve } from './effects.ts';
import { Fifo } from './fifo.ts';
import type { Lease } from './lease.ts';
import { LeaseHolder, type SessionFacts } from './lease-holder.ts';
import type { LockTerms } from './lock-terms.ts';

/** Who queues for the lock: a waiter, or a background job. */
type Entrant = number | 'job';

interface InLine {
  readonly entrant: Entrant;
  readonly untilMs: number;
}

interface Turn {
  readonly entrant: Entrant;
  readonly holdsLock: boolean;
}

const LOCK_WAIT_OVER: StsFailure = {
  kind: 'transient',
  code: 'LockWaitOver',
  message: 'waited for the lock in vain, and there is no credential in hand',
};

export class LockedCache implements CredentialCache {
  private readonly terms: LockTerms;
  private readonly chance: CacheChance;
  private readonly holder: LeaseHolder;
  private readonly calls: Calls<Turn>;
  private readonly line = new Fifo<InLine>();
  private isLocked = false;
  private jobs = 0;
  private wakeAtMs: number | undefined;

  constructor(terms: LockTerms, session: SessionFacts, chance: CacheChance) {
    this.terms = terms;
    this.chance = chance;
    this.holder = new LeaseHolder(terms, session, chance);
    this.calls = new Calls(terms.retry, chance.backoff);
  }

  get quietUntilMs(): number {
    const { lease } = this.holder;
    if (lease === undefined) return Number.NEGATIVE_INFINITY;
    return this.mayPrefetch() ? lease.dueAtMs : lease.staleAtMs;
  }

  get current(): SessionCredentials | undefined {
    return this.holder.credential;
  }

  get timerAtMs(): number | undefined {
    const atMs = Math.min(
      this.calls.retryAtMs ?? Number.POSITIVE_INFINITY,
      this.line.peek()?.untilMs ?? Number.POSITIVE_INFINITY,
      this.wakeAtMs ?? Number.POSITIVE_INFINITY,
    );
    return atMs === Number.POSITIVE_INFINITY ? undefined : atMs;
  }

  get inFlight(): number {
    return this.calls.inFlight;
  }

  request(nowMs: number, waiter: number): readonly Effect[] {
    const { lease } = this.holder;
    if (lease === undefined || nowMs >= lease.staleAtMs) return this.enter(nowMs, waiter);
    if (nowMs < lease.dueAtMs || !this.mayPrefetch()) return [serve(waiter, lease.credential)];
    if (this.terms.prefetch === 'one-caller') return this.enter(nowMs, waiter);
    return [serve(waiter, lease.credential), ...this.startJob(nowMs)];
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
    const { prefetch } = this.terms;
    if (typeof prefetch === 'object') {
      this.wakeAtMs = prefetch.wakeAtMs(lease, nowMs, this.chance.jitter);
    }
    return [...this.serveTo(call.purpose.entrant, lease), ...this.release(nowMs, call)];
  }

  refreshFailed(nowMs: number, flight: number, failure: StsFailure): readonly Effect[] {
    const call = this.calls.failed(nowMs, flight, failure);
    return call === undefined ? NOTHING : this.failed(nowMs, call, failure);
  }

  timer(nowMs: number): readonly Effect[] {
    const effects = [...this.calls.retry(nowMs)];
    for (let head = this.line.peek(); head !== undefined; head = this.line.peek()) {
      if (nowMs < head.untilMs) break;
      this.line.shift();
      effects.push(...this.giveUp(nowMs, head.entrant));
    }
    if (this.wakeAtMs !== undefined && nowMs >= this.wakeAtMs) {
      this.wakeAtMs = undefined;
      const { lease } = this.holder;
      const isDue = lease !== undefined && nowMs >= lease.dueAtMs;
      if (isDue && this.mayPrefetch()) effects.push(...this.startJob(nowMs));
    }
    return effects;
  }

  /** Whether a request that finds the credential due, and not stale, has to do anything about it. */
  private mayPrefetch(): boolean {
    const { prefetch } = this.terms;
    if (prefetch === 'none') return false;
    return prefetch === 'one-caller' ? !this.isLocked : this.jobs < prefetch.jobsMax;
  }

  private startJob(nowMs: number): readonly Effect[] {
    this.jobs += 1;
    return this.enter(nowMs, 'job');
  }

  private enter(nowMs: number, entrant: Entrant): readonly Effect[] {
    if (!this.isLocked) return [this.call(nowMs, { entrant, holdsLock: true })];
    this.line.push({ entrant, untilMs: nowMs + this.terms.waitMsMax });
    return NOTHING;
  }

  private call(nowMs: number, turn: Turn): Effect {
    if (turn.holdsLock) this.isLocked = true;
    return this.calls.start(nowMs, turn);
  }

  private failed(nowMs: number, call: Call<Turn>, failure: StsFailure): readonly Effect[] {
    const { entrant } = call.purpose;
    const { startedAtMs } = call;
    const held = this.holder.lease;
    const lease = this.terms.failure({ held, startedAtMs, nowMs }, this.chance);
    if (lease !== undefined) this.holder.lease = lease;
    const answer =
      lease === undefined ? this.failTo(entrant, failure) : this.serveTo(entrant, lease);
    return [...answer, ...this.release(nowMs, call)];
  }

  /** Hands the lock on, until somebody needs a call; who does not is served in passing. */
  private release(nowMs: number, { purpose }: Call<Turn>): readonly Effect[] {
    if (!purpose.holdsLock) return NOTHING;
    this.isLocked = false;
    const effects: Effect[] = [];
    while (!this.isLocked) {
      const next = this.line.shift();
      if (next === undefined) break;
      effects.push(...this.takeTurn(nowMs, { entrant: next.entrant, holdsLock: true }));
    }
    return effects;
  }

  private takeTurn(nowMs: number, turn: Turn): readonly Effect[] {
    const { lease } = this.holder;
    const neededFromMs = this.terms.recheck === 'due' ? lease?.dueAtMs : lease?.staleAtMs;
    if (lease !== undefined && nowMs < neededFromMs!) return this.serveTo(turn.entrant, lease);
    return [this.call(nowMs, turn)];
  }

  private giveUp(nowMs: number, entrant: Entrant): readonly Effect[] {
    if (this.terms.atWaitMax === 'refresh') {
      return this.takeTurn(nowMs, { entrant, holdsLock: false });
    }
    const { lease } = this.holder;
    return lease === undefined
      ? this.failTo(entrant, LOCK_WAIT_OVER)
      : this.serveTo(entrant, lease);
  }

  private serveTo(entrant: Entrant, { credential }: Lease): readonly Effect[] {
    return this.answer(entrant, (waiter) => serve(waiter, credential));
  }

  private failTo(entrant: Entrant, failure: StsFailure): readonly Effect[] {
    return this.answer(entrant, (waiter) => fail(waiter, failure));
  }

  /** Nobody hears of a job's outcome. */
  private answer(entrant: Entrant, to: (waiter: number) => Effect): readonly Effect[] {
    if (entrant !== 'job') return [to(entrant)];
    this.jobs -= 1;
    return NOTHING;
  }
}
