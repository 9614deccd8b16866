/**
 * The mock's own landing zone, for when no configuration is given: identities in one account
 * (cloudops), roles in resource accounts, as enterprises set it up on Alibaba Cloud. Applications X,
 * Y and Z work in accounts A, B and C; platform engineering and cloud operations in D and E. Each
 * user may assume its own role and nothing else, and that role trusts nobody else.
 *
 * The AccessKeys are fake: drawn from the seed, good for this mock and for nothing else.
 */
import { stream } from '../../src/kernel/rng.ts';
import type { AccessKey } from '../../src/kernel/sts/credentials.ts';
import type {
  MockIdentityProvider,
  MockRole,
  MockSamlProvider,
  MockStsConfig,
  MockUser,
  TrustStatement,
} from './config.ts';
import { providerArn } from './identity.ts';
import {
  applicationPolicy,
  cloudOperationsPolicy,
  platformEngineeringPolicy,
} from './landing-zone-policies.ts';
import type { NamedPolicy } from './policy/document.ts';
import { RECIPIENTS } from './saml/assertion-rules.ts';

const CLOUDOPS_ACCOUNT = '1000000000000001';

const ASSIGNMENTS = [
  { user: 'appX', account: '1000000000000101', name: 'A', role: 'role-appX-prd' },
  { user: 'appY', account: '1000000000000102', name: 'B', role: 'role-appY-prd' },
  { user: 'appZ', account: '1000000000000103', name: 'C', role: 'role-appZ-prd' },
  { user: 'da9', account: '1000000000000104', name: 'D', role: 'role-da9-prd' },
  { user: '8ca', account: '1000000000000105', name: 'E', role: 'role-8ca-sys' },
] as const;

type Assignment = (typeof ASSIGNMENTS)[number];

/** A cluster whose pods exchange their tokens for sessions of a role of application X. */
const ACK_PODS: MockIdentityProvider = {
  account: ASSIGNMENTS[0].account,
  name: 'ack-pods',
  issuer: 'https://oidc-ack-cn-hangzhou.example/ack-pods',
  clientIds: ['sts.aliyuncs.com'],
};

/** Where people sign in: those of the operations team get a role without a key. */
const COMPANY_SSO: MockSamlProvider = {
  account: ASSIGNMENTS[4].account,
  name: 'company-sso',
  issuer: 'https://sso.company.example/saml',
};

/** Quota as Alibaba documents it; latency is an assumption, since no page gives one. */
export const MOCK_DEFAULTS = {
  seed: 1,
  region: 'cn-hangzhou',
  quota: { perRole: undefined, perAccount: 100, limiter: { algorithm: 'fixed-window' } },
  latency: { medianMs: 15, p99Ms: 80 },
} as const;

export function defaultLandingZone(seed: number = MOCK_DEFAULTS.seed): MockStsConfig {
  return {
    ...MOCK_DEFAULTS,
    seed,
    accounts: [
      { id: CLOUDOPS_ACCOUNT, name: 'cloudops' },
      ...ASSIGNMENTS.map(({ account, name }) => ({ id: account, name })),
    ],
    users: ASSIGNMENTS.map((assignment) => userOf(assignment, seed)),
    roles: [...ASSIGNMENTS.map(roleOf), podsRole(), peoplesRole()],
    identityProviders: [ACK_PODS],
    samlProviders: [COMPANY_SSO],
    faults: [],
  };
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** In the form of real ones: an id of 24 characters and a secret of 30. */
export function fakeAccessKey(seed: number, accountId: string, user: string): AccessKey {
  const rng = stream(seed, 'access-key', `${accountId}/${user}`);
  const characters = (count: number) =>
    Array.from({ length: count }, () => ALPHANUMERIC[rng.below(ALPHANUMERIC.length)]).join('');
  return { accessKeyId: `LTAI5t${characters(18)}`, accessKeySecret: characters(30) };
}

function userOf({ user, account, role }: Assignment, seed: number): MockUser {
  return {
    accountId: CLOUDOPS_ACCOUNT,
    name: user,
    accessKeys: [{ ...fakeAccessKey(seed, CLOUDOPS_ACCOUNT, user), active: true }],
    mayAssume: [`acs:ram::${account}:role/${role}`],
  };
}

function roleOf({ user, account, role }: Assignment): MockRole {
  return {
    arn: `acs:ram::${account}:role/${role}`,
    maxSessionDurationSeconds: 3_600,
    policies: [policyOf(user, account)],
    trust: {
      Version: '1',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { RAM: [`acs:ram::${CLOUDOPS_ACCOUNT}:user/${user}`] },
        },
      ],
    },
  };
}

function podsRole(): MockRole {
  const { account, issuer, clientIds } = ACK_PODS;
  return federatedRole(
    `acs:ram::${account}:role/role-appX-pods`,
    policyOf('appX', account),
    providerArn('oidc-provider', ACK_PODS),
    {
      StringEquals: { 'oidc:iss': issuer, 'oidc:aud': clientIds },
      StringLike: { 'oidc:sub': ['system:serviceaccount:appx:*'] },
    },
  );
}

function peoplesRole(): MockRole {
  const { account } = COMPANY_SSO;
  return federatedRole(
    `acs:ram::${account}:role/role-8ca-people`,
    policyOf('8ca', account),
    providerArn('saml-provider', COMPANY_SSO),
    { StringEquals: { 'saml:recipient': RECIPIENTS } },
  );
}

function federatedRole(
  arn: string,
  policy: NamedPolicy,
  provider: string,
  Condition: NonNullable<TrustStatement['Condition']>,
): MockRole {
  const Principal = { Federated: [provider] };
  return {
    arn,
    maxSessionDurationSeconds: 3_600,
    policies: [policy],
    trust: {
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal, Condition }],
    },
  };
}

function policyOf(user: Assignment['user'], account: string): NamedPolicy {
  if (user === 'da9') return platformEngineeringPolicy(account);
  return user === '8ca' ? cloudOperationsPolicy() : applicationPolicy(user);
}
