/**
 * The way to the services that requests call with their credential, in virtual time: the mock's core
 * says what it would say to the call on the wire. A client may keep a credential in a form of its
 * own (the reference client by its own reckoning of the expiry); a service goes by what STS issued.
 */
import {
  type HeldCredential,
  type Standing,
  Standings,
} from '../../../mock-sts/core/data-plane/standing.ts';
import { FaultList } from '../../../mock-sts/core/fault-list.ts';
import { FaultSchedule } from '../../../mock-sts/core/faults.ts';
import type { CallerIdentity } from '../../../mock-sts/core/identity.ts';
import type { SessionCredentials } from '../../kernel/sts/credentials.ts';
import { parseRoleArn } from '../../kernel/sts/wire.ts';
import { mockConfigOf } from '../../scenario/identities.ts';
import type { Plan } from '../../scenario/plan.ts';
import type { App } from '../../scenario/scenario.ts';

/** Of an app whose requests call nobody, and of a credential that nobody will ever refuse. */
const ALWAYS_SERVED: Standing = { refusal: undefined, untilMs: Number.POSITIVE_INFINITY };

interface Known extends Standing {
  readonly fromMs: number;
}

export class ResourceLine {
  private readonly apps: readonly App[];
  private readonly identities: readonly { role: CallerIdentity; user: CallerIdentity }[];
  private readonly standings: Standings;
  private readonly zeroAtMs: number;
  /** By credential as its client keeps it: as STS issued it. */
  private readonly issued = new WeakMap<SessionCredentials, SessionCredentials>();
  /** By app: what was said last of a credential. */
  private readonly known: readonly WeakMap<SessionCredentials, Known>[];

  /**
   * `subject`: takes the place of every app's own. `zeroAtMs`: epoch of virtual zero where credentials
   * are issued; a key's id tells when it was.
   */
  constructor({ scenario }: Plan, subject: string | undefined, zeroAtMs: number) {
    const { apps, caller } = scenario;
    this.apps = apps;
    this.zeroAtMs = zeroAtMs;
    this.identities = apps.map((app) => ({
      role: {
        kind: 'role',
        ...parseRoleArn(app.role.arn)!,
        roleSessionName: app.name,
        sourceIdentity: undefined,
      },
      user: { kind: 'user', accountId: caller.accountId, name: app.user },
    }));
    const config = mockConfigOf(scenario, { epochOfZeroMs: zeroAtMs, subject });
    const faults = new FaultSchedule(new FaultList(config.faults), 'resource');
    this.standings = new Standings(config, faults);
    this.known = apps.map(() => new WeakMap());
  }

  /** A client of the app keeps what STS issued. */
  keep(app: number, kept: SessionCredentials, issued: SessionCredentials): void {
    if (this.apps[app]!.work.resource !== undefined) this.issued.set(kept, issued);
  }

  /** What the service says to a call of the app with the credential that begins then. */
  standing(app: number, credential: SessionCredentials, atMs: number): Standing {
    const { resource } = this.apps[app]!.work;
    if (resource === undefined) return ALWAYS_SERVED;
    const known = this.known[app]!.get(credential);
    if (known !== undefined && known.fromMs <= atMs && atMs < known.untilMs) return known;
    const { zeroAtMs } = this;
    const { refusal, untilMs } = this.standings.of(
      this.held(app, credential),
      resource,
      atMs + zeroAtMs,
    );
    const standing = { refusal, fromMs: atMs, untilMs: untilMs - zeroAtMs };
    this.known[app]!.set(credential, standing);
    return standing;
  }

  private held(app: number, credential: SessionCredentials): HeldCredential {
    const issued = this.issued.get(credential);
    const { role, user } = this.identities[app]!;
    const { accessKeyId, expiresAtMs } = issued ?? credential;
    return {
      caller: issued === undefined ? user : role,
      accessKeyId,
      expiresAtMs: expiresAtMs + this.zeroAtMs,
    };
  }
}
