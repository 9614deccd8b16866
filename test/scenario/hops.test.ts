import { expect, test } from 'vitest';
import { RoleAccess } from '../../mock-sts/core/role-access.ts';
import { parseRoleArn } from '../../src/kernel/sts/wire.ts';
import { hopsOf } from '../../src/scenario/hops.ts';
import { mockConfigOf } from '../../src/scenario/identities.ts';
import { app, scenarioWith } from './example.ts';

const role = (name: string) => ({ arn: `acs:ram::1100000000000001:role/${name}` });
const HUB = { arn: 'acs:ram::1000000000000009:role/hub' };
const scenario = scenarioWith({
  apps: {
    key: { ...app, role: role('one') },
    kms: { ...app, identity: { kind: 'kms' }, user: 'kept', role: role('two') },
    machine: { ...app, identity: { kind: 'instance-role' }, via: [HUB], role: role('three') },
    pod: { ...app, identity: { kind: 'oidc' }, role: role('four') },
  },
});
const config = mockConfigOf(scenario, { epochOfZeroMs: 0 });
const callers = scenario.apps.map((each) =>
  hopsOf(each, scenario.caller).map(({ caller, role: { arn } }) => [caller, arn]),
);

test('each hop but the first is made with the session of the one before it', () => {
  expect(callers).toEqual([
    [['key', role('one').arn]],
    [['kept', role('two').arn]],
    [
      ['role/ecs-role', HUB.arn],
      ['role/hub', role('three').arn],
    ],
    [['oidc-provider/ack-pods', role('four').arn]],
  ]);
});

test('the mock lets each caller on to his next role, and to no other', () => {
  const access = new RoleAccess(config);
  const users = config.users.map(({ accountId, name }) => ({
    kind: 'user' as const,
    accountId,
    name,
  }));
  const roles = config.roles.map(({ arn }) => ({
    kind: 'role' as const,
    ...parseRoleArn(arn)!,
    roleSessionName: 'test',
    sourceIdentity: undefined,
  }));
  const admitted = [...users, ...roles].flatMap((caller) =>
    config.roles
      .filter(({ arn }) => {
        const request = { roleArn: arn, roleSessionName: 'test', durationSeconds: 900 };
        return !('kind' in access.check(caller, request, 0));
      })
      .map(({ arn }) => [caller.kind === 'user' ? caller.name : `role/${caller.roleName}`, arn]),
  );
  const signed = callers.flat().filter(([caller]) => !caller!.startsWith('oidc-provider/'));
  expect(admitted.sort()).toEqual(signed.sort());
});

test('only those who have a key are users of the mock, and no pod has the key of its app', () => {
  expect(config.users.map(({ name }) => name)).toEqual(['key', 'kept']);
});

test.each([
  ['a user of an app that has none', { user: 'x', identity: { kind: 'oidc' } }, 'apps.a.user'],
  ['a way that leads to the role itself', { via: [app.role] }, 'apps.a.via'],
  ['a kind that is none', { identity: { kind: 'magic' } }, 'access-key, kms, instance-role, oidc'],
])('%s is refused', (_, fields, told) => {
  expect(() => scenarioWith({}, fields)).toThrow(told);
});

test('KMS rotates only keys that it keeps, and the old one may outlast the scenario', () => {
  const rotation = (user: string) => [{ kind: 'key-rotation', at: '10m', for: '2d', user }];
  expect(() => scenarioWith({ faults: rotation('a') })).toThrow('faults[0].user');
  const kept = scenarioWith({ faults: rotation('a') }, { identity: { kind: 'kms' } });
  expect(kept.rotations).toEqual([{ user: 'a', atMs: 600_000, overlapMs: 172_800_000 }]);
  expect(kept.faults).toEqual([]);
  expect(mockConfigOf(kept, { epochOfZeroMs: 5_000 }).rotations).toEqual([
    { secret: 'acs/ram/user/a', atMs: 605_000, overlapMs: 172_800_000 },
  ]);
});
