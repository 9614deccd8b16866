// What every server of the mock's benchmark knows: one caller, one role, quotas that are counted and
// never reached, no modelled latency. And how a server tells its parent where it listens.
import { defaultLandingZone } from '../../dist/mock-sts/core/landing-zone.js';

export const SECRET = 'benchmark-secret-that-is-no-secret';
export const ACCESS_KEY_ID = 'LTAI5tBenchmarkKeyOfMock';
export const ACCOUNT = '1000000000000001';
export const ROLE_ARN = 'acs:ram::1000000000000002:role/role-appx-prd';
export const TRUST = {
  Version: '1',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { RAM: [`acs:ram::${ACCOUNT}:user/appX`] },
    },
  ],
};
export const MAY_ASSUME = ['acs:ram::*:role/role-appx-*'];
const EXTERNAL_ID = 'landing-zone-2026';
export const QUOTA_PER_SECOND = 1_000_000_000;

export const MOCK_CONFIG = {
  seed: 1,
  region: 'cn-hangzhou',
  users: [
    {
      accountId: ACCOUNT,
      name: 'appX',
      accessKeys: [{ accessKeyId: ACCESS_KEY_ID, accessKeySecret: SECRET, active: true }],
      mayAssume: MAY_ASSUME,
    },
  ],
  roles: [{ arn: ROLE_ARN, maxSessionDurationSeconds: 43_200, trust: TRUST }],
  quota: {
    perRole: QUOTA_PER_SECOND,
    perAccount: QUOTA_PER_SECOND,
    limiter: { algorithm: 'fixed-window' },
  },
  latency: { medianMs: 0, p99Ms: 0 },
  faults: [],
};

/** The one caller, with a session policy in each of his calls. */
export const ONE_APPLICATION = [
  {
    accessKeyId: ACCESS_KEY_ID,
    accessKeySecret: SECRET,
    form: {
      RoleArn: ROLE_ARN,
      RoleSessionName: 'credentials-nodejs-1795400110210',
      DurationSeconds: '3600',
      Policy: readOnly('app-data-bucket'),
    },
  },
];

/** What policies are measured against: the same mock with the five applications of its landing zone. */
export const LANDING_ZONE_CONFIG = {
  ...defaultLandingZone(),
  quota: MOCK_CONFIG.quota,
  latency: MOCK_CONFIG.latency,
};

export const APPLICATIONS = LANDING_ZONE_CONFIG.users.map(({ accessKeys, mayAssume }, i) => ({
  accessKeyId: accessKeys[0].accessKeyId,
  accessKeySecret: accessKeys[0].accessKeySecret,
  form: {
    RoleArn: mayAssume[0],
    RoleSessionName: `credentials-nodejs-179540011021${i}`,
    DurationSeconds: '3600',
  },
}));

const PARTNERS = { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } };

/**
 * The landing zone with policies that decide each call. A user's say which roles he may assume, and
 * deny it from outside the network; the engine is asked with the role's ARN as the resource. A role's
 * trust asks for an ExternalId, and its own policies say what a session may do. There are no control
 * policies.
 */
export const POLICED_CONFIG = {
  ...LANDING_ZONE_CONFIG,
  users: LANDING_ZONE_CONFIG.users.map((user) => ({
    ...user,
    mayAssume: [],
    policies: [
      policy('assume', [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: user.mayAssume },
        {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { NotIpAddress: { 'acs:SourceIp': ['10.0.0.0/8', '127.0.0.0/8'] } },
        },
      ]),
      policy('never', [
        { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: 'acs:ram::*:role/*-admin' },
        { Effect: 'Deny', Action: ['ram:*', 'kms:*'], Resource: '*' },
      ]),
    ],
  })),
  roles: LANDING_ZONE_CONFIG.roles.map((role) => ({
    ...role,
    trust: {
      ...role.trust,
      Statement: role.trust.Statement.map((statement) =>
        statement.Principal.RAM === undefined ? statement : { ...statement, Condition: PARTNERS },
      ),
    },
  })),
};

/** They narrow their sessions: an application sends one text, and there are five applications. */
export const NARROWED_APPLICATIONS = APPLICATIONS.map(({ form, ...key }, i) => ({
  ...key,
  form: {
    ...form,
    ExternalId: EXTERNAL_ID,
    Policy: readOnly(`${LANDING_ZONE_CONFIG.users[i].name.toLowerCase()}-data`),
  },
}));

function readOnly(bucket) {
  const statement = {
    Effect: 'Allow',
    Action: ['oss:Get*', 'oss:List*'],
    Resource: [`acs:oss:*:*:${bucket}/*`],
  };
  return JSON.stringify({ Version: '1', Statement: [statement] });
}

function policy(name, Statement) {
  return { name, document: { Version: '1', Statement } };
}

/** Answers the parent's question for CPU time used so far, in microseconds. */
export function report(ports) {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send({ cpuUs: user + system });
  });
  process.on('disconnect', () => process.exit(0));
  process.send(ports);
}
