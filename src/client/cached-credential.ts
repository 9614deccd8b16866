/**
 * One credential that is kept at hand, whoever issues it: `CacheCore` in real time, with promises and
 * timers. While a credential is at hand, `getCredentials()` returns it synchronously, for one clock
 * read and one comparison; refreshes run in the background.
 */
import type { Clock } from '../kernel/clock.ts';
import type { Rng } from '../kernel/rng.ts';
import { maskKeyId, type SessionCredentials } from '../kernel/sts/credentials.ts';
import { CacheCore, EXPIRED_ON_ARRIVAL } from './cache-core.ts';
import { timeoutOf } from './classify.ts';
import { type ClientEvents, Listeners } from './client-events.ts';
import type { Effect } from './credential-cache.ts';
import { type CredentialReceiver, CredentialReceivers } from './credential-receivers.ts';
import { CredentialError, type StsFailure } from './failure.ts';
import type { CachePolicy } from './policy.ts';
import type { AssumeRoleOutcome } from './sts-transport.ts';
import { WaitingRequests } from './waiting-requests.ts';
import { WakeTimer } from './wake-timer.ts';

/** The way to the next credential. */
export interface Issuer {
  /** For error texts: `STS`, `KMS`. */
  readonly name: string;
  /** The credential expires by the local clock. Told by the signal to give up. */
  issue(signal: AbortSignal): Promise<AssumeRoleOutcome>;
}

export interface CachedCredentialParts {
  readonly issuer: Issuer;
  readonly policy: CachePolicy;
  readonly clock: Clock;
  readonly rng: Pick<Rng, 'next'>;
  readonly backoffRng: Pick<Rng, 'next'>;
  readonly callTimeoutMs: number;
  readonly refresh: 'ahead' | 'on-demand';
}

const CLOSED: StsFailure = { kind: 'fatal', code: 'ClientClosed', message: 'the client is closed' };

export class CachedCredential {
  private readonly parts: CachedCredentialParts;
  private readonly clock: Clock;
  private readonly core: CacheCore;
  private readonly listeners = new Listeners();
  private readonly waiting = new WaitingRequests(this.listeners);
  private readonly receivers: CredentialReceivers;
  private readonly timer: WakeTimer;

  /** The core's credential and horizon, copied after each of its decisions for the hot path. */
  private hit: SessionCredentials | undefined;
  private hitUntilMs = Number.NEGATIVE_INFINITY;
  /** The credential whose stale window was reported. */
  private reportedStale: SessionCredentials | undefined;
  private lastWaiter = 0;
  private readonly calls = new Set<AbortController>();
  private isClosed = false;

  constructor(parts: CachedCredentialParts) {
    const { clock, policy, rng, backoffRng } = parts;
    this.parts = parts;
    this.clock = clock;
    this.core = new CacheCore(policy, { jitter: rng, backoff: backoffRng });
    this.timer = new WakeTimer(clock, () => this.wake());
    this.receivers = new CredentialReceivers((message) =>
      this.listeners.emit('publishFailed', { atMs: this.clock.nowMs(), message }),
    );
  }

  /**
   * The credential itself where one is at hand, a promise where the caller has to wait. The promise
   * rejects with `CredentialError`.
   */
  getCredentials(): SessionCredentials | Promise<SessionCredentials> {
    return this.clock.nowMs() < this.hitUntilMs ? this.hit! : this.ask();
  }

  /** The credential at hand, if any; never starts a refresh. */
  peek(): SessionCredentials | undefined {
    return this.clock.nowMs() < this.hitUntilMs ? this.hit : undefined;
  }

  /** Gets the first credential, after a random part of `splayMs`: a fleet's starts spread over it. */
  async warmUp(splayMs = 0): Promise<void> {
    if (splayMs > 0) {
      const atMs = this.clock.nowMs() + splayMs * this.parts.rng.next();
      await new Promise<void>((resolve) => this.clock.setTimer(atMs, resolve));
    }
    await this.getCredentials();
  }

  /** Tell it that a service refused this key: it is not handed out again, and a refresh starts. */
  invalidate(accessKeyId: string): void {
    if (this.isClosed) return;
    const nowMs = this.clock.nowMs();
    this.perform(nowMs, this.core.invalidate(nowMs, accessKeyId));
  }

  /** From now on, `receiver` gets every credential, the one at hand first. */
  publishTo(receiver: CredentialReceiver): void {
    this.receivers.add(receiver, this.peek());
  }

  /** Returns the function that ends the subscription. */
  on<Name extends keyof ClientEvents>(
    name: Name,
    listener: (event: ClientEvents[Name]) => void,
  ): () => void {
    return this.listeners.on(name, listener);
  }

  /** When the client's own timer is next due; a call in the air has none. */
  get nextTimerAtMs(): number | undefined {
    return this.isClosed ? undefined : this.wakeAtMs;
  }

  /** Calls in the air. */
  get inFlight(): number {
    return this.calls.size;
  }

  /** Ends timers and calls; whoever waits, and whoever asks later, is refused. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.hit = undefined;
    this.hitUntilMs = Number.NEGATIVE_INFINITY;
    this.timer.cancel();
    for (const call of this.calls) call.abort();
    this.calls.clear();
    this.waiting.failAll(this.clock.nowMs(), CLOSED);
  }

  private ask(): SessionCredentials | Promise<SessionCredentials> {
    const nowMs = this.clock.nowMs();
    if (this.isClosed) return this.waiting.refuse(nowMs, CLOSED);
    this.lastWaiter += 1;
    const waiter = this.lastWaiter;
    const effects = this.core.request(nowMs, waiter);
    const [answer] = effects;
    if (answer?.kind === 'serve') {
      this.reportStale(nowMs, answer.credential);
      this.perform(nowMs, effects);
      return answer.credential;
    }
    if (answer?.kind === 'fail') {
      this.perform(nowMs, effects);
      return this.waiting.refuse(nowMs, answer.failure);
    }
    const promise = this.waiting.add(waiter, nowMs);
    this.perform(nowMs, effects);
    return promise;
  }

  private perform(nowMs: number, effects: readonly Effect[]): void {
    this.follow();
    for (const effect of effects) {
      if (effect.kind === 'refresh') void this.refresh(effect.flight);
      else if (effect.kind === 'serve') this.waiting.serve(nowMs, effect.waiter, effect.credential);
      else this.waiting.fail(nowMs, effect.waiter, effect.failure);
    }
    this.timer.moveTo(this.wakeAtMs, this.waiting.size > 0);
  }

  /** On demand, nothing happens by itself while nobody waits. */
  private get wakeAtMs(): number | undefined {
    const isIdle = this.parts.refresh === 'on-demand' && this.waiting.size === 0;
    return isIdle ? undefined : this.core.timerAtMs;
  }

  /** Takes over what the core decided: which credential is a hit, and until when. */
  private follow(): void {
    const { core } = this;
    const wasReported = core.current === this.reportedStale;
    this.hit = core.current;
    this.hitUntilMs = wasReported ? core.quietUntilMs : Math.min(core.quietUntilMs, core.staleAtMs);
  }

  private wake(): void {
    const nowMs = this.clock.nowMs();
    this.perform(nowMs, this.core.timer(nowMs));
  }

  private async refresh(flight: number): Promise<void> {
    const sentAtMs = this.clock.nowMs();
    const call = new AbortController();
    this.calls.add(call);
    const timeout = this.clock.setTimer(sentAtMs + this.parts.callTimeoutMs, () => call.abort());
    if (this.waiting.size === 0) timeout.unref();
    this.listeners.emit('refreshStarted', { atMs: sentAtMs });
    const outcome = await outcomeOf(this.parts.issuer, call.signal);
    timeout.cancel();
    this.calls.delete(call);
    if (!this.isClosed) this.land(flight, sentAtMs, outcome);
  }

  private land(flight: number, sentAtMs: number, outcome: AssumeRoleOutcome): void {
    const atMs = this.clock.nowMs();
    const tookMs = atMs - sentAtMs;
    if (outcome.kind === 'failed') {
      this.perform(atMs, this.core.refreshFailed(atMs, flight, outcome.failure));
      this.reportFailure(atMs, tookMs, outcome.failure);
      return;
    }
    const { credential } = outcome;
    this.perform(atMs, this.core.refreshSucceeded(atMs, flight, credential));
    if (this.core.current !== credential) {
      this.reportFailure(atMs, tookMs, EXPIRED_ON_ARRIVAL);
      return;
    }
    this.receivers.publish(credential);
    const { expiresAtMs } = credential;
    const accessKeyId = maskKeyId(credential.accessKeyId);
    this.listeners.emit('refreshSucceeded', { atMs, tookMs, accessKeyId, expiresAtMs });
  }

  private reportFailure(atMs: number, tookMs: number, failure: StsFailure): void {
    const { current } = this.core;
    const remainingMs = current === undefined ? 0 : current.expiresAtMs - atMs;
    this.listeners.emit('refreshFailed', { atMs, tookMs, failure, remainingMs });
  }

  private reportStale(atMs: number, credential: SessionCredentials): void {
    if (atMs < this.core.staleAtMs || this.reportedStale === credential) return;
    this.reportedStale = credential;
    this.listeners.emit('servedStale', { atMs, remainingMs: credential.expiresAtMs - atMs });
  }
}

/** One call, which ends when the signal aborts and never rejects. */
function outcomeOf(issuer: Issuer, signal: AbortSignal): Promise<AssumeRoleOutcome> {
  return new Promise((resolve) => {
    const fail = (failure: StsFailure) => resolve({ kind: 'failed', failure });
    signal.addEventListener('abort', () => fail(timeoutOf(issuer.name)), { once: true });
    issuer.issue(signal).then(resolve, (error) => fail(failureOf(error)));
  });
}

/** Somebody else's error may quote anything: only what it is called goes on. */
function failureOf(error: unknown): StsFailure {
  if (error instanceof CredentialError) return error.failure;
  const name = error instanceof Error ? error.constructor.name : typeof error;
  const message = `the source of credentials, or the transport, threw (${name})`;
  return { kind: 'transient', code: 'SourceFailure', message };
}
