// What every server of the mock's benchmark knows: one caller, one role, quotas that are counted and
// never reached, no modelled latency. And how a server tells its parent where it listens.
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

/**
 * The same, with policies on both sides of every call: the user's name actions and resources, under a
 * condition that has to be asked anew each time, and deny others; the role's say what a session may
 * do; its trust asks for a condition, too.
 */
export const POLICED_CONFIG = {
  ...MOCK_CONFIG,
  users: MOCK_CONFIG.users.map((user) => ({
    ...user,
    mayAssume: [],
    policies: [
      policy('assume', [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Resource: MAY_ASSUME,
          Condition: { IpAddress: { 'acs:SourceIp': ['10.0.0.0/8', '127.0.0.0/8'] } },
        },
      ]),
      policy('never', [
        { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: 'acs:ram::*:role/*-admin' },
        { Effect: 'Deny', Action: ['ram:*', 'kms:*'], Resource: '*' },
      ]),
    ],
  })),
  roles: MOCK_CONFIG.roles.map((role) => ({
    ...role,
    trust: {
      ...TRUST,
      Statement: TRUST.Statement.map((statement) => ({
        ...statement,
        Condition: { IpAddress: { 'acs:SourceIp': ['127.0.0.1'] } },
      })),
    },
    policies: [
      policy('objects', [
        {
          Effect: 'Allow',
          Action: ['oss:Get*', 'oss:List*', 'oss:PutObject'],
          Resource: ['acs:oss:*:*:app-data-bucket', 'acs:oss:*:*:app-data-bucket/*'],
        },
      ]),
    ],
  })),
};

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
