/**
 * Who is who in a scenario: the mock cloud that holds exactly its identities. Each of them may assume
 * the roles that its apps assume next, and nothing else; each role trusts exactly those who do, and an
 * app's own role may do what its requests call for. The AccessKeys are made up from the scenario's seed.
 *
 * A permanent key under `static-keys` stands for what roles replace, so its user may do the same in
 * its own account.
 */
import type {
  MockFault,
  MockIdentityProvider,
  MockRole,
  MockStsConfig,
  MockUser,
} from '../../mock-sts/core/config.ts';
import { fakeAccessKey } from '../../mock-sts/core/landing-zone.ts';
import { ECS_SERVICE } from '../../mock-sts/core/metadata.ts';
import { ramSecretName } from '../../mock-sts/core/ram-secrets.ts';
import type { AccessKey } from '../kernel/sts/credentials.ts';
import { parseRoleArn } from '../kernel/sts/wire.ts';
import { hopsOf, instanceRoleArn, providerOf } from './hops.ts';
import { issuerOf, OIDC_CLIENT_ID } from './pod-tokens.ts';
import { requestPolicies, serviceTimesOf } from './request-rights.ts';
import type { App, CallerAccount, Fault, IdentityKind, Scenario } from './scenario.ts';
import { withoutHostedPrefix } from './subject-names.ts';
import { trustStatements } from './trust-statements.ts';

export interface MockOptions {
  /** The epoch instant of virtual zero. */
  readonly epochOfZeroMs: number;
  /** Feeds the mock's own chance (latency, identifiers); the AccessKeys stay those of the scenario's seed. */
  readonly seed?: number;
  /** The subject that takes the place of every app's own, if one does. */
  readonly subject?: string | undefined;
}

export function mockConfigOf(scenario: Scenario, options: MockOptions): MockStsConfig {
  const { sts, caller, apps } = scenario;
  const { epochOfZeroMs } = options;
  const users = distinct(appsWith(scenario, 'access-key', 'kms').map((app) => app.user));
  return {
    seed: options.seed ?? scenario.seed,
    region: caller.region,
    users: users.map((user) => userOf(scenario, user, options.subject)),
    roles: [...rolesOf(scenario), ...instanceRole(scenario)],
    identityProviders: providersOf(scenario),
    quota: {
      perRole: sts.quotaPerRole,
      perAccount: sts.quotaPerAccount,
      limiter: sts.limiter,
      fromMs: sts.quotaFromMs === undefined ? undefined : epochOfZeroMs + sts.quotaFromMs,
    },
    latency: sts.latency,
    serviceTimes: apps.flatMap((app) => serviceTimesOf(caller, app)),
    faults: scenario.faults.map((fault) => mockFaultOf(fault, epochOfZeroMs)),
    rotations: scenario.rotations.map(({ user, atMs, overlapMs }) => ({
      secret: ramSecretName(user),
      atMs: epochOfZeroMs + atMs,
      overlapMs,
    })),
    ...(hasInstance(scenario)
      ? {
          instance: {
            role: instanceRoleArn(caller),
            hardened: caller.instance.metadata === 'hardened',
          },
        }
      : {}),
  };
}

/** The made-up AccessKey of the app's user: the same for the same seed, account and user. */
export function accessKeyOf(scenario: Scenario, app: App): AccessKey {
  return fakeAccessKey(scenario.seed, scenario.caller.accountId, app.user);
}

/** Whether anybody asks a machine for its role. */
export function hasInstance(scenario: Scenario): boolean {
  return appsWith(scenario, 'kms', 'instance-role').length > 0;
}

export function appsWith({ apps }: Scenario, ...kinds: IdentityKind[]): readonly App[] {
  return apps.filter(({ identity }) => kinds.includes(identity.kind));
}

function userOf(scenario: Scenario, user: string, subject: string | undefined): MockUser {
  const { accountId } = scenario.caller;
  const apps = appsWith(scenario, 'access-key', 'kms').filter((app) => app.user === user);
  const keepers = apps.filter(
    ({ client }) => withoutHostedPrefix(subject ?? client.subject) === 'static-keys',
  );
  return {
    accountId,
    name: user,
    accessKeys: [{ ...accessKeyOf(scenario, apps[0]!), active: true }],
    mayAssume: distinct(apps.map((app) => (app.via[0] ?? app.role).arn)),
    policies: requestPolicies(keepers, accountId),
  };
}

function rolesOf({ apps, caller }: Scenario): MockRole[] {
  const hops = apps.flatMap((app) => hopsOf(app, caller));
  const roles = new Map(hops.map(({ role }) => [role.arn, role]));
  return [...roles.values()].map(({ arn, maxSessionDurationMs, externalId }) => {
    const callers = hops.filter(({ role }) => role.arn === arn);
    const principals = callers.map(({ principal }) => principal);
    const next = hops.filter(({ principal }) => principal.arn === arn).map(({ role }) => role.arn);
    const own = apps.filter(({ role }) => role.arn === arn);
    return {
      arn,
      policies: requestPolicies(own, parseRoleArn(arn)!.accountId),
      maxSessionDurationSeconds: maxSessionDurationMs / 1_000,
      ...(next.length === 0 ? {} : { mayAssume: distinct(next) }),
      trust: { Version: '1', Statement: trustStatements(principals, externalId) },
    };
  });
}

/** May assume what its apps do, and read the keys of those that have theirs in KMS. */
function instanceRole(scenario: Scenario): MockRole[] {
  if (!hasInstance(scenario)) return [];
  const { caller } = scenario;
  const roles = appsWith(scenario, 'instance-role').map((app) => (app.via[0] ?? app.role).arn);
  const users = appsWith(scenario, 'kms').map(({ user }) => user);
  return [machineRole(caller, { readsKeysOf: distinct(users), mayAssume: distinct(roles) })];
}

/** The role that a machine's metadata service hands out. */
export function machineRole(
  caller: CallerAccount,
  may: {
    /** Users whose keys it may read from KMS. */
    readonly readsKeysOf: readonly string[];
    readonly mayAssume: readonly string[];
  },
): MockRole {
  const secrets = may.readsKeysOf.map((user) => secretArn(caller, user));
  const statement = { Effect: 'Allow', Action: 'kms:GetSecretValue', Resource: secrets } as const;
  const document = { Version: '1', Statement: [statement] } as const;
  return {
    arn: instanceRoleArn(caller),
    maxSessionDurationSeconds: 3_600,
    mayAssume: may.mayAssume,
    ...(secrets.length === 0 ? {} : { policies: [{ name: 'read-keys', document }] }),
    trust: {
      Version: '1',
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: [ECS_SERVICE] } },
      ],
    },
  };
}

function secretArn({ accountId, region }: CallerAccount, user: string): string {
  return `acs:kms:${region}:${accountId}:secret/${ramSecretName(user)}`;
}

function providersOf({ apps, caller }: Scenario): MockIdentityProvider[] {
  const providers = new Map<string, MockIdentityProvider>();
  for (const app of apps) {
    const { identity } = app;
    if (identity.kind !== 'oidc') continue;
    const { account, name } = providerOf(app, identity);
    const issuer = issuerOf(identity, caller);
    providers.set(`${account} ${name}`, { account, name, issuer, clientIds: [OIDC_CLIENT_ID] });
  }
  return [...providers.values()];
}

function mockFaultOf({ atMs, forMs, ...what }: Fault, epochOfZeroMs: number): MockFault {
  return { fromMs: epochOfZeroMs + atMs, toMs: epochOfZeroMs + atMs + forMs, ...what };
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
