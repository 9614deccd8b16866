/**
 * Role sessions that nobody asked STS for: a service of the cloud has them made, and renews them by
 * itself (an ECS instance's role, a credentials URI). They are of the same make as those of
 * AssumeRole, so whoever holds one signs with it and assumes further roles.
 *
 * A session's credentials follow each other from the first time that somebody asks: each is made a
 * fixed time before the one before it ends, whether or not somebody looks. So which one is current
 * is a function of the instant, and two readers of one instant get the same.
 */
import { stream } from '../../src/kernel/rng.ts';
import type { RoleArn } from '../../src/kernel/sts/wire.ts';
import { temporaryKeyId } from './identifiers.ts';
import { TokenAuthority } from './token.ts';

/** An ECS instance's credential lasts six hours in all documented samples. */
export const INSTANCE_SESSION_MS = 6 * 3_600_000;
/** The next one is made this long before the current one ends; both work meanwhile. */
export const RENEWAL_BEFORE_END_MS = 30 * 60_000;
/** Sessions that are remembered. Configured roles are far fewer. */
const SESSIONS_MAX = 10_000;

export interface ServiceSession {
  readonly role: RoleArn;
  readonly roleSessionName: string;
  /** Longer than the renewal's lead. */
  readonly lifeMs: number;
}

export interface ServiceCredential {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

export class ServiceSessions {
  private readonly seed: number;
  private readonly tokens: TokenAuthority;
  /** When somebody asked for a session first: whole seconds, as credentials end on them. */
  private readonly beganAtMs = new Map<string, number>();
  private readonly current = new Map<string, ServiceCredential>();

  constructor(seed: number) {
    this.seed = seed;
    this.tokens = new TokenAuthority(seed);
  }

  /** The current one; or, with `endedAgoMs`, one in its place that has ended by so much. */
  credential(session: ServiceSession, nowMs: number, endedAgoMs?: number): ServiceCredential {
    if (endedAgoMs !== undefined) return this.ended(session, endedAgoMs, nowMs);
    const { lifeMs, roleSessionName } = session;
    const name = `${roleArnOf(session)}/${roleSessionName}`;
    const beganAtMs = this.began(name, nowMs);
    const everyMs = lifeMs - RENEWAL_BEFORE_END_MS;
    const issuedAtMs = beganAtMs + Math.floor((nowMs - beganAtMs) / everyMs) * everyMs;
    const known = this.current.get(name);
    if (known?.issuedAtMs === issuedAtMs) return known;
    const credential = this.issue(session, issuedAtMs);
    this.current.set(name, credential);
    return credential;
  }

  private ended(session: ServiceSession, agoMs: number, nowMs: number): ServiceCredential {
    const endedAtMs = Math.floor((nowMs - agoMs) / 1_000) * 1_000;
    return this.issue(session, endedAtMs - session.lifeMs);
  }

  private issue(session: ServiceSession, issuedAtMs: number): ServiceCredential {
    const { lifeMs, roleSessionName } = session;
    const roleArn = roleArnOf(session);
    const accessKeyId = temporaryKeyId(
      stream(this.seed, 'service-session', `${roleArn}/${roleSessionName} ${issuedAtMs}`),
      issuedAtMs,
    );
    const expiresAtMs = issuedAtMs + lifeMs;
    const issued = this.tokens.issue({
      accessKeyId,
      callerAccountId: session.role.accountId,
      roleArn,
      roleSessionName,
      sourceIdentity: '',
      expiresAtMs,
    });
    return { accessKeyId, ...issued, issuedAtMs, expiresAtMs };
  }

  private began(name: string, nowMs: number): number {
    const began = this.beganAtMs.get(name);
    if (began !== undefined && began <= nowMs) return began;
    if (this.beganAtMs.size >= SESSIONS_MAX) {
      this.beganAtMs.clear();
      this.current.clear();
    }
    const second = Math.floor(nowMs / 1_000) * 1_000;
    this.beganAtMs.set(name, second);
    return second;
  }
}

function roleArnOf({ role }: ServiceSession): string {
  return `acs:ram::${role.accountId}:role/${role.roleName}`;
}
