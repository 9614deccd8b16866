/**
 * Keeps one session of a role, and renews it before it ends. Callers ask for each request; nearly all
 * of them are answered at once.
 */
export interface Session {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  readonly expiresAtMs: number;
}

/** Time as an argument: tests and harnesses bring their own. */
export interface Clock {
  nowMs(): number;
  setTimer(atMs: number, fire: () => void): { cancel(): void; unref(): void };
}

export interface SessionCacheDeps {
  /** One AssumeRole call. */
  readonly assumeRole: () => Promise<Session>;
  readonly clock: Clock;
  /** Uniform on [0, 1). */
  readonly random: () => number;
}

const MINUTE_MS = 60_000;
/** A session is renewed in the background when so much is left, or up to twice as much. */
const RENEW_BEFORE_MS = 10 * MINUTE_MS;
/** With less than this left it is not handed out: a request may take its time. */
export const MARGIN_MS = MINUTE_MS;
const RETRY_AFTER_MS = 10_000;

export class SessionCache {
  private readonly deps: SessionCacheDeps;
  private session: Session | undefined;
  private renewing: Promise<Session> | undefined;
  private timer: ReturnType<Clock['setTimer']> | undefined;
  private isClosed = false;

  constructor(deps: SessionCacheDeps) {
    this.deps = deps;
  }

  /** A promise only where the caller has to wait. */
  getCredentials(): Session | Promise<Session> {
    const { session } = this;
    if (session === undefined) return this.renew();
    return session.expiresAtMs - this.deps.clock.nowMs() < MARGIN_MS ? this.renew() : session;
  }

  /** Renews no more. The session at hand stays good. */
  close(): void {
    this.isClosed = true;
    this.timer?.cancel();
  }

  /** One call at a time, however many ask. */
  private renew(): Promise<Session> {
    this.renewing ??= this.load().finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  private async load(): Promise<Session> {
    try {
      const session = await this.deps.assumeRole();
      this.session = session;
      // Spread, so that processes which started together do not renew together.
      this.renewAt(session.expiresAtMs - RENEW_BEFORE_MS * (1 + this.deps.random()));
      return session;
    } catch (error) {
      this.renewAt(this.deps.clock.nowMs() + RETRY_AFTER_MS);
      throw error;
    }
  }

  private renewAt(atMs: number): void {
    this.timer?.cancel();
    if (this.isClosed) return;
    this.timer = this.deps.clock.setTimer(atMs, () => {
      this.renew().catch(() => {}); // The timer is set again, and callers are told when it matters.
    });
    this.timer.unref();
  }
}
