/**
 * Whether a caller may assume a role: the caller's own policies must allow `sts:AssumeRole` on it,
 * the role must exist, and its trust policy must admit the caller. Both sides must say yes.
 * Source: Alibaba Cloud, "AssumeRole"; "Policy evaluation process" of role assumption.
 */
import type { AssumeRoleRequest } from '../../src/kernel/sts/credentials.ts';
import { NOT_TRUSTED_MESSAGE, stsError } from '../../src/kernel/sts/error-codes.ts';
import type { MockStsConfig } from './config.ts';
import type { Refusal } from './decision.ts';
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
    const mayAssume = this.permissions.get(principalArn(caller));
    if (mayAssume === undefined || !mayAssume(request.roleArn)) {
      return {
        kind: 'refused',
        error: stsError('NoPermission'),
        denied: {
          noPermissionType: 'ImplicitDeny',
          policyType: 'AccountLevelIdentityBasedPolicy',
        },
      };
    }
    const role = this.roles.get(request.roleArn);
    if (role === undefined) return { kind: 'refused', error: stsError('EntityNotExist.Role') };
    const trust = role.trust(caller, request.externalId);
    if (trust !== 'allowed') {
      return {
        kind: 'refused',
        error: stsError('NoPermission', NOT_TRUSTED_MESSAGE),
        denied: {
          noPermissionType: trust === 'denied' ? 'ExplicitDeny' : 'ImplicitDeny',
          policyType: 'AssumeRolePolicy',
        },
      };
    }
    return request.durationSeconds > role.maxSessionDurationSeconds
      ? { kind: 'refused', error: stsError('InvalidParameter.DurationSeconds') }
      : role;
  }
}
