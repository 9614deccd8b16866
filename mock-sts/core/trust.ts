/**
 * Whether a role lets somebody in: its trust policy, asked by the engine that judges all policies. A
 * user or role is admitted by its own ARN, or with all others of its account by `:root`; a cloud
 * service by its name; somebody whom an identity provider vouches for by that provider's ARN.
 * Source: Alibaba Cloud, "Edit the trust policy of a RAM role".
 */
import { accountArn, type CallerIdentity, principalArn } from './identity.ts';

import type { ConditionContext, PolicyPrincipal, PolicyRequest } from './policy/evaluate.ts';

/** The same action for all three: trust policies for OIDC and SAML name it, too. */
const ASSUME_ROLE = 'sts:AssumeRole';

export interface TrustQuestion {
  readonly principal: PolicyPrincipal;
  /** `sts:ExternalId` and the common keys; `oidc:*` and `saml:*` where a provider vouches. */
  readonly context: ConditionContext;
}

/** A role's trust policy, and its request. */
export function trustRequest({ principal, context }: TrustQuestion): PolicyRequest {
  return { action: ASSUME_ROLE, resource: '', principal, context };
}

/** Of users: their identities stay, those of sessions come with each request. */
const knownUsers = new WeakMap<CallerIdentity, PolicyPrincipal>();

export function ramPrincipal(caller: CallerIdentity): PolicyPrincipal {
  const known = knownUsers.get(caller);
  if (known !== undefined) return known;
  const names = new Set([principalArn(caller), accountArn(caller.accountId)]);
  const principal: PolicyPrincipal = { kind: 'RAM', names: [...names] };
  if (caller.kind === 'user') knownUsers.set(caller, principal);
  return principal;
}

export function servicePrincipal(service: string): PolicyPrincipal {
  return { kind: 'Service', names: [service] };
}

/** `acs:ram::<account>:oidc-provider/<name>` or `…:saml-provider/<name>`. */
export function federatedPrincipal(providerArn: string): PolicyPrincipal {
  return { kind: 'Federated', names: [providerArn] };
}
