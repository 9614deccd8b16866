/**
 * A client whose credential another thread gets and publishes: the reading end of sharing one
 * credential among the threads of a host. It never calls STS; without a usable credential it looks
 * again, every few milliseconds, until there is one or the waiting has taken too long. It is a
 * provider of `@alicloud/credentials` too: `new Credential(null, client)`.
 */
import type { Clock } from '../kernel/clock.ts';
import { realClock } from '../kernel/real-clock.ts';
import type { SessionCredentials } from '../kernel/sts/credentials.ts';
import { CredentialError, type StsFailure } from './failure.ts';
import { DEFAULT_POLICY } from './policy.ts';
import type { SharedCredential } from './shared-credential.ts';

export interface SharedCredentialClientOptions {
  readonly shared: SharedCredential;
  readonly clock?: Clock;
  /** Longest wait for a credential, 30,000 when not given. */
  readonly waitMsMax?: number;
  /** How often it looks while somebody waits, 5 when not given. */
  readonly pollMs?: number;
}

const WAIT_MS_MAX = 30_000;
const POLL_MS = 5;

const NONE: StsFailure = {
  kind: 'transient',
  code: 'NoSharedCredential',
  message: 'the thread that gets credentials has published none that is usable',
};

interface Waiter {
  readonly untilMs: number;
  readonly resolve: (credential: SessionCredentials) => void;
  readonly reject: (error: CredentialError) => void;
}

export class SharedCredentialClient {
  private readonly shared: SharedCredential;
  private readonly clock: Clock;
  private readonly waitMsMax: number;
  private readonly pollMs: number;
  private waiters: Waiter[] = [];

  constructor(options: SharedCredentialClientOptions) {
    this.shared = options.shared;
    this.clock = options.clock ?? realClock();
    this.waitMsMax = options.waitMsMax ?? WAIT_MS_MAX;
    this.pollMs = options.pollMs ?? POLL_MS;
  }

  getCredentials(): SessionCredentials | Promise<SessionCredentials> {
    const nowMs = this.clock.nowMs();
    return this.shared.read(nowMs + DEFAULT_POLICY.expiryMarginMs) ?? this.wait(nowMs);
  }

  /** `@alicloud/credentials` shows it as the credential's type. */
  getProviderName(): string {
    return 'ram_role_arn';
  }

  private wait(nowMs: number): Promise<SessionCredentials> {
    if (this.waiters.length === 0) this.clock.setTimer(nowMs + this.pollMs, () => this.look());
    return new Promise((resolve, reject) => {
      this.waiters.push({ untilMs: nowMs + this.waitMsMax, resolve, reject });
    });
  }

  private look(): void {
    const nowMs = this.clock.nowMs();
    const credential = this.shared.read(nowMs + DEFAULT_POLICY.expiryMarginMs);
    const waiters = this.waiters;
    this.waiters = [];
    for (const waiter of waiters) {
      if (credential !== undefined) waiter.resolve(credential);
      else if (nowMs >= waiter.untilMs) waiter.reject(new CredentialError(NONE));
      else this.waiters.push(waiter);
    }
    if (this.waiters.length > 0) this.clock.setTimer(nowMs + this.pollMs, () => this.look());
  }
}
