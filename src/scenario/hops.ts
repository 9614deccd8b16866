/**
 * The way of an app to its role: one call to STS for each role on it, with who makes it. The first is
 * made with what the app's identity is; each further one with the session that the one before it gave.
 */
import { providerArn } from '../../mock-sts/core/identity.ts';
import { parseRoleArn } from '../kernel/sts/wire.ts';
import type { App, CallerAccount, Identity, Role } from './scenario.ts';

export interface Hop {
  readonly role: Role;
  readonly sessionDurationMs: number;
  /** Who calls, as call records name him: a user's name, `role/<name>`, `oidc-provider/<name>`. */
  readonly caller: string;
  /** The same, as a trust policy names him. */
  readonly principal: Principal;
}

export type Principal =
  | { readonly kind: 'RAM'; readonly arn: string }
  | { readonly kind: 'Federated'; readonly arn: string; readonly identity: OidcIdentity };

export type OidcIdentity = Extract<Identity, { kind: 'oidc' }>;

/** Intermediate sessions last as long as any role allows. */
const VIA_SESSION_MS = 3_600_000;

/** At least one; the last is for the app's own role. */
export function hopsOf(app: App, caller: CallerAccount): Hop[] {
  const roles = [...app.via, app.role];
  return roles.map((role, index) => ({
    role,
    sessionDurationMs: index === app.via.length ? app.sessionDurationMs : VIA_SESSION_MS,
    ...(index === 0 ? firstCaller(app, caller) : callerBy(roles[index - 1]!.arn)),
  }));
}

export function instanceRoleArn({ accountId, instance }: CallerAccount): string {
  return `acs:ram::${accountId}:role/${instance.roleName}`;
}

/** Of the provider whose tokens the app's pods have: registered where their first role is. */
export function providerOf(app: App, identity: OidcIdentity): { account: string; name: string } {
  return { account: accountOf((app.via[0] ?? app.role).arn), name: identity.provider };
}

function accountOf(roleArn: string): string {
  return parseRoleArn(roleArn)!.accountId;
}

function firstCaller(app: App, caller: CallerAccount): Pick<Hop, 'caller' | 'principal'> {
  const { identity } = app;
  switch (identity.kind) {
    case 'access-key':
    case 'kms': {
      const arn = `acs:ram::${caller.accountId}:user/${app.user}`;
      return { caller: app.user, principal: { kind: 'RAM', arn } };
    }
    case 'instance-role':
      return callerBy(instanceRoleArn(caller));
    case 'oidc': {
      const arn = providerArn('oidc-provider', providerOf(app, identity));
      const principal = { kind: 'Federated', arn, identity } as const;
      return { caller: `oidc-provider/${identity.provider}`, principal };
    }
  }
}

function callerBy(roleArn: string): Pick<Hop, 'caller' | 'principal'> {
  const { roleName } = parseRoleArn(roleArn)!;
  return { caller: `role/${roleName}`, principal: { kind: 'RAM', arn: roleArn } };
}
