import { expect, test } from 'vitest';
import type { MockStsConfig } from '../../mock-sts/core/config.ts';
import { accessKeyOf, mockConfigOf } from '../../src/scenario/identities.ts';
import { app, scenarioWith } from './example.ts';

const role = (name: string, externalId?: string) => ({
  arn: `acs:ram::1100000000000001:role/${name}`,
  ...(externalId === undefined ? {} : { externalId }),
});
const scenario = scenarioWith({
  apps: {
    a: { ...app, role: role('one') },
    b: { ...app, user: 'shared', role: role('two', 'ext-2') },
    c: { ...app, user: 'shared', role: role('one') },
  },
  faults: [
    { kind: 'latency', at: '10s', for: '5s', add: '200ms' },
    { kind: 'background', at: '1m', for: '1m', rate: '90/s', role: role('one').arn },
  ],
});
const config = mockConfigOf(scenario, { epochOfZeroMs: 1_000_000 });

test('each user may assume the roles of its apps and nothing else', () => {
  expect(
    config.users.map(({ name, accountId, mayAssume }) => [name, accountId, mayAssume]),
  ).toEqual([
    ['a', '1000000000000001', [role('one').arn]],
    ['shared', '1000000000000001', [role('two').arn, role('one').arn]],
  ]);
});

test('each role trusts the users of its apps and nobody else, under its external id', () => {
  const user = (name: string) => `acs:ram::1000000000000001:user/${name}`;
  const trusted = config.roles.map(({ arn, trust }) => [
    arn,
    trust.Statement.map(({ Principal, Condition }) => [Principal.RAM, Condition]),
  ]);
  expect(trusted).toEqual([
    [role('one').arn, [[[user('a'), user('shared')], undefined]]],
    [role('two').arn, [[[user('shared')], { StringEquals: { 'sts:ExternalId': 'ext-2' } }]]],
  ]);
});

const readsObjects = { ...app, role: role('one'), work: 'resource' };
const calling = scenarioWith({
  apps: {
    a: readsObjects,
    b: { ...app, role: role('one'), work: { resource: 'ecs:DescribeInstances' } },
    c: { ...app, role: role('two') },
    d: { ...readsObjects, role: role('three'), client: 'static-keys' },
  },
});

test('a role may do what the requests of its apps call for, in its account, and nothing else', () => {
  const mock = mockConfigOf(calling, { epochOfZeroMs: 0 });
  const allowed = (policies: MockStsConfig['roles'][number]['policies'] = []) =>
    policies.flatMap(({ document }) =>
      document.Statement.map(({ Effect, Action, Resource }) => `${Effect} ${Action} ${Resource}`),
    );
  const objects = (account: string) => `Allow oss:GetObject acs:oss:*:${account}:*`;
  expect(mock.roles.map(({ policies }) => allowed(policies))).toEqual([
    [objects('1100000000000001'), 'Allow ecs:DescribeInstances acs:ecs:*:1100000000000001:*'],
    [],
    [objects('1100000000000001')],
  ]);
  // A permanent key is no other's than the one of who uses it as it is.
  const ofUsers = ({ users }: MockStsConfig) => users.map(({ policies }) => allowed(policies));
  expect(ofUsers(mock)).toEqual([[], [], [], [objects('1000000000000001')]]);
  const overridden = mockConfigOf(calling, { epochOfZeroMs: 0, subject: 'static-keys' });
  expect(ofUsers(overridden)[0]).toEqual([objects('1000000000000001')]);
  const uncached = mockConfigOf(calling, { epochOfZeroMs: 0, subject: 'uncached' });
  expect(ofUsers(uncached)).toEqual([[], [], [], []]);
});

test('services take their time for the role and the user of the apps that call them', () => {
  const { serviceTimes = [] } = mockConfigOf(calling, { epochOfZeroMs: 0 });
  expect(serviceTimes.map(({ principal, action }) => `${principal} ${action}`)).toEqual([
    `${role('one').arn} oss:GetObject`,
    'acs:ram::1000000000000001:user/a oss:GetObject',
    `${role('one').arn} ecs:DescribeInstances`,
    'acs:ram::1000000000000001:user/b ecs:DescribeInstances',
    `${role('three').arn} oss:GetObject`,
    'acs:ram::1000000000000001:user/d oss:GetObject',
  ]);
  expect(serviceTimes[0]!.time).toEqual({ medianMs: 5, p99Ms: 50 });
});

test('AccessKeys have the form of real ones, belong to users, and depend on the seed alone', () => {
  const [a, b, c] = scenario.apps.map((one) => accessKeyOf(scenario, one));
  expect(a!.accessKeyId).toMatch(/^LTAI5t[A-Za-z0-9]{18}$/);
  expect(a!.accessKeySecret).toMatch(/^[A-Za-z0-9]{30}$/);
  expect(b).toEqual(c);
  expect(a!.accessKeyId).not.toBe(b!.accessKeyId);
  expect(config.users[0]!.accessKeys).toEqual([{ ...a, active: true }]);
  const reseeded = scenarioWith({ seed: 8 });
  expect(accessKeyOf(reseeded, reseeded.apps[0]!)).not.toEqual(a);
});

test('the seed of the mock can be another one without changing a key', () => {
  const other = mockConfigOf(scenario, { epochOfZeroMs: 1_000_000, seed: 99 });
  expect(other).toEqual({ ...config, seed: 99 });
  expect(config.seed).toBe(scenario.seed);
});

test('recorded calls of others go to the mock second by second', () => {
  const recorded = { kind: 'background', at: '1m', for: '1m', bySecond: '3 0 2*1' };
  const { faults } = mockConfigOf(scenarioWith({ faults: [recorded] }), { epochOfZeroMs: 0 });
  expect(faults).toEqual([
    {
      ...{ kind: 'background', fromMs: 60_000, toMs: 120_000 },
      ...{ callsBySecond: [3, 0, 1, 1], roleArn: undefined },
    },
  ]);
});

test('faults and limits are those of the scenario, instants moved to the epoch', () => {
  expect(config.faults).toEqual([
    { kind: 'latency', fromMs: 1_010_000, toMs: 1_015_000, addMs: 200 },
    {
      kind: 'background',
      fromMs: 1_060_000,
      toMs: 1_120_000,
      ratePerSecond: 90,
      roleArn: role('one').arn,
    },
  ]);
  expect(config.quota).toEqual({
    perRole: undefined,
    perAccount: 100,
    limiter: { algorithm: 'fixed-window' },
  });
});
