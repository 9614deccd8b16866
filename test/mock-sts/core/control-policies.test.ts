/** Control policies of a resource directory: whom they bind, level by level, and whom they do not. */
import { describe, expect, it } from 'vitest';
import type { MockFolder, MockResourceDirectory } from '../../../mock-sts/core/config.ts';
import { explainCall } from '../../../mock-sts/core/explain-call.ts';
import type { CallerIdentity } from '../../../mock-sts/core/identity.ts';
import type { NamedPolicy, PolicyStatement } from '../../../mock-sts/core/policy/document.ts';
import { renderCall } from '../../../mock-sts/core/render-call.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import {
  APP,
  askV1,
  CALLERS_ACCOUNT,
  credentialIn,
  landing,
  NOW_MS,
  OTHER_ROLE_ARN,
  ROLE_ARN,
  trusting,
} from '../landing.ts';

const ROLES_ACCOUNT = '1000000000000101';
const MANAGEMENT = '1000000000000000';

function policy(name: string, ...Statement: PolicyStatement[]): NamedPolicy {
  return { name, document: { Version: '1', Statement } };
}

const NO_ASSUMING = policy('no-assuming', {
  Effect: 'Deny',
  Action: 'sts:AssumeRole',
  Resource: '*',
});

/** Root → production → the callers' account, and beside it the roles' one. */
function directory(
  place: 'root' | 'folder' | 'member' | 'other-member',
  policies: NamedPolicy[] = [NO_ASSUMING],
  managementAccount = MANAGEMENT,
): MockResourceDirectory {
  const at = (here: typeof place) => (here === place ? { controlPolicies: policies } : {});
  const production: MockFolder = {
    name: 'production',
    ...at('folder'),
    members: [{ account: CALLERS_ACCOUNT, ...at('member') }],
  };
  return {
    managementAccount,
    ...at('root'),
    members: [{ account: ROLES_ACCOUNT, ...at('other-member') }],
    folders: [production],
  };
}

function assume(resourceDirectory: MockResourceDirectory) {
  return new StsCore(landing({ resourceDirectory })).handle(askV1());
}

describe('a control policy', () => {
  it.each(['member', 'folder', 'root'] as const)('with a Deny at the %s wins', (place) => {
    const answer = assume(directory(place));
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({
      Code: 'NoPermission',
      AccessDeniedDetail: { NoPermissionType: 'ExplicitDeny', PolicyType: 'ControlPolicy' },
    });
  });

  it('takes nothing away where it does not deny, and gives nothing', () => {
    const allow = policy('allow', { Effect: 'Allow', Action: 'oss:GetObject', Resource: '*' });
    expect(assume(directory('member', [allow])).record.code).toBe('OK');
    const everything = policy('all', { Effect: 'Allow', Action: '*', Resource: '*' });
    const users = landing().users.map((user) => ({ ...user, mayAssume: [] }));
    const resourceDirectory = directory('root', [everything]);
    const answer = new StsCore(landing({ users, resourceDirectory })).handle(askV1());
    expect(JSON.parse(answer.body).AccessDeniedDetail.PolicyType).toBe(
      'AccountLevelIdentityBasedPolicy',
    );
  });

  it('of another member is none of the caller’s', () => {
    expect(assume(directory('other-member')).record.code).toBe('OK');
  });

  it('does not bind the management account', () => {
    expect(assume(directory('root', [NO_ASSUMING], CALLERS_ACCOUNT)).record.code).toBe('OK');
  });

  it('binds the sessions of a member’s roles, but those of service-linked ones', () => {
    const may = { mayAssume: ['*'] };
    const linked = `acs:ram::${ROLES_ACCOUNT}:role/AliyunServiceRoleForX`;
    const [first, second] = landing().roles;
    const roles = [
      { ...first!, ...may },
      { ...first!, ...may, arn: linked },
      { ...second!, trust: trusting(ROLE_ARN, linked) },
    ];
    const config = landing({ roles, resourceDirectory: directory('other-member') });
    const users = config.users.map((user) => ({ ...user, mayAssume: ['*'] }));
    const core = new StsCore({ ...config, users });
    const next = (RoleArn: string) => {
      const parameters = { RoleArn, RoleSessionName: 'hop' };
      const key = credentialIn(core.handle(askV1({ parameters })).body);
      const onward = { RoleArn: OTHER_ROLE_ARN, RoleSessionName: 'hop' };
      return core.handle(askV1({ key, parameters: onward })).record.code;
    };
    expect(next(ROLE_ARN)).toBe('NoPermission');
    expect(next(linked)).toBe('OK');
  });

  it('may spare a caller by acs:PrincipalARN', () => {
    const sparing = policy('sparing', {
      ...NO_ASSUMING.document.Statement[0]!,
      Condition: { StringNotLike: { 'acs:PrincipalARN': 'acs:ram:*:*:user/app' } },
    });
    expect(assume(directory('folder', [sparing])).record.code).toBe('OK');
    const others = policy('others', {
      ...NO_ASSUMING.document.Statement[0]!,
      Condition: { StringNotLike: { 'acs:PrincipalARN': 'acs:ram:*:*:user/other' } },
    });
    expect(assume(directory('folder', [others])).record.code).toBe('NoPermission');
  });

  it('is explained level by level, under the place that it is attached to', () => {
    const config = landing({ resourceDirectory: directory('folder') });
    const request = { roleArn: ROLE_ARN, roleSessionName: 's1', durationSeconds: 3_600 };
    const question = {
      caller: APP as CallerIdentity,
      nowMs: NOW_MS,
      context: {},
      asks: { kind: 'assume-role', request },
    } as const;
    const text = renderCall(question, explainCall(config, question));
    expect(text).toMatch(
      /^REFUSED: a Deny applies in the control policies of the resource directory \(ExplicitDeny, ControlPolicy\)/,
    );
    const places = [...text.matchAll(/^ {2}(\S+), statement/gm)].map(([, place]) => place);
    expect(places).toEqual([
      `${CALLERS_ACCOUNT}/FullAliyunAccess`,
      'production/FullAliyunAccess',
      'production/no-assuming',
      'Root/FullAliyunAccess',
      'mayAssume',
      'trust',
    ]);
  });
});
