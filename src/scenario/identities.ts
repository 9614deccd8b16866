/**
 * Who is who in a scenario: the mock STS that holds exactly its identities. One RAM user of the
 * caller's account for each user that an app names, with an AccessKey made up from the scenario's
 * seed, allowed to assume its apps' roles and nothing else; each role trusts exactly those users and
 * may do what its apps' requests call for.
 *
 * A permanent key under `static-keys` stands for what roles replace, so its user may do the same in
 * its own account.
 */
import type {
  MockFault,
  MockRole,
  MockServiceTime,
  MockStsConfig,
  MockUser,
} from '../../mock-sts/core/config.ts';
import { principalArn } from '../../mock-sts/core/identity.ts';
import { fakeAccessKey } from '../../mock-sts/core/landing-zone.ts';
import type { NamedPolicy } from '../../mock-sts/core/policy/document.ts';
import type { AccessKey } from '../kernel/sts/credentials.ts';
import { parseRoleArn } from '../kernel/sts/wire.ts';
import type { App, Fault, Scenario } from './scenario.ts';

export interface MockOptions {
  /** The epoch instant of virtual zero. */
  readonly epochOfZeroMs: number;
  /** Feeds the mock's own chance (latency, identifiers); the AccessKeys stay those of the scenario's seed. */
  readonly seed?: number;
  /** The subject that takes the place of every app's own, if one does. */
  readonly subject?: string | undefined;
}

export function mockConfigOf(scenario: Scenario, options: MockOptions): MockStsConfig {
  const { sts } = scenario;
  const users = distinct(scenario.apps.map((app) => app.user));
  const arns = distinct(scenario.apps.map((app) => app.role.arn));
  return {
    seed: options.seed ?? scenario.seed,
    region: scenario.caller.region,
    users: users.map((user) => userOf(scenario, user, options.subject)),
    roles: arns.map((arn) => roleOf(scenario, arn)),
    quota: {
      perRole: sts.quotaPerRole,
      perAccount: sts.quotaPerAccount,
      limiter: sts.limiter,
    },
    latency: sts.latency,
    serviceTimes: scenario.apps.flatMap((app) => serviceTimesOf(scenario, app)),
    faults: scenario.faults.map((fault) => mockFaultOf(fault, options.epochOfZeroMs)),
  };
}

/** The made-up AccessKey of the app's user: the same for the same seed, account and user. */
export function accessKeyOf(scenario: Scenario, app: App): AccessKey {
  return fakeAccessKey(scenario.seed, scenario.caller.accountId, app.user);
}

function userOf(scenario: Scenario, user: string, subject: string | undefined): MockUser {
  const { accountId } = scenario.caller;
  const apps = scenario.apps.filter((app) => app.user === user);
  return {
    accountId,
    name: user,
    accessKeys: [{ ...accessKeyOf(scenario, apps[0]!), active: true }],
    mayAssume: distinct(apps.map((app) => app.role.arn)),
    policies: policiesOf(
      apps.filter(({ client }) => (subject ?? client.subject) === 'static-keys'),
      accountId,
    ),
  };
}

function roleOf(scenario: Scenario, arn: string): MockRole {
  const apps = scenario.apps.filter((app) => app.role.arn === arn);
  const { maxSessionDurationMs, externalId } = apps[0]!.role;
  const users = distinct(apps.map((app) => app.user));
  return {
    arn,
    policies: policiesOf(apps, parseRoleArn(arn)!.accountId),
    maxSessionDurationSeconds: maxSessionDurationMs / 1_000,
    trust: {
      Version: '1',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: {
            RAM: users.map((user) => `acs:ram::${scenario.caller.accountId}:user/${user}`),
          },
          ...(externalId === undefined
            ? {}
            : { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
        },
      ],
    },
  };
}

/** What the apps' requests call for, in that account, and nothing else. */
function policiesOf(apps: readonly App[], accountId: string): NamedPolicy[] {
  const actions = distinct(apps.flatMap((app) => actionOf(app) ?? []));
  if (actions.length === 0) return [];
  const statements = actions.map((action) => ({
    Effect: 'Allow' as const,
    Action: action,
    Resource: `acs:${action.split(':')[0]}:*:${accountId}:*`,
  }));
  return [{ name: 'requests', document: { Version: '1', Statement: statements } }];
}

function serviceTimesOf({ caller }: Scenario, app: App): MockServiceTime[] {
  const action = actionOf(app);
  if (action === undefined) return [];
  const user = principalArn({ kind: 'user', accountId: caller.accountId, name: app.user });
  const time = app.work.service;
  return [app.role.arn, user].map((principal) => ({ principal, action, time }));
}

function actionOf({ work: { resource } }: App): string | undefined {
  return resource && `${resource.product}:${resource.action}`;
}

function mockFaultOf({ atMs, forMs, ...what }: Fault, epochOfZeroMs: number): MockFault {
  return { fromMs: epochOfZeroMs + atMs, toMs: epochOfZeroMs + atMs + forMs, ...what };
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
