/** Permissions from the first call to the last of a chain, on the wire and in this process. */
import { describe, expect, it } from 'vitest';
import { Authorizer } from '../../../mock-sts/core/authorize.ts';
import type { MockStsConfig } from '../../../mock-sts/core/config.ts';
import type { CallerIdentity } from '../../../mock-sts/core/identity.ts';
import { defaultLandingZone } from '../../../mock-sts/core/landing-zone.ts';
import type { NamedPolicy, PolicyStatement } from '../../../mock-sts/core/policy/document.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import { AccessKeys } from '../../../mock-sts/core/wire/access-keys.ts';
import {
  APP,
  askAcs3,
  askV1,
  CALLERS_ACCOUNT,
  credentialIn,
  KEY,
  landing,
  NOW_MS,
  OTHER_ROLE_ARN,
  ROLE_ARN,
  trusting,
} from '../landing.ts';

const policy = (...Statement: PolicyStatement[]): NamedPolicy => ({
  name: 'p',
  document: { Version: '1', Statement },
});
const OSS = policy(
  { Effect: 'Allow', Action: 'oss:*', Resource: 'acs:oss:*:*:b/*' },
  { Effect: 'Deny', Action: 'oss:Delete*', Resource: '*' },
);
const CHAIN = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: OTHER_ROLE_ARN });

/** The first role works in a bucket and may assume the second, which trusts it and nobody else. */
function chained(changes: Partial<MockStsConfig> = {}): MockStsConfig {
  const { roles } = landing();
  return landing({
    roles: [
      { ...roles[0]!, policies: [OSS, CHAIN] },
      { ...roles[1]!, trust: trusting(ROLE_ARN), maxSessionDurationSeconds: 7_200 },
    ],
    ...changes,
  });
}

const SESSION: CallerIdentity = {
  kind: 'role',
  accountId: '1000000000000101',
  roleName: 'role-app-prd',
  roleSessionName: 's1',
  sourceIdentity: undefined,
};
const READ_ONLY =
  '{ "Version": "1", "Statement": [{ "Effect": "Allow", "Action": "oss:Get*", "Resource": "*" }] }';

describe('the authorizer', () => {
  const authorizer = new Authorizer(chained());
  const check = (caller: CallerIdentity, action: string, resource = 'acs:oss:hz:1:b/k') =>
    authorizer.check(caller, { action, resource, context: {} });
  const identity = 'AccountLevelIdentityBasedPolicy';

  it('says which policy refused, and how', () => {
    expect(check(SESSION, 'oss:PutObject')).toBeUndefined();
    expect(check(SESSION, 'OSS:putobject')).toBeUndefined();
    expect(check(SESSION, 'oss:PutObject', 'acs:oss:hz:1:B/k')).toEqual({
      noPermissionType: 'ImplicitDeny',
      policyType: identity,
    });
    expect(check(SESSION, 'oss:DeleteObject')).toEqual({
      noPermissionType: 'ExplicitDeny',
      policyType: identity,
    });
    const narrowed = { ...SESSION, sessionPolicy: READ_ONLY };
    expect(check(narrowed, 'oss:GetObject')).toBeUndefined();
    expect(check(narrowed, 'oss:PutObject')).toEqual({
      noPermissionType: 'ImplicitDeny',
      policyType: 'SessionPolicy',
    });
    expect(check(narrowed, 'oss:DeleteObject')).toMatchObject({ noPermissionType: 'ExplicitDeny' });
  });

  it('allows the account everything, and whoever is not there nothing', () => {
    expect(check({ kind: 'account', accountId: '1' }, 'oss:DeleteBucket', '*')).toBeUndefined();
    for (const nobody of [
      { ...SESSION, roleName: 'gone' },
      { ...APP, name: 'gone' },
    ]) {
      expect(check(nobody, 'oss:GetObject')).toMatchObject({ noPermissionType: 'ImplicitDeny' });
    }
  });

  it('lets the users of the landing zone do nothing but assume their own role', () => {
    const zone = defaultLandingZone();
    const own = new Authorizer(zone);
    const may = (caller: CallerIdentity, action: string, resource: string) =>
      own.check(caller, { action, resource, context: {} }) === undefined;
    for (const { accountId, name } of zone.users) {
      const user = { kind: 'user', accountId, name } as const;
      expect(zone.roles.filter(({ arn }) => may(user, 'sts:AssumeRole', arn))).toHaveLength(1);
      expect(may(user, 'oss:GetObject', 'acs:oss:*:*:appx-data/k')).toBe(false);
      expect(may(user, 'ram:ListUsers', '*')).toBe(false);
    }
    const session = (accountId: string, roleName: string) => ({ ...SESSION, accountId, roleName });
    const app = session('1000000000000101', 'role-appX-prd');
    expect(may(app, 'oss:PutObject', 'acs:oss:*:*:appx-data/backup/k')).toBe(true);
    expect(may(app, 'oss:DeleteObject', 'acs:oss:*:*:appx-data/backup/k')).toBe(false);
    expect(may(app, 'oss:GetObject', 'acs:oss:*:*:appy-data/k')).toBe(false);
    const operations = session('1000000000000105', 'role-8ca-sys');
    expect(may(operations, 'ecs:DescribeInstances', '*')).toBe(true);
    expect(may(operations, 'ecs:StopInstance', '*')).toBe(false);
    expect(may(operations, 'kms:GetSecretValue', '*')).toBe(false);
  });
});

describe('a chain on the wire', () => {
  const assume = (core: StsCore, ask: Parameters<typeof askV1>[0], roleArn = OTHER_ROLE_ARN) => {
    const parameters = { RoleArn: roleArn, RoleSessionName: 'second', ...ask?.parameters };
    const { body, status } = core.handle(askV1({ ...ask, parameters }));
    return { body, status, json: JSON.parse(body) };
  };
  const first = (core: StsCore, parameters: Record<string, string> = {}) =>
    credentialIn(assume(core, { parameters }, ROLE_ARN).body);

  it('goes where the role’s policy and the next role’s trust both say yes', () => {
    const core = new StsCore(chained());
    const key = first(core, { SourceIdentity: 'alice' });
    const second = assume(core, { key, parameters: { DurationSeconds: '7200' } });
    expect(second.status).toBe(200);
    expect(second.json).toMatchObject({ SourceIdentity: 'alice' });
    const third = assume(core, { key: credentialIn(second.body) }, ROLE_ARN);
    expect(third.json).toMatchObject({
      Code: 'NoPermission',
      AccessDeniedDetail: {
        AuthAction: 'sts:AssumeRole',
        AuthPrincipalType: 'AssumedRoleUser',
        AuthPrincipalDisplayName: 'role/role-other-prd',
        AuthPrincipalOwnerId: '1000000000000102',
        NoPermissionType: 'ImplicitDeny',
        PolicyType: 'AccountLevelIdentityBasedPolicy',
      },
    });
  });

  it('does not lead straight to a role that trusts the one before it only', () => {
    const { json } = assume(new StsCore(chained()), {});
    expect(json).toMatchObject({ AccessDeniedDetail: { PolicyType: 'AssumeRolePolicy' } });
  });

  it('ends where the session policy ends it, and any instance knows', () => {
    const key = first(new StsCore(chained()), { Policy: READ_ONLY });
    const elsewhere = new StsCore(chained());
    expect(assume(elsewhere, { key }).json).toMatchObject({
      AccessDeniedDetail: { PolicyType: 'SessionPolicy', NoPermissionType: 'ImplicitDeny' },
    });
    const may = JSON.stringify({ Version: '1', Statement: [CHAIN.document.Statement[0]] });
    const permitted = first(new StsCore(chained()), { Policy: may });
    expect(assume(elsewhere, { key: permitted }).status).toBe(200);
  });

  it('carries the longest policy there may be', () => {
    const name = 'x'.repeat(2_048 - READ_ONLY.replaceAll(' ', '').length + 'oss:Get*'.length - 4);
    const long = READ_ONLY.replaceAll(' ', '').replace('oss:Get*', `oss:${name}`);
    expect(long).toHaveLength(2_048);
    const { accessKeyId, securityToken } = first(new StsCore(chained()), { Policy: long });
    const holder = new AccessKeys(chained()).find(accessKeyId, securityToken, NOW_MS);
    expect(holder).toMatchObject({ identity: { kind: 'role', sessionPolicy: long } });
  });
});

describe('conditions on the wire', () => {
  const within = (Condition: PolicyStatement['Condition']) => {
    const { Statement, Version } = trusting(`acs:ram::${CALLERS_ACCOUNT}:root`);
    const trust = {
      Version,
      Statement: Statement.map((one) => ({ ...one, Condition: Condition! })),
    };
    return new StsCore(landing({ roles: [{ ...landing().roles[0]!, trust }] }));
  };
  const status = (core: StsCore, from: { sourceIp?: string; secure?: boolean; nowMs?: number }) => {
    const request = askAcs3({ ...(from.nowMs === undefined ? {} : { nowMs: from.nowMs }) });
    return core.handle({ ...request, ...from }).status;
  };

  it('see where a call comes from', () => {
    const core = within({
      IpAddress: { 'acs:SourceIp': '10.0.0.0/8' },
      Bool: { 'acs:SecureTransport': 'true' },
    });
    expect(status(core, { sourceIp: '10.1.1.1', secure: true })).toBe(200);
    expect(status(core, { sourceIp: '192.0.2.1', secure: true })).toBe(403);
    expect(status(core, { sourceIp: '10.1.1.1', secure: false })).toBe(403);
    expect(status(core, { secure: true })).toBe(403);
    expect(status(core, { sourceIp: '::ffff:10.1.1.1', secure: true })).toBe(200);
  });

  it('see when it comes, however often it came before', () => {
    const core = within({ DateLessThan: { 'acs:CurrentTime': '2026-11-22T08:00:10Z' } });
    const statuses = [0, 9_000, 10_000, 9_999].map((ms) => status(core, { nowMs: NOW_MS + ms }));
    expect(statuses).toEqual([200, 200, 403, 200]);
  });
});

describe('the account itself', () => {
  const rootKey = { accessKeyId: 'LTAI5tTestKeyOfTheAccount', accessKeySecret: 'test-secret-root' };
  const core = new StsCore(
    landing({
      accounts: [
        { id: CALLERS_ACCOUNT, name: 'cloudops', accessKeys: [{ ...rootKey, active: true }] },
      ],
    }),
  );

  it('is described by its number', () => {
    const ask = askV1({ key: rootKey, common: { Action: 'GetCallerIdentity' }, parameters: {} });
    expect(JSON.parse(core.handle(ask).body)).toMatchObject({
      IdentityType: 'Account',
      AccountId: CALLERS_ACCOUNT,
      PrincipalId: CALLERS_ACCOUNT,
      UserId: CALLERS_ACCOUNT,
      Arn: `acs:ram::${CALLERS_ACCOUNT}:root`,
    });
  });

  it('may not assume roles, though they trust it', () => {
    const { body, status } = core.handle(askV1({ key: rootKey }));
    expect([status, JSON.parse(body).Message]).toEqual([
      403,
      'Roles may not be assumed by root accounts.',
    ]);
    expect(core.handle(askV1({ key: KEY })).status).toBe(200);
  });
});
