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
import { type AccessDenied, type Refusal, refused } from './decision.ts';
import { type CallerIdentity, numericId, type UserIdentity } from './identity.ts';
import { type CompiledPolicy, compilePolicy } from './policy/compile.ts';
import { type ConditionContext, decide, explain, keysAsked } from './policy/evaluate.ts';
import { type CallOrigin, requestContext } from './request-context.ts';
import { ramPrincipal, type TrustQuestion, trustRequest } from './trust.ts';

export interface KnownRole {
  readonly arn: string;
  readonly id: string;
  readonly maxSessionDurationSeconds: number;
  readonly trust: CompiledPolicy;
}

type Judgement = KnownRole | Refusal;

/** It holds again where a request says the same under the keys that conditions ask for. */
interface Remembered {
  readonly judgement: Judgement;
  readonly keys: readonly string[];
  /** Of the request that was judged. */
  readonly context: ConditionContext;
}

const NOWHERE: CallOrigin = {};

export class RoleAccess {
  readonly authorizer: Authorizer;
  private readonly roles: ReadonlyMap<string, KnownRole>;
  /** The last of each user and role. Identities of users stay, those of sessions come with each call. */
  private readonly remembered = new WeakMap<CallerIdentity, Map<string, Remembered>>();

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

  /** Policies do not change, so one that is asked the same again says the same. */
  private admitted(
    caller: CallerIdentity,
    request: AssumeRoleRequest,
    nowMs: number,
    origin: CallOrigin,
  ): Judgement {
    const last = this.remembered.get(caller)?.get(request.roleArn);
    if (last?.keys.length === 0) return last.judgement;
    const asked = assumeRoleAccess(caller, request, nowMs, origin);
    if (last !== undefined && holdsAgain(last, asked.context)) return last.judgement;
    const judgement = this.judge(caller, asked);
    const role = this.roles.get(request.roleArn);
    // Of roles that do not exist there is no end.
    if (caller.kind === 'user' && role !== undefined) {
      const keys = last?.keys ?? this.keysAsked(caller, role, asked);
      this.remember(caller, role, { judgement, keys, context: asked.context });
    }
    return judgement;
  }

  private remember(caller: UserIdentity, role: KnownRole, judged: Remembered): void {
    const ofCaller = this.remembered.get(caller) ?? new Map<string, Remembered>();
    this.remembered.set(caller, ofCaller.set(role.arn, judged));
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

  private keysAsked(caller: UserIdentity, role: KnownRole, asked: AccessRequest): string[] {
    const question = { principal: ramPrincipal(caller), context: asked.context };
    return [
      ...this.authorizer.keysAsked(caller, asked),
      ...keysAsked(role.trust, trustRequest(question)),
    ];
  }
}

function holdsAgain({ keys, context: judged }: Remembered, context: ConditionContext): boolean {
  return keys.every((key) => context[key] === judged[key]);
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
  return refused(stsError('NoPermission', message));
}

function notPermitted(denied: AccessDenied): Refusal {
  const message = denied.policyType === 'AssumeRolePolicy' ? NOT_TRUSTED_MESSAGE : undefined;
  return { kind: 'refused', error: stsError('NoPermission', message), denied };
}
