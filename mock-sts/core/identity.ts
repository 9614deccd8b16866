/**
 * Who calls: a RAM user with a permanent AccessKey, a role session with a temporary credential, or the
 * account itself (root), which may do everything but call AssumeRole.
 */
import { stream } from '../../src/kernel/rng.ts';

export type CallerIdentity = UserIdentity | RoleIdentity | AccountIdentity;

/** A caller, or somebody without an identity in RAM, for whom an identity provider vouches. */
export type Caller = CallerIdentity | FederatedIdentity;

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
  /** The text of the policy that AssumeRole was given: the session may do no more than it says. */
  readonly sessionPolicy?: string;
}

export interface AccountIdentity {
  readonly kind: 'account';
  readonly accountId: string;
}

/** Known by his provider alone: whom it vouches for is in the token. */
export interface FederatedIdentity {
  readonly kind: 'federated';
  /** The account that the provider is registered with. */
  readonly accountId: string;
  readonly providerType: ProviderType;
  readonly providerName: string;
}

/** As an ARN names it. */
export type ProviderType = 'oidc-provider' | 'saml-provider';

/** What a policy names: `acs:ram::<account>:user/<name>`, `…:role/<name>`, `…:oidc-provider/<name>` (or `saml-provider`) or `…:root`. */
export function principalArn(identity: Caller): string {
  const { accountId } = identity;
  switch (identity.kind) {
    case 'user':
      return `acs:ram::${accountId}:user/${identity.name}`;
    case 'role':
      return `acs:ram::${accountId}:role/${identity.roleName}`;
    case 'account':
      return accountArn(accountId);
    case 'federated':
      return providerArn(identity.providerType, {
        account: accountId,
        name: identity.providerName,
      });
  }
}

/** As an account's identity provider is registered. */
export function providerArn(
  type: ProviderType,
  { account, name }: Readonly<Record<'account' | 'name', string>>,
): string {
  return `acs:ram::${account}:${type}/${name}`;
}

/** Stands for the account, and in a trust policy for every user and role of it. */
export function accountArn(accountId: string): string {
  return `acs:ram::${accountId}:root`;
}

/** The caller's name in records: the user's, `role/<name>`, `root`, `oidc-provider/<name>` or `saml-provider/<name>`. */
export function callerName(identity: Caller): string {
  switch (identity.kind) {
    case 'user':
      return identity.name;
    case 'role':
      return `role/${identity.roleName}`;
    case 'account':
      return 'root';
    case 'federated':
      return `${identity.providerType}/${identity.providerName}`;
  }
}

/** The 18 digits that Alibaba gives a user or a role, derived from its ARN so that they stay. */
export function numericId(arn: string): string {
  const rng = stream(0, 'numeric-id', arn);
  return String(200_000_000 + rng.below(200_000_000)) + String(1e9 + rng.below(1e9)).slice(1);
}

/** What GetCallerIdentity answers, key by key. */
export interface CallerDescription {
  readonly IdentityType: 'Account' | 'RAMUser' | 'AssumedRoleUser';
  readonly AccountId: string;
  readonly PrincipalId: string;
  readonly UserId?: string;
  readonly RoleId?: string;
  readonly Arn: string;
}

export function describeCaller(identity: CallerIdentity): CallerDescription {
  if (identity.kind === 'account') return describeAccount(identity);
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

/** The account's number is its principal and its user, too. */
function describeAccount({ accountId }: AccountIdentity): CallerDescription {
  return {
    IdentityType: 'Account',
    AccountId: accountId,
    PrincipalId: accountId,
    UserId: accountId,
    Arn: accountArn(accountId),
  };
}
