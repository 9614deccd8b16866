/**
 * One holder for the credentials of many roles: one client for each (role, session, duration,
 * policy), all over one transport, and never more calls a second than it was given. It is what a
 * host's broker, or a process that acts for many accounts, holds on to.
 */
import type { Clock } from '../kernel/clock.ts';
import { badInput } from '../kernel/errors.ts';
import { realClock } from '../kernel/real-clock.ts';
import type { SessionCredentials } from '../kernel/sts/credentials.ts';
import { CachingCredentialClient } from './caching-credential-client.ts';
import { type ClientOptions, type RoleSession, requestOf } from './client-options.ts';
import { CredentialError, type StsFailure } from './failure.ts';
import { Pace, PacedTransport, sleepUntil } from './paced-transport.ts';
import type { StsTransport } from './sts-transport.ts';
import { UndiciTransport } from './undici-transport.ts';

export interface HolderOptions extends Omit<ClientOptions, keyof RoleSession> {
  /** Calls a second that may leave this holder, 50 when not given: half of STS's default quota. */
  readonly ratePerSecond?: number;
  /** Different sessions that may be held, 10,000 when not given. */
  readonly sessionsMax?: number;
}

export type Acquisition =
  | {
      readonly kind: 'acquired';
      readonly session: RoleSession;
      readonly credential: SessionCredentials;
    }
  | { readonly kind: 'failed'; readonly session: RoleSession; readonly failure: StsFailure };

const RATE_PER_SECOND = 50;
const SESSIONS_MAX = 10_000;
/** At 50 calls a second, two sockets would be too few for round trips of more than 40 ms. */
const CONNECTIONS = 16;

export class CredentialHolder {
  private readonly options: HolderOptions;
  private readonly clock: Clock;
  private readonly inner: StsTransport;
  private readonly transport: StsTransport;
  private readonly startPace: Pace;
  private readonly clients = new Map<string, CachingCredentialClient>();
  private isClosed = false;

  constructor(options: HolderOptions) {
    const ratePerSecond = options.ratePerSecond ?? RATE_PER_SECOND;
    checkLimits(ratePerSecond, options.sessionsMax ?? SESSIONS_MAX);
    this.options = options;
    this.clock = options.clock ?? realClock();
    this.inner =
      options.transport ??
      new UndiciTransport({ ...options, clock: this.clock, connections: CONNECTIONS });
    this.transport = new PacedTransport(this.inner, new Pace(ratePerSecond), this.clock);
    this.startPace = new Pace(ratePerSecond);
  }

  getCredentials(session: RoleSession): SessionCredentials | Promise<SessionCredentials> {
    return this.client(session).getCredentials();
  }

  /** The session's client; keep it where it is asked often, for it spares the look-up. */
  client(session: RoleSession): CachingCredentialClient {
    const { clock, transport } = this;
    const options: ClientOptions = { ...this.options, ...session, clock, transport };
    const key = JSON.stringify(requestOf(options));
    const known = this.clients.get(key);
    if (known !== undefined) return known;
    const sessionsMax = this.options.sessionsMax ?? SESSIONS_MAX;
    if (this.isClosed || this.clients.size >= sessionsMax) {
      throw new CredentialError(this.isClosed ? CLOSED : tooMany(sessionsMax));
    }
    const client = new CachingCredentialClient(options);
    this.clients.set(key, client);
    return client;
  }

  /**
   * Gets the credentials of all sessions in one go, starting no more a second than the rate; those
   * at hand cost no call. Answers in the order of `sessions`; one that failed does not fail others.
   */
  async acquireAll(sessions: readonly RoleSession[]): Promise<readonly Acquisition[]> {
    const acquisitions: Promise<Acquisition>[] = [];
    for (const session of sessions) {
      const client = this.client(session);
      if (client.peek() === undefined && client.inFlight === 0) {
        await sleepUntil(this.clock, this.startPace.take(this.clock.nowMs()));
      }
      acquisitions.push(acquire(session, client));
    }
    return Promise.all(acquisitions);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.clients.values()].map((client) => client.close()));
    if (this.options.transport === undefined) await this.inner.close();
  }
}

async function acquire(
  session: RoleSession,
  client: CachingCredentialClient,
): Promise<Acquisition> {
  try {
    return { kind: 'acquired', session, credential: await client.getCredentials() };
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    return { kind: 'failed', session, failure: error.failure };
  }
}

const CLOSED: StsFailure = { kind: 'fatal', code: 'HolderClosed', message: 'the holder is closed' };

function tooMany(sessionsMax: number): StsFailure {
  const message = `the holder already holds ${sessionsMax} sessions`;
  return { kind: 'fatal', code: 'TooManySessions', message };
}

function checkLimits(ratePerSecond: number, sessionsMax: number): void {
  const checks = [
    { path: 'ratePerSecond', value: ratePerSecond, isFine: ratePerSecond > 0, allowed: 'above 0' },
    { path: 'sessionsMax', value: sessionsMax, isFine: sessionsMax >= 1, allowed: 'from 1' },
  ];
  const problems = checks
    .filter(({ isFine }) => !isFine)
    .map(({ path, value, allowed }) => ({
      file: 'holder options',
      path,
      found: String(value),
      allowed,
    }));
  if (problems.length > 0) throw badInput('CLIENT_OPTIONS_INVALID', problems);
}
