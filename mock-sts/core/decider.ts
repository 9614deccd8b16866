/**
 * The decision on a call whose caller is known. In this order: a fault strikes it; the quota lets it
 * pass or not; the parameters are in order; the caller may assume the role; the role exists, trusts
 * the caller and allows so long a session. Only then is a credential made.
 *
 * Faults come before the quota, since a service that is down counts nothing. The quota comes before
 * the parameters, since a gateway that limits the flow has not read them: a malformed call spends,
 * too. Neither order is documented.
 */
import { drawerOf } from '../../src/kernel/distribution.ts';
import { type Rng, stream } from '../../src/kernel/rng.ts';
import type { CallRecord } from '../../src/kernel/sts/call-record.ts';
import type { AssumeRoleRequest } from '../../src/kernel/sts/credentials.ts';
import { type StsError, stsError } from '../../src/kernel/sts/error-codes.ts';
import { DEFAULT_WIRE, type MockStsConfig } from './config.ts';
import type {
  AssumeRoleDecision,
  CallerIdentityDecision,
  Decision,
  Delivery,
  Described,
  Issued,
  Refusal,
} from './decision.ts';
import { FaultList } from './fault-list.ts';
import { deliveryOf, FaultSchedule } from './faults.ts';
import { temporaryKeyId } from './identifiers.ts';
import { type Caller, type CallerIdentity, callerName, describeCaller } from './identity.ts';
import { keptText } from './kept-text.ts';
import { MintedCredential } from './minted-credential.ts';
import { Federation, type OidcRequest } from './oidc/federation.ts';
import { brokenParameterRule } from './parameters.ts';
import { Quota, type QuotaLevel } from './quota.ts';
import type { CallOrigin } from './request-context.ts';
import { type KnownRole, RoleAccess } from './role-access.ts';
import { SamlFederation, type SamlRequest } from './saml/saml-federation.ts';
import { sessionPolicyClaim } from './session-policy.ts';
import { TokenAuthority } from './token.ts';

/** A call as its record names it. */
export interface Call {
  readonly action: string;
  /** Undefined where the request did not tell. */
  readonly caller: Caller | undefined;
  /** Empty for actions without one. */
  readonly roleArn: string;
  readonly nowMs: number;
}

/**
 * The chance of one call, for callers in this process: with streams of the caller's own, its third
 * call takes as long whoever else calls. Callers on the wire share the streams of the mock.
 */
export interface CallChance {
  readonly latency: Rng;
  readonly faults: Rng;
}

/** Records keep what a caller wrote, but not megabytes of it. */
const NAME_LENGTH_MAX = 128;

export class Decider {
  private readonly region: string;
  private readonly throttled: StsError;
  private readonly latencyMs: (rng: Rng) => number;
  private readonly chance: CallChance;
  private readonly identifierRng: Rng;
  /** Of STS and of the places around it. */
  readonly faultList: FaultList;
  /** Those of STS. */
  readonly faults: FaultSchedule;
  private readonly quota: Quota;
  private readonly roles: RoleAccess;
  private readonly federation: Federation;
  private readonly samlFederation: SamlFederation;
  private readonly tokens: TokenAuthority;

  constructor(config: MockStsConfig) {
    this.region = config.region;
    const status = config.wire?.throttleStatus ?? DEFAULT_WIRE.throttleStatus;
    this.throttled = { ...stsError('Throttling.User'), status };
    this.latencyMs = drawerOf(config.latency);
    this.chance = {
      latency: stream(config.seed, 'sts-latency'),
      faults: stream(config.seed, 'sts-errors'),
    };
    this.identifierRng = stream(config.seed, 'sts-identifiers');
    this.faultList = new FaultList(config.faults);
    this.faults = new FaultSchedule(this.faultList);
    this.quota = new Quota(config.quota, config.faults, config.seed);
    this.roles = new RoleAccess(config);
    this.federation = new Federation(config, this.roles);
    this.samlFederation = new SamlFederation(config, this.roles);
    this.tokens = new TokenAuthority(config.seed);
  }

  assumeRole(
    caller: CallerIdentity,
    request: AssumeRoleRequest,
    nowMs: number,
    chance: CallChance = this.chance,
    origin?: CallOrigin,
  ): AssumeRoleDecision {
    const call: Call = { action: 'AssumeRole', caller, roleArn: request.roleArn, nowMs };
    const refusal = this.turnAway(call, chance);
    if (refusal !== undefined) return this.decided(call, refusal, chance);
    const broken = brokenParameterRule(request);
    if (broken !== undefined) {
      return this.decided<Refusal>(call, { kind: 'refused', error: broken }, chance);
    }
    const role = this.roles.check(caller, request, nowMs, origin);
    if ('kind' in role) return this.decided(call, role, chance);
    return this.decided(call, this.issue(caller, request, role, nowMs, chance), chance);
  }

  /** Nobody signs it. It counts for the account of the provider that it names, if there is one. */
  assumeRoleWithOidc(
    request: OidcRequest,
    nowMs: number,
    chance: CallChance = this.chance,
    origin?: CallOrigin,
  ): AssumeRoleDecision {
    const { roleArn } = request;
    const caller = this.vouching(request.oidcProviderArn);
    const call: Call = { action: 'AssumeRoleWithOIDC', caller, roleArn, nowMs };
    const refusal = this.turnAway(call, chance);
    if (refusal !== undefined) return this.decided(call, refusal, chance);
    const serverMs = nowMs + this.faults.clockOffsetMs(nowMs);
    const admitted = this.federation.check(request, { nowMs, serverMs }, origin);
    if ('kind' in admitted) return this.decided(call, admitted, chance);
    const { role, token, provider } = admitted;
    const issued = this.issue(provider.identity, request, role, nowMs, chance);
    // The documented sample names the role alone.
    const assumedRole = { ...issued.assumedRole, id: role.id };
    return this.decided<Issued>(call, { ...issued, assumedRole, oidcToken: token }, chance);
  }

  /** Nobody signs it, either. The session's name is the assertion's, and so is its source identity. */
  assumeRoleWithSaml(request: SamlRequest, nowMs: number, origin?: CallOrigin): AssumeRoleDecision {
    const { roleArn } = request;
    const caller = this.vouching(request.samlProviderArn);
    const call: Call = { action: 'AssumeRoleWithSAML', caller, roleArn, nowMs };
    const refusal = this.turnAway(call, this.chance);
    if (refusal !== undefined) return this.decided(call, refusal);
    const serverMs = nowMs + this.faults.clockOffsetMs(nowMs);
    const admitted = this.samlFederation.check(request, { nowMs, serverMs }, origin);
    if ('kind' in admitted) return this.decided(call, admitted);
    const { role, assertion, provider } = admitted;
    const { roleSessionName, sourceIdentity } = assertion;
    const named = { ...request, roleSessionName, ...(sourceIdentity ? { sourceIdentity } : {}) };
    const issued = this.issue(provider.identity, named, role, nowMs, this.chance);
    // The documented sample has the session's ARN in another form than that of AssumeRole.
    const arn = `${role.arn.replace('acs:ram:', 'acs:sts:').replace(':role/', ':assumed-role/')}/${roleSessionName}`;
    const assumedRole = { ...issued.assumedRole, arn };
    return this.decided<Issued>(call, { ...issued, assumedRole, samlAssertion: assertion });
  }

  /** Who calls by a token or an assertion of that provider; undefined if there is none of that ARN. */
  vouching(providerArn: string): Caller | undefined {
    const provider = this.federation.find(providerArn) ?? this.samlFederation.find(providerArn);
    return provider?.identity;
  }

  getCallerIdentity(caller: CallerIdentity, nowMs: number): CallerIdentityDecision {
    const call: Call = { action: 'GetCallerIdentity', caller, roleArn: '', nowMs };
    const refusal = this.turnAway(call, this.chance);
    return this.decided(call, refusal ?? { kind: 'described', caller: describeCaller(caller) });
  }

  /** While it runs: all that is in force from `nowMs` on. */
  changeFaults<T>(nowMs: number, change: (faults: FaultList) => T): T {
    const changed = change(this.faultList);
    this.quota.changeBackground(
      this.faultList.list().map(({ fault }) => fault),
      nowMs,
    );
    return changed;
  }

  quotaLevels(nowMs: number): QuotaLevel[] {
    return this.quota.levels(nowMs);
  }

  /** A call that does not get as far as a decision on what it asks. */
  refuse(call: Call, error: StsError, chance: CallChance = this.chance): Decision<never> {
    return this.decided<Refusal>(call, { kind: 'refused', error }, chance);
  }

  private turnAway(call: Call, chance: CallChance): Refusal | undefined {
    const { caller, nowMs } = call;
    const struck = this.faults.strike(caller, nowMs, chance.faults);
    if (struck !== undefined) return struck;
    const refusal = this.quota.admit(
      {
        action: call.action,
        accountId: caller?.accountId ?? '',
        roleArn: this.roles.knows(call.roleArn) ? call.roleArn : undefined,
      },
      nowMs,
    );
    if (refusal === undefined) return undefined;
    return {
      kind: 'refused',
      error: this.throttled,
      throttledBy: refusal.scope,
      retryAfterMs: Math.ceil(refusal.waitMs),
    };
  }

  /** `Expiration` has no fractions on the wire, so the session ends on a whole second. */
  private issue(
    caller: Caller,
    request: AssumeRoleRequest,
    role: KnownRole,
    nowMs: number,
    chance: CallChance,
  ): Issued {
    const accessKeyId = temporaryKeyId(this.identifierRng, nowMs);
    const endedAgoMs = this.faults.endedAgoMs(nowMs, chance.faults);
    const lifeMs = endedAgoMs === undefined ? request.durationSeconds * 1_000 : -endedAgoMs;
    const serverMs = nowMs + this.faults.clockOffsetMs(nowMs);
    const expiresAtMs = Math.floor(serverMs / 1_000) * 1_000 + Math.ceil(lifeMs / 1_000) * 1_000;
    const inherited = caller.kind === 'role' ? caller.sourceIdentity : undefined;
    const sourceIdentity = inherited ?? request.sourceIdentity;
    const claims = {
      accessKeyId,
      callerAccountId: caller.accountId,
      roleArn: role.arn,
      roleSessionName: request.roleSessionName,
      sourceIdentity: sourceIdentity ?? '',
      expiresAtMs,
      ...sessionPolicyClaim(request.policy),
    };
    return {
      kind: 'issued',
      credential: new MintedCredential(claims, this.tokens),
      assumedRole: {
        arn: `${role.arn}/${request.roleSessionName}`,
        id: `${role.id}:${request.roleSessionName}`,
      },
      sourceIdentity,
    };
  }

  private decided<Outcome extends Issued | Described | Refusal>(
    call: Call,
    outcome: Outcome,
    chance: CallChance = this.chance,
  ) {
    const { nowMs } = call;
    const serviceMs =
      this.latencyMs(chance.latency) + this.faults.addedLatencyMs(nowMs, chance.faults);
    const delivered = this.faults.spoil(outcome, nowMs, chance.faults);
    const delivery = deliveryOf(delivered, this.faults.bodyMs(nowMs, chance.faults));
    return {
      outcome: delivered,
      latencyMs: latencyOf(delivery, serviceMs),
      delivery,
      clockOffsetMs: this.faults.clockOffsetMs(nowMs),
      record: this.recordOf(call, delivered, serviceMs),
    };
  }

  private recordOf(
    call: Call,
    outcome: Issued | Described | Refusal,
    serviceMs: number,
  ): CallRecord {
    const refused = outcome.kind === 'refused';
    const code = refused ? outcome.error.code : 'OK';
    const throttledBy = refused ? outcome.throttledBy : undefined;
    const record: { -readonly [Key in keyof CallRecord]: CallRecord[Key] } = {
      atMs: call.nowMs,
      action: keptText(call.action, NAME_LENGTH_MAX),
      accountId: call.caller?.accountId ?? '',
      region: this.region,
      caller: call.caller === undefined ? '' : callerName(call.caller),
      roleArn: keptText(call.roleArn, NAME_LENGTH_MAX),
      outcome: !refused ? 'succeeded' : code.startsWith('Throttling') ? 'throttled' : 'failed',
      code,
      serviceMs,
    };
    if (throttledBy !== undefined) record.throttledBy = throttledBy;
    return record;
  }
}

/** A connection is reset at once; of what hangs nothing comes. */
function latencyOf(delivery: Delivery, serviceMs: number): number {
  switch (delivery.kind) {
    case 'reset':
      return 0;
    case 'hang':
      return Infinity;
    case 'slow-body':
      return serviceMs + delivery.bodyMs;
    default:
      return serviceMs;
  }
}
