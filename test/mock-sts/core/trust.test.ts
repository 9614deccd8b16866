import { describe, expect, it } from 'vitest';
import type { TrustPolicy, TrustStatement } from '../../../mock-sts/core/config.ts';
import type { CallerIdentity } from '../../../mock-sts/core/identity.ts';
import { compileTrust } from '../../../mock-sts/core/trust.ts';
import { APP, CALLERS_ACCOUNT, trusting } from '../landing.ts';

const PIPELINE: CallerIdentity = {
  kind: 'role',
  accountId: CALLERS_ACCOUNT,
  roleName: 'pipeline',
  roleSessionName: 's1',
  sourceIdentity: undefined,
};
const STRANGER: CallerIdentity = { kind: 'user', accountId: '2000000000000002', name: 'app' };

const of = (...Statement: TrustStatement[]): TrustPolicy => ({ Version: '1', Statement });
const allow = (changes: Partial<TrustStatement> = {}): TrustStatement => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { RAM: `acs:ram::${CALLERS_ACCOUNT}:root` },
  ...changes,
});

describe('trust policy', () => {
  it.each([
    [
      'root admits the account’s users',
      trusting(`acs:ram::${CALLERS_ACCOUNT}:root`),
      APP,
      'allowed',
    ],
    [
      'root admits the account’s roles',
      trusting(`acs:ram::${CALLERS_ACCOUNT}:root`),
      PIPELINE,
      'allowed',
    ],
    [
      'root admits nobody else',
      trusting(`acs:ram::${CALLERS_ACCOUNT}:root`),
      STRANGER,
      'not-mentioned',
    ],
    [
      'a user is admitted by name',
      trusting(`acs:ram::${CALLERS_ACCOUNT}:user/app`),
      APP,
      'allowed',
    ],
    [
      'another user is not',
      trusting(`acs:ram::${CALLERS_ACCOUNT}:user/other`),
      APP,
      'not-mentioned',
    ],
    [
      'a role is admitted by name',
      trusting(`acs:ram::${CALLERS_ACCOUNT}:role/pipeline`),
      PIPELINE,
      'allowed',
    ],
    ['a user is no role', trusting(`acs:ram::${CALLERS_ACCOUNT}:role/app`), APP, 'not-mentioned'],
    ['stars and question marks match', trusting('acs:ram::*:user/a?p'), STRANGER, 'allowed'],
    [
      'dots of a pattern are dots',
      trusting(`acs:ram::${CALLERS_ACCOUNT}:user/a.p`),
      APP,
      'not-mentioned',
    ],
    [
      'services are not RAM principals',
      of(allow({ Principal: { Service: 'ecs.aliyuncs.com' } })),
      APP,
      'not-mentioned',
    ],
    [
      'another action does not count',
      of(allow({ Action: 'sts:GetCallerIdentity' })),
      APP,
      'not-mentioned',
    ],
    [
      'an action may be a pattern in a list',
      of(allow({ Action: ['oss:*', 'sts:*'] })),
      APP,
      'allowed',
    ],
    ['a Deny wins over an earlier Allow', of(allow(), allow({ Effect: 'Deny' })), APP, 'denied'],
    ['a Deny wins over a later Allow', of(allow({ Effect: 'Deny' }), allow()), APP, 'denied'],
  ] as const)('%s', (_statement, policy, caller, decision) => {
    expect(compileTrust(policy)(caller, undefined)).toBe(decision);
  });

  it.each([
    ['StringEquals', 'partner-1', 'partner-1', 'allowed'],
    ['StringEquals', 'partner-1', 'partner-2', 'not-mentioned'],
    ['StringEquals', 'partner-*', 'partner-2', 'not-mentioned'],
    ['StringEquals', 'partner-1', undefined, 'not-mentioned'],
    ['StringEquals', ['partner-1', 'partner-2'], 'partner-2', 'allowed'],
    ['StringLike', 'partner-*', 'partner-2', 'allowed'],
    ['StringLike', 'partner-?', 'partner-22', 'not-mentioned'],
    ['StringNotEquals', 'partner-1', 'partner-2', 'not-mentioned'],
  ] as const)('%s %s holds %s to be %s', (operator, value, externalId, decision) => {
    const policy = of(allow({ Condition: { [operator]: { 'sts:ExternalId': value } } }));
    expect(compileTrust(policy)(APP, externalId)).toBe(decision);
  });

  it('asks for every condition', () => {
    const Condition = {
      StringEquals: { 'sts:ExternalId': 'partner-1' },
      StringLike: { 'sts:ExternalId': 'nobody-*' },
    };
    expect(compileTrust(of(allow({ Condition })))(APP, 'partner-1')).toBe('not-mentioned');
  });

  it('never widens access by a condition that it cannot judge', () => {
    const Condition = { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' } };
    expect(compileTrust(of(allow({ Condition })))(APP, undefined)).toBe('not-mentioned');
    const denying = of(allow(), allow({ Effect: 'Deny', Condition }));
    expect(compileTrust(denying)(APP, undefined)).toBe('denied');
  });
});
