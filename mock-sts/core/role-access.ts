/**
 * Whether a caller may assume a role: the caller's own policies must allow `sts:AssumeRole` on it,
 * the role must exist, and its trust policy must admit the caller. Both sides must say yes.
 * Source: Alibaba Cloud, "AssumeRole"; "Policy evaluation process" of role assumption.
 */
import type { AssumeRoleRequest } from '../../src/kernel/sts/credentials.ts';
import { NOT_TRUSTED_MESSAGE, stsError } from '../../src/kernel/sts/error-codes.ts';
import type { MockStsConfig } from './config.ts';
import type { AccessDenied, Refusal } from './decision.ts';
import { type CallerIdentity, numericId, principalArn } from './identity.ts';
import { compileAny } from './pattern.ts';
import { type CompiledTrust, compileTrust } from './trust.ts';

export interface KnownRole {
  readonly arn: string;
  readonly id: string;
  readonly maxSessionDurationSeconds: number;
  readonly trust: CompiledTrust;
}

type Permission = (roleArn: string) => boolean;

export class RoleAccess {
  private readonly roles: ReadonlyMap<string, KnownRole>;
  private readonly permissions: ReadonlyMap<string, Permission>;
  private readonly judgements = new WeakMap<CallerIdentity, Map<string, KnownRole | Refusal>>();

  constructor(config: MockStsConfig) {
    this.roles = new Map(
      config.roles.map((role) => [
        role.arn,
        { ...role, id: numericId(role.arn), trust: compileTrust(role.trust) },
      ]),
    );
    this.permissions = new Map<string, Permission>([
      ...config.users.map(
        (user) => [principalArn({ kind: 'user', ...user }), compileAny(user.mayAssume)] as const,
      ),
      ...config.roles.map((role) => [role.arn, compileAny(role.mayAssume ?? [])] as const),
    ]);
  }

  knows(roleArn: string): boolean {
    return this.roles.has(roleArn);
  }

  /** The role, once every rule is kept; or the first one that is not. */
  check(caller: CallerIdentity, request: AssumeRoleRequest): KnownRole | Refusal {
    const role = this.admitted(caller, request);
    if ('kind' in role) return role;
    return request.durationSeconds > role.maxSessionDurationSeconds
      ? { kind: 'refused', error: stsError('InvalidParameter.DurationSeconds') }
      : role;
  }

  /** The policies do not change, so what they say of a caller and a role is worked out once. */
  private admitted(caller: CallerIdentity, request: AssumeRoleRequest): KnownRole | Refusal {
    if (request.externalId !== undefined) return this.judge(caller, request);
    const judged = this.judgements.get(caller) ?? new Map<string, KnownRole | Refusal>();
    const known = judged.get(request.roleArn);
    if (known !== undefined) return known;
    const judgement = this.judge(caller, request);
    // Of roles that do not exist there is no end.
    if (this.knows(request.roleArn)) {
      judged.set(request.roleArn, judgement);
      this.judgements.set(caller, judged);
    }
    return judgement;
  }

  private judge(caller: CallerIdentity, request: AssumeRoleRequest): KnownRole | Refusal {
    const mayAssume = this.permissions.get(principalArn(caller));
    if (mayAssume === undefined || !mayAssume(request.roleArn)) {
      return notPermitted('ImplicitDeny', 'AccountLevelIdentityBasedPolicy');
    }
    const role = this.roles.get(request.roleArn);
    if (role === undefined) return { kind: 'refused', error: stsError('EntityNotExist.Role') };
    const trust = role.trust(caller, request.externalId);
    if (trust === 'allowed') return role;
    return notPermitted(trust === 'denied' ? 'ExplicitDeny' : 'ImplicitDeny', 'AssumeRolePolicy');
  }
}

function notPermitted(
  noPermissionType: AccessDenied['noPermissionType'],
  policyType: AccessDenied['policyType'],
): Refusal {
  const message = policyType === 'AssumeRolePolicy' ? NOT_TRUSTED_MESSAGE : undefined;
  return {
    kind: 'refused',
    error: stsError('NoPermission', message),
    denied: { noPermissionType, policyType },
  };
}
