import { expect, test } from 'vitest';
import {
  driverEnvironment,
  forgetCredentials,
  gateEnvironment,
} from '../../../../src/run/live/real/environments.ts';

const SECRETS = {
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'a',
  alibaba_cloud_security_token: 'b',
  ALIBABACLOUD_ACCESS_KEY_ID: 'c',
  ALICLOUD_SECRET_KEY: 'd',
  ALIYUN_ACCESS_KEY: 'e',
};
const WAYS = { https_proxy: 'p', HTTP_PROXY: 'p', ALL_PROXY: 'p', NODE_USE_ENV_PROXY: '1' };
const TALKERS = { DEBUG: '*', NODE_DEBUG: 'http' };
const PLAIN = { PATH: '/bin', HOME: '/home/me', PRODUCT_DEBUG: '1' };
const ALL = { ...SECRETS, ...WAYS, ...TALKERS, ...PLAIN };

test('clients under test find neither credentials nor proxies', () => {
  expect(driverEnvironment(ALL)).toEqual(PLAIN);
});

test('the gate has the credentials, and says nothing of them', () => {
  expect(gateEnvironment(ALL)).toEqual({ ...SECRETS, ...WAYS, ...PLAIN });
});

test('a process forgets what its gate has', () => {
  const environment: NodeJS.ProcessEnv = { ...ALL };
  forgetCredentials(environment);
  expect(environment).toEqual(PLAIN);
});
