import { describe, expect, it } from 'vitest';
import type { TrustPolicy, TrustStatement } from '../../../mock-sts/core/config.ts';
import type { CallerIdentity } from '../../../mock-sts/core/identity.ts';
import { compilePolicy } from '../../../mock-sts/core/policy/compile.ts';
import { type ConditionContext, decide } from '../../../mock-sts/core/policy/evaluate.ts';
import {
  federatedPrincipal,
  ramPrincipal,
  servicePrincipal,
  trustRequest,
} from '../../../mock-sts/core/trust.ts';
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

function trust(policy: TrustPolicy, caller: CallerIdentity, context: ConditionContext = {}) {
  const request = trustRequest({ principal: ramPrincipal(caller), context });
  return decide(compilePolicy('trust', policy), request);
}

describe('trust policy', () => {
  it.each([
    ['root admits the account’s users', trusting(`acs:ram::${CALLERS_ACCOUNT}:root`), APP, 'Allow'],
    [
      'root admits the account’s roles',
      trusting(`acs:ram::${CALLERS_ACCOUNT}:root`),
      PIPELINE,
      'Allow',
    ],
    [
      'root admits nobody else',
      trusting(`acs:ram::${CALLERS_ACCOUNT}:root`),
      STRANGER,
      'ImplicitDeny',
    ],
    ['a user is admitted by name', trusting(`acs:ram::${CALLERS_ACCOUNT}:user/app`), APP, 'Allow'],
    [
      'another user is not',
      trusting(`acs:ram::${CALLERS_ACCOUNT}:user/other`),
      APP,
      'ImplicitDeny',
    ],
    [
      'a role is admitted by name',
      trusting(`acs:ram::${CALLERS_ACCOUNT}:role/pipeline`),
      PIPELINE,
      'Allow',
    ],
    ['a user is no role', trusting(`acs:ram::${CALLERS_ACCOUNT}:role/app`), APP, 'ImplicitDeny'],
    ['stars and question marks match', trusting('acs:ram::*:user/a?p'), STRANGER, 'Allow'],
    [
      'dots of a pattern are dots',
      trusting(`acs:ram::${CALLERS_ACCOUNT}:user/a.p`),
      APP,
      'ImplicitDeny',
    ],
    [
      'services are not RAM principals',
      of(allow({ Principal: { Service: 'ecs.aliyuncs.com' } })),
      APP,
      'ImplicitDeny',
    ],
    [
      'another action does not count',
      of(allow({ Action: 'sts:GetCallerIdentity' })),
      APP,
      'ImplicitDeny',
    ],
    [
      'an action may be a pattern in a list',
      of(allow({ Action: ['oss:*', 'sts:*'] })),
      APP,
      'Allow',
    ],
    [
      'a Deny wins over an earlier Allow',
      of(allow(), allow({ Effect: 'Deny' })),
      APP,
      'ExplicitDeny',
    ],
    ['a Deny wins over a later Allow', of(allow({ Effect: 'Deny' }), allow()), APP, 'ExplicitDeny'],
  ] as const)('%s', (_statement, policy, caller, decision) => {
    expect(trust(policy, caller)).toBe(decision);
  });

  it.each([
    ['StringEquals', 'partner-1', 'partner-1', 'Allow'],
    ['StringEquals', 'partner-1', 'partner-2', 'ImplicitDeny'],
    ['StringEquals', 'partner-*', 'partner-2', 'ImplicitDeny'],
    ['StringEquals', 'partner-1', undefined, 'ImplicitDeny'],
    ['StringEquals', ['partner-1', 'partner-2'], 'partner-2', 'Allow'],
    ['StringLike', 'partner-*', 'partner-2', 'Allow'],
    ['StringLike', 'partner-?', 'partner-22', 'ImplicitDeny'],
    ['StringNotEquals', 'partner-1', 'partner-2', 'Allow'],
    ['StringNotEquals', 'partner-1', 'partner-1', 'ImplicitDeny'],
  ] as const)('%s %s holds %s to be %s', (operator, value, externalId, decision) => {
    const policy = of(allow({ Condition: { [operator]: { 'sts:ExternalId': value } } }));
    expect(trust(policy, APP, { 'sts:ExternalId': externalId })).toBe(decision);
  });

  it('asks for every condition', () => {
    const Condition = {
      StringEquals: { 'sts:ExternalId': 'partner-1' },
      StringLike: { 'sts:ExternalId': 'nobody-*' },
    };
    expect(trust(of(allow({ Condition })), APP, { 'sts:ExternalId': 'partner-1' })).toBe(
      'ImplicitDeny',
    );
  });

  it('never widens access by a condition that it cannot judge', () => {
    for (const Condition of [
      { IpAddressIfExists: { 'acs:SourceIp': '10.0.0.0/8' } },
      { IpAddress: { 'acs:SourceIp': 'ten' } },
    ]) {
      expect(trust(of(allow({ Condition })), APP)).toBe('ImplicitDeny');
      const denying = of(allow(), allow({ Effect: 'Deny', Condition }));
      expect(trust(denying, APP)).toBe('ExplicitDeny');
    }
  });

  it('a key that the request does not have fits nothing, in an Allow and in a Deny', () => {
    const Condition = { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' } };
    expect(trust(of(allow({ Condition })), APP)).toBe('ImplicitDeny');
    expect(trust(of(allow(), allow({ Effect: 'Deny', Condition })), APP)).toBe('Allow');
  });

  it('admits a service by its name, and no other', () => {
    const policy = compilePolicy(
      'trust',
      of(allow({ Principal: { Service: ['ecs.aliyuncs.com'] } })),
    );
    const ask = (service: string) =>
      decide(policy, trustRequest({ principal: servicePrincipal(service), context: {} }));
    expect(ask('ecs.aliyuncs.com')).toBe('Allow');
    expect(ask('fc.aliyuncs.com')).toBe('ImplicitDeny');
  });

  it('admits whom an identity provider vouches for, under its conditions', () => {
    const provider = 'acs:ram::1000000000000101:oidc-provider/ack';
    const Condition = {
      StringEquals: { 'oidc:aud': 'sts.aliyuncs.com', 'oidc:iss': 'https://idp.example' },
      StringLike: { 'oidc:sub': 'system:serviceaccount:shop:*' },
    };
    const policy = compilePolicy(
      'trust',
      of(allow({ Principal: { Federated: provider }, Condition })),
    );
    const ask = (sub: string, aud: string[], arn = provider) =>
      decide(
        policy,
        trustRequest({
          principal: federatedPrincipal(arn),
          context: { 'oidc:iss': 'https://idp.example', 'oidc:aud': aud, 'oidc:sub': sub },
        }),
      );
    const pod = 'system:serviceaccount:shop:cart';
    expect(ask(pod, ['other', 'sts.aliyuncs.com'])).toBe('Allow');
    expect(ask(pod, ['other'])).toBe('ImplicitDeny');
    expect(ask('system:serviceaccount:bank:cart', ['sts.aliyuncs.com'])).toBe('ImplicitDeny');
    expect(ask(pod, ['sts.aliyuncs.com'], `${provider}2`)).toBe('ImplicitDeny');
  });
});
