/**
 * Our credential cache, as decisions only: `CachingCredentialClient` performs them in real time,
 * the simulator in virtual time. Not here: promises, timers, the network, and other SDKs' quirks
 * (`src/models/`).
 *
 * The life of a credential: fresh until its refresh is due (an instant drawn inside the prefetch
 * window), then refreshed in the background, by timer or, where the timer is late, by the next
 * request. It is served all the while, through failed refreshes too, until it is too near its
 * expiry to reach a service. Only without a usable credential do requests wait: for the flight in
 * the air, and through a bounded number of retries; when those are used up, they fail with the last
 * failure, and so does every request until the next try is due. There is never more than one flight.
 */
import type { SessionCredentials } from '../kernel/sts/credentials.ts';
import { retryAtMs } from './backoff.ts';
import type { CacheChance, CredentialCache, Effect } from './credential-cache.ts';
import type { StsFailure } from './failure.ts';
import { type CachePolicy, windowsOf } from './policy.ts';

const NEVER: readonly Effect[] = Object.freeze([]);

export const EXPIRED_ON_ARRIVAL: StsFailure = {
  kind: 'transient',
  code: 'ExpiredOnArrival',
  message: 'STS issued a credential that is about to expire; is a clock wrong?',
};
const REJECTED: StsFailure = {
  kind: 'transient',
  code: 'CredentialRejected',
  message: 'a service rejected the credential soon after its issue',
};
const TOO_MANY_WAITERS: StsFailure = {
  kind: 'transient',
  code: 'TooManyWaiters',
  message: 'too many requests already wait for a credential',
};

export class CacheCore implements CredentialCache {
  current: SessionCredentials | undefined;
  private readonly policy: CachePolicy;
  private readonly chance: CacheChance;
  /** When the next flight may start: the drawn refresh instant, or the end of a backoff. */
  private dueAtMs = Number.NEGATIVE_INFINITY;
  private usableUntilMs = Number.NEGATIVE_INFINITY;
  private receivedAtMs = Number.NEGATIVE_INFINITY;
  private staleFromMs = Number.NEGATIVE_INFINITY;
  private flight: number | undefined;
  private flightCount = 0;
  private waiters: number[] = [];
  /** The streak: failures since the last success, the last of them, and when its first try began. */
  private failures = 0;
  private failure: StsFailure | undefined;
  private streakAtMs = Number.NEGATIVE_INFINITY;
  /** Credentials in a row that a service rejected soon after their issue. */
  private rejections = 0;

  constructor(policy: CachePolicy, chance: CacheChance) {
    this.policy = policy;
    this.chance = chance;
  }

  get quietUntilMs(): number {
    return this.flight === undefined
      ? Math.min(this.dueAtMs, this.usableUntilMs)
      : this.usableUntilMs;
  }

  get timerAtMs(): number | undefined {
    const wanted = this.current !== undefined || this.waiters.length > 0;
    return wanted && this.flight === undefined ? this.dueAtMs : undefined;
  }

  get inFlight(): number {
    return this.flight === undefined ? 0 : 1;
  }

  /** When the current credential's stale window begins; -Infinity without one. */
  get staleAtMs(): number {
    return this.staleFromMs;
  }

  request(nowMs: number, waiter: number): readonly Effect[] {
    const isDue = this.flight === undefined && nowMs >= this.dueAtMs;
    if (nowMs < this.usableUntilMs) {
      const serve: Effect = { kind: 'serve', waiter, credential: this.current! };
      return isDue ? [serve, this.takeOff(nowMs)] : [serve];
    }
    this.drop();
    if (!isDue && this.flight === undefined && !this.isPatient()) {
      return [{ kind: 'fail', waiter, failure: this.failure! }];
    }
    if (this.waiters.length >= this.policy.waitersMax) {
      return [{ kind: 'fail', waiter, failure: TOO_MANY_WAITERS }];
    }
    this.waiters.push(waiter);
    return isDue ? [this.takeOff(nowMs)] : NEVER;
  }

  timer(nowMs: number): readonly Effect[] {
    const { timerAtMs } = this;
    return timerAtMs === undefined || nowMs < timerAtMs ? NEVER : [this.takeOff(nowMs)];
  }

  /** The answer to a flight that is not in the air changes nothing, here and in `refreshFailed`. */
  refreshSucceeded(
    nowMs: number,
    flight: number,
    credential: SessionCredentials,
  ): readonly Effect[] {
    if (flight !== this.flight) return NEVER;
    const lifetimeMs = credential.expiresAtMs - nowMs;
    if (!(lifetimeMs > this.policy.expiryMarginMs)) {
      return this.refreshFailed(nowMs, flight, EXPIRED_ON_ARRIVAL);
    }
    this.flight = undefined;
    this.failures = 0;
    this.failure = undefined;
    this.adopt(nowMs, credential, lifetimeMs);
    return this.release((waiter) => ({ kind: 'serve', waiter, credential }));
  }

  refreshFailed(nowMs: number, flight: number, failure: StsFailure): readonly Effect[] {
    if (flight !== this.flight) return NEVER;
    this.flight = undefined;
    return this.failed(nowMs, failure, this.failures + 1);
  }

  /**
   * A service refused this key as invalid or expired: it is not handed out again, and a refresh
   * starts. Where new credentials keep being refused, the fault is elsewhere, and asking STS again
   * waits for a backoff that grows with each.
   */
  invalidate(nowMs: number, accessKeyId: string): readonly Effect[] {
    if (this.current?.accessKeyId !== accessKeyId) return NEVER;
    const isEarly = nowMs - this.receivedAtMs < this.policy.rejectionGraceMs;
    this.rejections = isEarly ? this.rejections + 1 : 0;
    this.drop();
    if (this.flight !== undefined) return NEVER;
    if (isEarly) {
      this.streakAtMs = nowMs;
      return this.failed(nowMs, REJECTED, Math.max(this.rejections, this.failures));
    }
    if (this.failures > 0 && nowMs < this.dueAtMs) return NEVER;
    return [this.takeOff(nowMs)];
  }

  private adopt(nowMs: number, credential: SessionCredentials, lifetimeMs: number): void {
    const { prefetchMs, staleMs, marginMs } = windowsOf(this.policy, lifetimeMs);
    const jitterMs = prefetchMs * this.policy.jitterShare * this.chance.jitter.next();
    this.current = credential;
    this.receivedAtMs = nowMs;
    this.dueAtMs = credential.expiresAtMs - prefetchMs + jitterMs;
    this.staleFromMs = credential.expiresAtMs - staleMs;
    this.usableUntilMs = credential.expiresAtMs - marginMs;
  }

  private drop(): void {
    this.current = undefined;
    this.usableUntilMs = Number.NEGATIVE_INFINITY;
    this.staleFromMs = Number.NEGATIVE_INFINITY;
  }

  private takeOff(nowMs: number): Effect {
    if (this.failures === 0) this.streakAtMs = nowMs;
    this.flightCount += 1;
    this.flight = this.flightCount;
    return { kind: 'refresh', flight: this.flight };
  }

  private failed(nowMs: number, failure: StsFailure, failures: number): readonly Effect[] {
    if (nowMs >= this.usableUntilMs) this.drop();
    this.failures = failures;
    this.failure = failure;
    const backoff = { failure, failures, nowMs, staleAtMs: this.staleFromMs };
    this.dueAtMs = retryAtMs(this.policy, backoff, this.chance.backoff.next());
    if (this.current !== undefined || this.isPatient()) return NEVER;
    return this.release((waiter) => ({ kind: 'fail', waiter, failure }));
  }

  /** Whether requests wait through the backoff that is running, rather than fail. */
  private isPatient(): boolean {
    return (
      this.failure?.kind !== 'fatal' &&
      this.failures < this.policy.triesMax &&
      this.dueAtMs <= this.streakAtMs + this.policy.patienceMs
    );
  }

  private release(answer: (waiter: number) => Effect): readonly Effect[] {
    const effects = this.waiters.map(answer);
    this.waiters = [];
    return effects;
  }
}
