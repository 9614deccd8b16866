/**
 * Who is who in a scenario: the mock STS that holds exactly its identities. One RAM user of the
 * caller's account for each user that an app names, with an AccessKey made up from the scenario's
 * seed, allowed to assume its apps' roles and nothing else; each role trusts exactly those users.
 */
import type { MockFault, MockRole, MockStsConfig, MockUser } from '../../mock-sts/core/config.ts';
import { fakeAccessKey } from '../../mock-sts/core/landing-zone.ts';
import type { AccessKey } from '../kernel/sts/credentials.ts';
import type { App, Fault, Scenario } from './scenario.ts';

/**
 * `epochOfZeroMs`: the epoch instant of virtual zero. `seed` feeds the mock's own chance (latency,
 * identifiers); the AccessKeys stay those of the scenario's seed.
 */
export function mockConfigOf(
  scenario: Scenario,
  options: { readonly epochOfZeroMs: number; readonly seed?: number },
): MockStsConfig {
  const { sts } = scenario;
  const users = distinct(scenario.apps.map((app) => app.user));
  const arns = distinct(scenario.apps.map((app) => app.role.arn));
  return {
    seed: options.seed ?? scenario.seed,
    region: scenario.caller.region,
    users: users.map((user) => userOf(scenario, user)),
    roles: arns.map((arn) => roleOf(scenario, arn)),
    quota: {
      perRole: sts.quotaPerRole,
      perAccount: sts.quotaPerAccount,
      limiter: sts.limiter,
    },
    latency: sts.latency,
    faults: scenario.faults.map((fault) => mockFaultOf(fault, options.epochOfZeroMs)),
  };
}

/** The made-up AccessKey of the app's user: the same for the same seed, account and user. */
export function accessKeyOf(scenario: Scenario, app: App): AccessKey {
  return fakeAccessKey(scenario.seed, scenario.caller.accountId, app.user);
}

function userOf(scenario: Scenario, user: string): MockUser {
  const apps = scenario.apps.filter((app) => app.user === user);
  return {
    accountId: scenario.caller.accountId,
    name: user,
    accessKeys: [{ ...accessKeyOf(scenario, apps[0]!), active: true }],
    mayAssume: distinct(apps.map((app) => app.role.arn)),
  };
}

function roleOf(scenario: Scenario, arn: string): MockRole {
  const apps = scenario.apps.filter((app) => app.role.arn === arn);
  const { maxSessionDurationMs, externalId } = apps[0]!.role;
  const users = distinct(apps.map((app) => app.user));
  return {
    arn,
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

function mockFaultOf({ atMs, forMs, ...what }: Fault, epochOfZeroMs: number): MockFault {
  return { fromMs: epochOfZeroMs + atMs, toMs: epochOfZeroMs + atMs + forMs, ...what };
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
