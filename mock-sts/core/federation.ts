/**
 * What the two ways of federation have in common: identity providers that are registered with an
 * account, and a role that trusts one of them and allows so long a session.
 */
import type { Refusal } from './decision.ts';
import { type FederatedIdentity, type ProviderType, providerArn } from './identity.ts';
import { type CallOrigin, requestContext } from './request-context.ts';
import { type KnownRole, type RoleAccess, withinLongestSession } from './role-access.ts';
import { federatedPrincipal } from './trust.ts';

/** A provider as the file describes it, and what is known of it besides. */
export interface Registered<Config> {
  readonly config: Config;
  readonly identity: FederatedIdentity;
  readonly arn: string;
}

export interface Instants {
  readonly nowMs: number;
  /** What the server takes the time to be: tokens and assertions are judged by it. */
  readonly serverMs: number;
}

/** By ARN. `knownOf` adds what is worked out once. */
export function registeredProviders<
  Config extends Readonly<Record<'account' | 'name', string>>,
  Known,
>(
  providerType: ProviderType,
  configs: readonly Config[],
  knownOf: (config: Config) => Known,
): ReadonlyMap<string, Registered<Config> & Known> {
  return new Map(
    configs.map((config) => {
      const { account: accountId, name: providerName } = config;
      const identity = { kind: 'federated', accountId, providerType, providerName } as const;
      const arn = providerArn(providerType, config);
      return [arn, { config, identity, arn, ...knownOf(config) }] as const;
    }),
  );
}

export interface Admission {
  readonly role: KnownRole;
  readonly provider: Registered<unknown>;
  /** Condition keys of the token or assertion. */
  readonly claims: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly durationSeconds: number;
  readonly nowMs: number;
  readonly origin: CallOrigin;
}

/** Why not, or undefined. `distrusted` is the refusal of a role that does not trust. */
export function refusedAdmission(
  roles: RoleAccess,
  { role, provider, claims, durationSeconds, nowMs, origin }: Admission,
  distrusted: Refusal,
): Refusal | undefined {
  const denied = roles.distrusts(role, {
    principal: federatedPrincipal(provider.arn),
    context: { ...requestContext(provider.identity, nowMs, origin), ...claims },
  });
  if (denied !== undefined) return { ...distrusted, denied };
  const fitting = withinLongestSession(role, durationSeconds);
  return 'kind' in fitting ? fitting : undefined;
}
