/**
 * The default credential chain of `@alicloud/credentials`, source by source, as a dry run shows it: whom STS
 * takes the caller for, and how often the chain itself had to call STS.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { profileWithRole } from './kept.ts';
import {
  CANARY,
  OIDC_PROVIDER,
  type PosingSts,
  posingSts,
  REHEARSAL_ROLE,
  sessionCalls,
} from './posing-sts.ts';

let sts: PosingSts;
beforeAll(async () => {
  sts = await posingSts();
});
afterAll(() => sts.close());

const NO_KEY = { ALIBABA_CLOUD_ACCESS_KEY_ID: '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: '' };

function kept(name: string, text: string): string {
  const file = join(sts.home, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Each gives the environment in which the chain comes to that source. */
const SOURCES: Readonly<Record<string, () => Promise<Record<string, string>>>> = {
  environment: async () => ({}),
  'profile of the command line': async () => {
    const home = join(sts.home, 'with-profile');
    profileWithRole(home);
    return { ...NO_KEY, HOME: home };
  },
  'credentials file': async () => {
    const { accessKeyId, accessKeySecret } = CANARY;
    const lines = ['[default]', 'type=access_key', `access_key_id=${accessKeyId}`];
    const text = [...lines, `access_key_secret=${accessKeySecret}`].join('\n');
    return { ...NO_KEY, ALIBABA_CLOUD_CREDENTIALS_FILE: kept('credentials', text) };
  },
  'OIDC token': async () => {
    const response = await fetch(`${sts.mock.httpUrl}/_mock/oidc/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/plain' },
      body: JSON.stringify({ sub: 'system:serviceaccount:rehearsal:rehearsal' }),
    });
    return {
      ...NO_KEY,
      ALIBABA_CLOUD_ROLE_ARN: REHEARSAL_ROLE,
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: OIDC_PROVIDER,
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: kept('token', await response.text()),
    };
  },
  'instance role': async () => ({ ...NO_KEY, ALIBABA_CLOUD_ECS_METADATA_DISABLED: '' }),
  'credentials URI': async () => ({
    ...NO_KEY,
    ALIBABA_CLOUD_CREDENTIALS_URI: `${sts.mock.httpUrl}/_mock/credentials/rehearsal`,
  }),
};

const USER = 'RAMUser acs:ram::1000000000000001:user/rehearsal';
const ROLE = 'AssumedRoleUser acs:ram::1000000000000001:assumed-role/rehearsal/';

test.each([
  ['environment', 'default/env', USER, 0],
  ['profile of the command line', 'default/cli_profile', ROLE, 1],
  ['credentials file', 'default/profile', USER, 0],
  ['OIDC token', 'default/oidc_role_arn', ROLE, 1],
  ['instance role', 'default/ecs_ram_role', ROLE, 0],
  ['credentials URI', 'default/credential_uri', ROLE, 0],
])('%s', async (source, provider, identity, ownCalls) => {
  const before = sts.calls.length;
  const env = await SOURCES[source]!();
  const ended = await sts.run('real/brief.yaml', ['--budget', '9', '--dry-run'], { env });
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toContain(identity);
  expect(ended.stdout).toContain(`credential  ${provider}`);
  const seen = sts.calls.slice(before);
  expect(seen.filter(({ action }) => action === 'GetCallerIdentity')).toHaveLength(1);
  expect(sessionCalls(seen)).toHaveLength(ownCalls);
  expect(ended.stdout.includes('called STS once')).toBe(ownCalls === 1);
});
