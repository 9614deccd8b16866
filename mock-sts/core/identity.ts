/**
 * Who calls: a RAM user with a permanent AccessKey, or a role session with a temporary credential.
 * The account itself (root) has no key here, since it may not call AssumeRole at all.
 */
import { stream } from '../../src/kernel/rng.ts';

export type CallerIdentity = UserIdentity | RoleIdentity;

export interface UserIdentity {
  readonly kind: 'user';
  readonly accountId: string;
  readonly name: string;
}

export interface RoleIdentity {
  readonly kind: 'role';
  readonly accountId: string;
  readonly roleName: string;
  readonly roleSessionName: string;
  /** Set once by whoever began the chain, and carried along unchanged. */
  readonly sourceIdentity: string | undefined;
}

/** What a trust policy names: `acs:ram::<account>:user/<name>` or `…:role/<name>`. */
export function principalArn(identity: CallerIdentity): string {
  return identity.kind === 'user'
    ? `acs:ram::${identity.accountId}:user/${identity.name}`
    : `acs:ram::${identity.accountId}:role/${identity.roleName}`;
}

/** The caller's name in records: the user's, or `role/<name>`. */
export function callerName(identity: CallerIdentity): string {
  return identity.kind === 'user' ? identity.name : `role/${identity.roleName}`;
}

/** The 18 digits that Alibaba gives a user or a role, derived from its ARN so that they stay. */
export function numericId(arn: string): string {
  const rng = stream(0, 'numeric-id', arn);
  return String(200_000_000 + rng.below(200_000_000)) + String(1e9 + rng.below(1e9)).slice(1);
}

/** What GetCallerIdentity answers, key by key. */
export interface CallerDescription {
  readonly IdentityType: 'RAMUser' | 'AssumedRoleUser';
  readonly AccountId: string;
  readonly PrincipalId: string;
  readonly UserId?: string;
  readonly RoleId?: string;
  readonly Arn: string;
}

export function describeCaller(identity: CallerIdentity): CallerDescription {
  const id = numericId(principalArn(identity));
  if (identity.kind === 'user') {
    return {
      IdentityType: 'RAMUser',
      AccountId: identity.accountId,
      PrincipalId: id,
      UserId: id,
      Arn: principalArn(identity),
    };
  }
  const session = identity.roleSessionName;
  return {
    IdentityType: 'AssumedRoleUser',
    AccountId: identity.accountId,
    PrincipalId: `${id}:${session}`,
    RoleId: id,
    Arn: `acs:ram::${identity.accountId}:assumed-role/${identity.roleName}/${session}`,
  };
}
