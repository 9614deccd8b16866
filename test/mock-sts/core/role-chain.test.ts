/**
 * Role chaining on the wire: from a user through two roles of two accounts, each hop signed with the
 * session of the one before; what goes along, and who GetCallerIdentity says it is at each stage.
 */
import { describe, expect, it } from 'vitest';
import type { MockStsConfig } from '../../../mock-sts/core/config.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import type { Credentials } from '../../../src/kernel/sts/credentials.ts';
import {
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

/** user app → role-app-prd → role-other-prd, which allows two hours. */
function chain(changes: Partial<MockStsConfig> = {}): StsCore {
  const [first, second] = landing().roles;
  const may = { mayAssume: ['acs:ram::*:role/role-*'] };
  const roles = [
    { ...first!, ...may, trust: trusting(`acs:ram::${CALLERS_ACCOUNT}:root`, OTHER_ROLE_ARN) },
    { ...second!, ...may, trust: trusting(ROLE_ARN), maxSessionDurationSeconds: 7_200 },
  ];
  return new StsCore(landing({ roles, ...changes }));
}

function hop(core: StsCore, roleArn: string, key?: Credentials, more: Record<string, string> = {}) {
  const parameters = { RoleArn: roleArn, RoleSessionName: 'hop', ...more };
  return core.handle(askV1({ parameters, ...(key === undefined ? {} : { key }) }));
}

function whoAmI(core: StsCore, key: Credentials): Record<string, string> {
  const ask = { key, parameters: {}, common: { Action: 'GetCallerIdentity' } };
  return JSON.parse(core.handle(askV1(ask)).body);
}

describe('a chain', () => {
  it('is somebody else at each stage, and the ids of a role and a user stay', () => {
    const core = chain();
    const user = whoAmI(core, KEY);
    expect(user).toEqual({
      RequestId: expect.any(String),
      IdentityType: 'RAMUser',
      AccountId: CALLERS_ACCOUNT,
      PrincipalId: user.UserId,
      UserId: expect.stringMatching(/^\d{18}$/),
      Arn: `acs:ram::${CALLERS_ACCOUNT}:user/app`,
    });
    const first = hop(core, ROLE_ARN);
    const second = hop(core, OTHER_ROLE_ARN, credentialIn(first.body));
    for (const [answer, account, name] of [
      [first, '1000000000000101', 'role-app-prd'],
      [second, '1000000000000102', 'role-other-prd'],
    ] as const) {
      const role = whoAmI(core, credentialIn(answer.body));
      const { AssumedRoleId } = JSON.parse(answer.body).AssumedRoleUser;
      expect(role).toEqual({
        RequestId: expect.any(String),
        IdentityType: 'AssumedRoleUser',
        AccountId: account,
        PrincipalId: AssumedRoleId,
        RoleId: AssumedRoleId.split(':')[0],
        Arn: `acs:ram::${account}:assumed-role/${name}/hop`,
      });
    }
    expect(second.record).toMatchObject({
      caller: 'role/role-app-prd',
      accountId: '1000000000000101',
      roleArn: OTHER_ROLE_ARN,
    });
  });

  it('is the account itself, with a key of its own', () => {
    const key = { accessKeyId: 'LTAI5tRootOfAccount', accessKeySecret: 'root-secret' };
    const accounts = [
      { id: CALLERS_ACCOUNT, name: 'cloudops', accessKeys: [{ ...key, active: true }] },
    ];
    expect(whoAmI(chain({ accounts }), key)).toEqual({
      RequestId: expect.any(String),
      IdentityType: 'Account',
      AccountId: CALLERS_ACCOUNT,
      PrincipalId: CALLERS_ACCOUNT,
      UserId: CALLERS_ACCOUNT,
      Arn: `acs:ram::${CALLERS_ACCOUNT}:root`,
    });
  });

  it('carries the source identity along, whatever a later hop asks for', () => {
    const core = chain();
    const first = hop(core, ROLE_ARN, KEY, { SourceIdentity: 'alice' });
    const key = credentialIn(first.body);
    for (const more of [{}, { SourceIdentity: 'mallory' }, { SourceIdentity: 'alice' }]) {
      const second = hop(core, OTHER_ROLE_ARN, key, more);
      expect(JSON.parse(second.body).SourceIdentity).toBe('alice');
      const third = hop(chain(), ROLE_ARN, credentialIn(second.body), { SourceIdentity: 'eve' });
      expect(JSON.parse(third.body)).toMatchObject({ SourceIdentity: 'alice' });
    }
  });

  it('lets a later hop set the source identity where nobody has', () => {
    const core = chain();
    const first = hop(core, ROLE_ARN);
    expect(JSON.parse(first.body)).not.toHaveProperty('SourceIdentity');
    const second = hop(core, OTHER_ROLE_ARN, credentialIn(first.body), { SourceIdentity: 'bob' });
    expect(JSON.parse(second.body).SourceIdentity).toBe('bob');
  });

  it('lasts as long as each role allows: no page has a shorter limit for a chain', () => {
    const core = chain();
    const first = hop(core, ROLE_ARN);
    const asked = (DurationSeconds: string) =>
      hop(core, OTHER_ROLE_ARN, credentialIn(first.body), { DurationSeconds });
    expect(asked('7201').record.code).toBe('InvalidParameter.DurationSeconds');
    // Two hours from now, though the session that asks for it ends in one.
    expect(credentialIn(asked('7200').body).expiresAtMs).toBe(NOW_MS + 7_200_000);
    const over = hop(core, ROLE_ARN, KEY, { DurationSeconds: '3601' });
    expect(over.record.code).toBe('InvalidParameter.DurationSeconds');
  });

  it('stops where a session policy does not allow the next hop', () => {
    const core = chain();
    const only = (resource: string) =>
      JSON.stringify({
        Version: '1',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: resource }],
      });
    const next = (resource: string) => {
      const first = hop(core, ROLE_ARN, KEY, { Policy: only(resource) });
      return hop(core, OTHER_ROLE_ARN, credentialIn(first.body)).record.code;
    };
    expect(next('acs:ram::*:role/role-other-*')).toBe('OK');
    expect(next('acs:ram::*:role/role-app-*')).toBe('NoPermission');
  });
});
