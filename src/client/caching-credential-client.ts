/**
 * The credential client for production: `CacheCore` in real time, with promises, timers and a
 * transport. While a credential is at hand, `getCredentials()` returns it synchronously, for one
 * clock read and one comparison; refreshes run in the background. One instance serves one role and
 * session: give all callers of a process the same one, or a `CredentialHolder` where there are many.
 *
 * It has the shape of a provider of `@alicloud/credentials`, so any Alibaba Cloud Node client takes
 * it: `new Credential(null, client)`.
 *
 * It follows a monotonic clock, which stands still while a machine is suspended: call `invalidate`
 * where a service refuses a credential.
 */
import type { Clock } from '../kernel/clock.ts';
import { freshSeed, realClock } from '../kernel/real-clock.ts';
import { type Rng, stream } from '../kernel/rng.ts';
import {
  type AssumeRoleRequest,
  maskKeyId,
  type SessionCredentials,
} from '../kernel/sts/credentials.ts';
import { assumeRole } from './assume-role.ts';
import { CacheCore, EXPIRED_ON_ARRIVAL } from './cache-core.ts';
import { type ClientEvents, Listeners } from './client-events.ts';
import {
  type ClientOptions,
  type CredentialSource,
  DEFAULT_CALL_TIMEOUT_MS,
  requestOf,
  sourceOf,
} from './client-options.ts';
import type { Effect } from './credential-cache.ts';
import { type CredentialReceiver, CredentialReceivers } from './credential-receivers.ts';
import type { StsFailure } from './failure.ts';
import { cachePolicy } from './policy.ts';
import type { AssumeRoleOutcome, StsTransport } from './sts-transport.ts';
import { UndiciTransport } from './undici-transport.ts';
import { WaitingRequests } from './waiting-requests.ts';
import { WakeTimer } from './wake-timer.ts';

const CLOSED: StsFailure = { kind: 'fatal', code: 'ClientClosed', message: 'the client is closed' };

export class CachingCredentialClient {
  private readonly request: AssumeRoleRequest;
  private readonly source: CredentialSource;
  private readonly callTimeoutMs: number;
  private readonly clock: Clock;
  private readonly rng: Pick<Rng, 'next'>;
  private readonly transport: StsTransport;
  private readonly ownsTransport: boolean;
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

  constructor(options: ClientOptions) {
    this.request = requestOf(options);
    this.source = sourceOf(options.source);
    this.callTimeoutMs = options.callTimeoutMs ?? DEFAULT_CALL_TIMEOUT_MS;
    this.clock = options.clock ?? realClock();
    this.rng = options.rng ?? stream(freshSeed(), 'client');
    this.core = new CacheCore(cachePolicy(options.policy), {
      jitter: this.rng,
      backoff: options.backoffRng ?? this.rng,
    });
    this.timer = new WakeTimer(this.clock, () => this.wake());
    this.receivers = new CredentialReceivers((message) =>
      this.listeners.emit('publishFailed', { atMs: this.clock.nowMs(), message }),
    );
    this.ownsTransport = options.transport === undefined;
    this.transport = options.transport ?? new UndiciTransport({ ...options, clock: this.clock });
  }

  /**
   * The credential itself where one is at hand, a promise where the caller has to wait. The promise
   * rejects with `CredentialError`.
   */
  getCredentials(): SessionCredentials | Promise<SessionCredentials> {
    return this.clock.nowMs() < this.hitUntilMs ? this.hit! : this.ask();
  }

  /** `@alicloud/credentials` shows it as the credential's type. */
  getProviderName(): string {
    return 'ram_role_arn';
  }

  /** The credential at hand, if any; never starts a refresh. */
  peek(): SessionCredentials | undefined {
    return this.clock.nowMs() < this.hitUntilMs ? this.hit : undefined;
  }

  /** Gets the first credential, after a random part of `splayMs`: a fleet's starts spread over it. */
  async warmUp(splayMs = 0): Promise<void> {
    if (splayMs > 0) {
      const atMs = this.clock.nowMs() + splayMs * this.rng.next();
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
    return this.isClosed ? undefined : this.core.timerAtMs;
  }

  /** AssumeRole calls in the air. */
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
    if (this.ownsTransport) await this.transport.close();
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
    this.timer.moveTo(this.core.timerAtMs, this.waiting.size > 0);
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
    const timeout = this.clock.setTimer(sentAtMs + this.callTimeoutMs, () => call.abort());
    if (this.waiting.size === 0) timeout.unref();
    this.listeners.emit('refreshStarted', { atMs: sentAtMs });
    const { source, transport, request } = this;
    const outcome = await assumeRole({ source, transport, request, sentAtMs }, call.signal);
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
