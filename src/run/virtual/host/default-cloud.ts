/** The STS that a host has where nothing else is said: one user who may assume one role, and no quota. */
import type { MockStsConfig } from '../../../../mock-sts/core/config.ts';
import { fakeAccessKey } from '../../../../mock-sts/core/landing-zone.ts';
import type { AccessKey } from '../../../kernel/sts/credentials.ts';

const ACCOUNT = '1000000000000001';
const USER = 'app';
export const DEFAULT_REGION = 'cn-shanghai';
export const DEFAULT_ROLE_ARN = 'acs:ram::1100000000000001:role/role-app-prd';

/** Of the one user. */
export function defaultKey(seed: number): AccessKey {
  return fakeAccessKey(seed, ACCOUNT, USER);
}

/** Calls take 20 ms. */
export function defaultConfig(seed: number): MockStsConfig {
  return {
    seed,
    region: DEFAULT_REGION,
    users: [
      {
        accountId: ACCOUNT,
        name: USER,
        accessKeys: [{ ...defaultKey(seed), active: true }],
        mayAssume: [DEFAULT_ROLE_ARN],
      },
    ],
    roles: [
      {
        arn: DEFAULT_ROLE_ARN,
        maxSessionDurationSeconds: 43_200,
        trust: {
          Version: '1',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'sts:AssumeRole',
              Principal: { RAM: `acs:ram::${ACCOUNT}:user/${USER}` },
            },
          ],
        },
      },
    ],
    quota: { perRole: undefined, perAccount: undefined, limiter: { algorithm: 'fixed-window' } },
    latency: { medianMs: 20, p99Ms: 20 },
    faults: [],
  };
}
