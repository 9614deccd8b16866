/**
 * Whether a caller may assume a role: the caller's own policies must allow `sts:AssumeRole` on it,
 * the role must exist, and its trust policy must admit the caller. Both sides must say yes. The
 * account itself may not assume roles, whatever a role trusts.
 * Source: Alibaba Cloud, "AssumeRole"; "Policy evaluation process" of role assumption.
 */
import type { AssumeRoleRequest } from '../../src/kernel/sts/credentials.ts';
import { NOT_TRUSTED_MESSAGE, stsError } from '../../src/kernel/sts/error-codes.ts';
import { type AccessRequest, Authorizer, type LayerExplanation } from './authorize.ts';
import type { MockStsConfig } from './config.ts';
import type { AccessDenied, Refusal } from './decision.ts';
import { type CallerIdentity, numericId } from './identity.ts';
import { type CompiledPolicy, compilePolicy } from './policy/compile.ts';
import { decide, dependsOnContext, explain } from './policy/evaluate.ts';
import { type CallOrigin, requestContext } from './request-context.ts';
import { ramPrincipal, type TrustQuestion, trustRequest } from './trust.ts';

export interface KnownRole {
  readonly arn: string;
  readonly id: string;
  readonly maxSessionDurationSeconds: number;
  readonly trust: CompiledPolicy;
}

type Judgement = KnownRole | Refusal;

const NOWHERE: CallOrigin = {};

export class RoleAccess {
  readonly authorizer: Authorizer;
  private readonly roles: ReadonlyMap<string, KnownRole>;
  /** By caller and role; undefined where conditions have to be asked again at each call. */
  private readonly judgements = new WeakMap<CallerIdentity, Map<string, Judgement | undefined>>();

  constructor(config: MockStsConfig) {
    this.authorizer = new Authorizer(config);
    this.roles = new Map(
      config.roles.map((role) => [
        role.arn,
        { ...role, id: numericId(role.arn), trust: compilePolicy('trust', role.trust) },
      ]),
    );
  }

  knows(roleArn: string): boolean {
    return this.roles.has(roleArn);
  }

  /** For whoever admits others than RAM's users and roles: services, identity providers. */
  find(roleArn: string): KnownRole | undefined {
    return this.roles.get(roleArn);
  }

  /** Why the role's trust policy does not let him in; undefined if it does. */
  distrusts(role: KnownRole, question: TrustQuestion): AccessDenied | undefined {
    const noPermissionType = decide(role.trust, trustRequest(question));
    if (noPermissionType === 'Allow') return undefined;
    return { noPermissionType, policyType: 'AssumeRolePolicy' };
  }

  /** The role, once every rule is kept; or the first one that is not. */
  check(
    caller: CallerIdentity,
    request: AssumeRoleRequest,
    nowMs: number,
    origin: CallOrigin = NOWHERE,
  ): KnownRole | Refusal {
    const role = this.admitted(caller, request, nowMs, origin);
    if ('kind' in role) return role;
    return withinLongestSession(role, request.durationSeconds);
  }

  /** What either side says, statement by statement; a role that does not exist says nothing. */
  explain(caller: CallerIdentity, asked: AccessRequest): LayerExplanation[] {
    const role = this.roles.get(asked.resource);
    const layers = this.authorizer.explain(caller, asked);
    if (role === undefined) return layers;
    const question = { principal: ramPrincipal(caller), context: asked.context };
    return [...layers, this.explainTrust(role, question)];
  }

  explainTrust(role: KnownRole, question: TrustQuestion): LayerExplanation {
    return { policyType: 'AssumeRolePolicy', ...explain(role.trust, trustRequest(question)) };
  }

  /** Policies do not change, so what no condition can alter is worked out once. */
  private admitted(
    caller: CallerIdentity,
    request: AssumeRoleRequest,
    nowMs: number,
    origin: CallOrigin,
  ): Judgement {
    const { roleArn } = request;
    const judged = this.judgements.get(caller);
    const known = judged?.get(roleArn);
    if (known !== undefined) return known;
    const asked = assumeRoleAccess(caller, request, nowMs, origin);
    const judgement = this.judge(caller, asked);
    // Of roles that do not exist there is no end.
    if (!this.knows(roleArn) || judged?.has(roleArn)) return judgement;
    const kept = judged ?? new Map<string, Judgement | undefined>();
    kept.set(roleArn, this.isConditional(caller, asked) ? undefined : judgement);
    if (judged === undefined) this.judgements.set(caller, kept);
    return judgement;
  }

  private judge(caller: CallerIdentity, asked: AccessRequest): Judgement {
    if (caller.kind === 'account') return rootMayNot();
    const denied = this.authorizer.check(caller, asked);
    if (denied !== undefined) return notPermitted(denied);
    const role = this.roles.get(asked.resource);
    if (role === undefined) return { kind: 'refused', error: stsError('EntityNotExist.Role') };
    const distrust = this.distrusts(role, {
      principal: ramPrincipal(caller),
      context: asked.context,
    });
    return distrust === undefined ? role : notPermitted(distrust);
  }

  private isConditional(caller: CallerIdentity, asked: AccessRequest): boolean {
    if (this.authorizer.dependsOnContext(caller, asked)) return true;
    const question = { principal: ramPrincipal(caller), context: asked.context };
    return dependsOnContext(this.roles.get(asked.resource)!.trust, trustRequest(question));
  }
}

export function withinLongestSession(role: KnownRole, durationSeconds: number): Judgement {
  return durationSeconds > role.maxSessionDurationSeconds
    ? { kind: 'refused', error: stsError('InvalidParameter.DurationSeconds') }
    : role;
}

/** AssumeRole as policies see it: an action on the role, with all that conditions may ask for. */
export function assumeRoleAccess(
  caller: CallerIdentity,
  { roleArn, externalId, sourceIdentity }: AssumeRoleRequest,
  nowMs: number,
  origin: CallOrigin,
): AccessRequest {
  const carried = caller.kind === 'role' ? caller.sourceIdentity : undefined;
  const context = requestContext(caller, nowMs, origin, {
    externalId,
    sourceIdentity: carried ?? sourceIdentity,
  });
  return { action: 'sts:AssumeRole', resource: roleArn, context };
}

function rootMayNot(): Refusal {
  const message = 'Roles may not be assumed by root accounts.';
  return { kind: 'refused', error: stsError('NoPermission', message) };
}

function notPermitted(denied: AccessDenied): Refusal {
  const message = denied.policyType === 'AssumeRolePolicy' ? NOT_TRUSTED_MESSAGE : undefined;
  return { kind: 'refused', error: stsError('NoPermission', message), denied };
}
