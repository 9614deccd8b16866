/**
 * The decision door: what STS decides on a call whose caller is known.
 */
import { describe, expect, it } from 'vitest';
import type { MockFault, MockStsConfig } from '../../../mock-sts/core/config.ts';
import type { AssumeRoleDecision } from '../../../mock-sts/core/decision.ts';
import type { CallerIdentity } from '../../../mock-sts/core/identity.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import { readTokenExpiryMs } from '../../../mock-sts/core/token.ts';
import type { AssumeRoleRequest } from '../../../src/kernel/sts/credentials.ts';
import { NOT_TRUSTED_MESSAGE } from '../../../src/kernel/sts/error-codes.ts';
import {
  APP,
  CALLERS_ACCOUNT,
  landing,
  NOW_MS,
  OTHER_ROLE_ARN,
  ROLE_ARN,
  trusting,
} from '../landing.ts';

const REQUEST: AssumeRoleRequest = {
  roleArn: ROLE_ARN,
  roleSessionName: 'session@1',
  durationSeconds: 3_600,
};
const PERMISSIVE_POLICY =
  '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:Get*","Resource":"*"}]}';

function decide(
  request: Partial<AssumeRoleRequest> = {},
  config: MockStsConfig = landing(),
  caller: CallerIdentity = APP,
): AssumeRoleDecision {
  return new StsCore(config).assumeRole(caller, { ...REQUEST, ...request }, NOW_MS);
}

function errorOf({ outcome }: AssumeRoleDecision) {
  if (outcome.kind !== 'refused') throw new Error('the call was not refused');
  return outcome.error;
}

function issuedIn({ outcome }: AssumeRoleDecision) {
  if (outcome.kind !== 'issued') throw new Error(`the call was refused: ${outcome.error.code}`);
  return outcome;
}

describe('AssumeRole', () => {
  it('issues a credential in the documented form', () => {
    const { credential, assumedRole } = issuedIn(decide());
    expect(credential.accessKeyId).toMatch(/^STS\.[A-Za-z0-9]{24,26}$/);
    expect(credential.accessKeySecret).toMatch(/^[A-Za-z0-9]{40,44}$/);
    expect(credential.securityToken).toMatch(/^CAIS[A-Za-z0-9+/]{496,}==$/);
    expect(credential.securityToken).toMatch(/\+/);
    expect(credential.securityToken).toMatch(/\//);
    expect(assumedRole.arn).toBe(`${ROLE_ARN}/session@1`);
    expect(assumedRole.id).toMatch(/^\d{18}:session@1$/);
  });

  it('ends the session on a whole second, at most as long as asked for', () => {
    const request = { ...REQUEST, durationSeconds: 900 };
    const decision = new StsCore(landing()).assumeRole(APP, request, NOW_MS + 789.25);
    const { credential } = issuedIn(decision);
    expect(credential.expiresAtMs).toBe(NOW_MS + 900_000);
    expect(readTokenExpiryMs(credential.securityToken)).toBe(credential.expiresAtMs);
  });

  it('repeats itself for the same seed and calls, and not for another seed', () => {
    const run = (seed: number) => {
      const core = new StsCore(landing({ seed, latency: { medianMs: 20, p99Ms: 90 } }));
      return [0, 1, 2].map((i) => core.assumeRole(APP, REQUEST, NOW_MS + i));
    };
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
  });

  it.each([
    ['MissingRoleArn', { roleArn: '' }],
    ['MissingRoleSessionName', { roleSessionName: '' }],
    ['InvalidParameter.RoleArn', { roleArn: 'arn:aws:iam::123456789012:role/x' }],
    ['InvalidParameter.RoleArn', { roleArn: `${ROLE_ARN}/` }],
    ['InvalidParameter.RoleSessionName', { roleSessionName: 'a' }],
    ['InvalidParameter.RoleSessionName', { roleSessionName: 'a'.repeat(65) }],
    ['InvalidParameter.RoleSessionName', { roleSessionName: 'a b' }],
    ['InvalidParameter.DurationSeconds', { durationSeconds: 899 }],
    ['InvalidParameter.DurationSeconds', { durationSeconds: 3_601 }],
    ['InvalidParameter.DurationSeconds', { durationSeconds: 43_201 }],
    ['InvalidParameter.DurationSeconds', { durationSeconds: 1_000.5 }],
    ['InvalidParameter.DurationSeconds', { durationSeconds: Number.NaN }],
    ['InvalidParameter.ExternalId', { externalId: 'x' }],
    ['InvalidParameter.ExternalId', { externalId: 'white space' }],
    ['InvalidParameter.SourceIdentity', { sourceIdentity: 'acs:alice' }],
    ['InvalidParameter.PolicyGrammar', { policy: '{' }],
    ['InvalidParameter.PolicyGrammar', { policy: 'null' }],
    ['InvalidParameter.PolicyGrammar', { policy: '' }],
    ['InvalidParameter.PolicyGrammar', { policy: '{"Version":"1","Statement":[]}' }],
    ['InvalidParameter.PolicyGrammar', { policy: PERMISSIVE_POLICY.replace('"1"', '"2"') }],
    ['InvalidParameter.PolicyGrammar', { policy: PERMISSIVE_POLICY.replace('Allow', 'Maybe') }],
    ['InvalidParameter.PolicyGrammar', { policy: PERMISSIVE_POLICY.replace('Action', 'Actor') }],
    ['InvalidParameter.PolicySize', { policy: `${PERMISSIVE_POLICY}${' '.repeat(2_048)}` }],
  ] as const)('refuses with %s for %j', (code, request) => {
    const decision = decide(request);
    expect(errorOf(decision)).toMatchObject({ code, status: 400 });
    expect(decision.record).toMatchObject({ outcome: 'failed', code });
  });

  it.each([
    { durationSeconds: 900 },
    { policy: PERMISSIVE_POLICY },
    { policy: PERMISSIVE_POLICY.replace(/\[(.*)\]/, '$1') },
    { externalId: 'partner:42/a.b@c,d=e+f-g' },
    { sourceIdentity: 'alice@corp.example' },
    { roleSessionName: 'a'.repeat(64) },
  ])('takes %j', (request) => {
    expect(decide(request).outcome.kind).toBe('issued');
  });

  it('keeps a good policy from making a bad one pass', () => {
    const core = new StsCore(landing());
    const ask = (policy: string) => core.assumeRole(APP, { ...REQUEST, policy }, NOW_MS);
    expect(ask(PERMISSIVE_POLICY).outcome.kind).toBe('issued');
    expect(errorOf(ask('{}')).code).toBe('InvalidParameter.PolicyGrammar');
  });

  it('tells a caller without permission from a role without trust', () => {
    const users = landing().users.map((user) => ({ ...user, mayAssume: [OTHER_ROLE_ARN] }));
    const unpermitted = decide({}, landing({ users }));
    expect(unpermitted.outcome).toMatchObject({
      error: { code: 'NoPermission', status: 403 },
      denied: { policyType: 'AccountLevelIdentityBasedPolicy', noPermissionType: 'ImplicitDeny' },
    });
    const roles = landing().roles.map((role) => ({ ...role, trust: trusting('acs:ram::1:root') }));
    expect(decide({}, landing({ roles })).outcome).toMatchObject({
      error: { code: 'NoPermission', status: 403, message: NOT_TRUSTED_MESSAGE },
      denied: { policyType: 'AssumeRolePolicy', noPermissionType: 'ImplicitDeny' },
    });
  });

  it('does not know roles that are not there, however often it is asked', () => {
    const core = new StsCore(landing());
    const roleArn = 'acs:ram::1000000000000101:role/role-nobody';
    for (let i = 0; i < 3; i += 1) {
      const decision = core.assumeRole(APP, { ...REQUEST, roleArn }, NOW_MS);
      expect(errorOf(decision)).toMatchObject({ code: 'EntityNotExist.Role', status: 404 });
    }
  });

  it('judges the ExternalId of each call, though it remembers other judgements', () => {
    const roles = landing().roles.map((role) => ({
      ...role,
      trust: {
        Version: '1' as const,
        Statement: role.trust.Statement.map((statement) => ({
          ...statement,
          Condition: { StringEquals: { 'sts:ExternalId': 'partner-1' } },
        })),
      },
    }));
    const core = new StsCore(landing({ roles }));
    const kinds = [undefined, 'partner-1', 'partner-2', 'partner-1', undefined].map(
      (externalId) => {
        const request = externalId === undefined ? REQUEST : { ...REQUEST, externalId };
        return core.assumeRole(APP, request, NOW_MS).outcome.kind;
      },
    );
    expect(kinds).toEqual(['refused', 'issued', 'refused', 'issued', 'refused']);
  });

  it('carries the source identity of a chain along unchanged', () => {
    const roles = landing().roles.map((role) => ({ ...role, mayAssume: ['*'] }));
    const chained: CallerIdentity = {
      kind: 'role',
      accountId: CALLERS_ACCOUNT,
      roleName: 'first',
      roleSessionName: 's1',
      sourceIdentity: 'alice',
    };
    const first = { ...roles[0]!, arn: `acs:ram::${CALLERS_ACCOUNT}:role/first` };
    const config = landing({ roles: [...roles, first] });
    const { sourceIdentity } = issuedIn(decide({ sourceIdentity: 'bob' }, config, chained));
    expect(sourceIdentity).toBe('alice');
  });
});

describe('quota in a decision', () => {
  const quota = { perRole: 2, perAccount: 3, limiter: { algorithm: 'fixed-window' } } as const;

  it('throttles with the documented code and says which scope refused', () => {
    const core = new StsCore(landing({ quota }));
    const decisions = [ROLE_ARN, ROLE_ARN, ROLE_ARN, OTHER_ROLE_ARN, OTHER_ROLE_ARN].map(
      (roleArn) => core.assumeRole(APP, { ...REQUEST, roleArn }, NOW_MS + 250),
    );
    expect(decisions.map(({ record }) => [record.outcome, record.throttledBy])).toEqual([
      ['succeeded', undefined],
      ['succeeded', undefined],
      ['throttled', 'role'],
      ['succeeded', undefined],
      ['throttled', 'account'],
    ]);
    expect(decisions[2]!.outcome).toMatchObject({
      error: {
        code: 'Throttling.User',
        status: 400,
        message: 'Request was denied due to user flow control.',
      },
      retryAfterMs: 750,
    });
  });

  it('spends on malformed calls, too', () => {
    const core = new StsCore(landing({ quota }));
    const ask = (roleSessionName: string) =>
      core.assumeRole(APP, { ...REQUEST, roleSessionName }, NOW_MS).record.code;
    const bad = 'InvalidParameter.RoleSessionName';
    expect([ask('!'), ask('!'), ask('fine')]).toEqual([bad, bad, 'Throttling.User']);
  });

  it('answers a throttled call with another status where it is told to', () => {
    const core = new StsCore(
      landing({ quota: { ...quota, perAccount: 1 }, wire: { throttleStatus: 429 } }),
    );
    core.assumeRole(APP, REQUEST, NOW_MS);
    expect(errorOf(core.assumeRole(APP, REQUEST, NOW_MS)).status).toBe(429);
  });
});

describe('faults', () => {
  const during = (fault: Partial<MockFault>): MockFault =>
    ({ fromMs: NOW_MS, toMs: NOW_MS + 1_000, ...fault }) as MockFault;
  const codesAround = (fault: MockFault) => {
    const core = new StsCore(landing({ faults: [fault] }));
    return [-1, 0, 999, 1_000].map(
      (offsetMs) => core.assumeRole(APP, REQUEST, NOW_MS + offsetMs).record.code,
    );
  };

  it('an outage lasts from its first instant to its last', () => {
    expect(codesAround(during({ kind: 'outage' }))).toEqual([
      'OK',
      'ServiceUnavailable',
      'ServiceUnavailable',
      'OK',
    ]);
  });

  it('an outage spends no quota', () => {
    const quota = {
      perRole: undefined,
      perAccount: 1,
      limiter: { algorithm: 'fixed-window' },
    } as const;
    const outage = during({ kind: 'outage', toMs: NOW_MS + 10 });
    const core = new StsCore(landing({ quota, faults: [outage] }));
    for (let i = 0; i < 5; i += 1) core.assumeRole(APP, REQUEST, NOW_MS + i);
    expect(core.assumeRole(APP, REQUEST, NOW_MS + 10).record.code).toBe('OK');
  });

  it('errors strike their share of calls with their code', () => {
    const fault = during({ kind: 'errors', share: 0.25, code: 'InternalError' });
    const core = new StsCore(landing({ faults: [fault] }));
    const codes = Array.from(
      { length: 4_000 },
      (_, i) => core.assumeRole(APP, REQUEST, NOW_MS + i / 5).record.code,
    );
    const struck = codes.filter((code) => code === 'InternalError').length;
    // Four standard deviations of a binomial count around 1,000.
    expect(Math.abs(struck - 1_000)).toBeLessThan(4 * Math.sqrt(4_000 * 0.25 * 0.75));
  });

  it('a code that STS does not have answers 500, and throttling counts as throttled', () => {
    const only = (code: string) =>
      decide({}, landing({ faults: [during({ kind: 'errors', share: 1, code })] }));
    expect(errorOf(only('Gremlins'))).toMatchObject({ code: 'Gremlins', status: 500 });
    expect(errorOf(only('toString'))).toMatchObject({ code: 'toString', status: 500 });
    expect(only('Throttling.Api').record).toMatchObject({ outcome: 'throttled' });
  });

  it('added latency comes on top of the drawn one', () => {
    const latency = { medianMs: 20, p99Ms: 20 };
    const fault = during({ kind: 'latency', addMs: 300 });
    const decision = decide({}, landing({ latency, faults: [fault, fault] }));
    expect(decision.latencyMs).toBe(620);
    expect(decision.record.serviceMs).toBe(620);
  });
});

describe('GetCallerIdentity', () => {
  const core = new StsCore(landing());

  it('describes a RAM user', () => {
    expect(core.getCallerIdentity(APP, NOW_MS).outcome).toMatchObject({
      kind: 'described',
      caller: {
        IdentityType: 'RAMUser',
        AccountId: CALLERS_ACCOUNT,
        Arn: `acs:ram::${CALLERS_ACCOUNT}:user/app`,
        UserId: expect.stringMatching(/^\d{18}$/),
      },
    });
  });

  it('describes a role session, without a user id', () => {
    const caller: CallerIdentity = {
      kind: 'role',
      accountId: '1000000000000101',
      roleName: 'role-app-prd',
      roleSessionName: 's1',
      sourceIdentity: undefined,
    };
    const { outcome } = core.getCallerIdentity(caller, NOW_MS);
    expect(outcome).toMatchObject({
      caller: {
        IdentityType: 'AssumedRoleUser',
        Arn: 'acs:ram::1000000000000101:assumed-role/role-app-prd/s1',
        PrincipalId: expect.stringMatching(/^\d{18}:s1$/),
      },
    });
    expect(outcome).not.toHaveProperty('caller.UserId');
  });
});
