/**
 * Our client in the hands of the real packages: `@alicloud/credentials` takes it as a provider, and
 * a client of `@alicloud/openapi-core` (here `@alicloud/sts20150401`) signs with it.
 */
import { createRequire } from 'node:module';
import { afterEach, expect, it } from 'vitest';
import { CachingCredentialClient } from '../../src/client/caching-credential-client.ts';
import { SharedCredential } from '../../src/client/shared-credential.ts';
import { SharedCredentialClient } from '../../src/client/shared-credential-client.ts';
import { type CannedSts, cannedSts, issued } from './canned-sts.ts';

const require = createRequire(import.meta.url);
const { default: Credential }: typeof import('@alicloud/credentials') =
  require('@alicloud/credentials');
const { default: Sts }: typeof import('@alicloud/sts20150401') = require('@alicloud/sts20150401');

const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function setUp() {
  const sts: CannedSts = await cannedSts(({ headers }) =>
    headers['x-acs-action'] === 'AssumeRole'
      ? issued()
      : { status: 200, body: JSON.stringify({ AccountId: '1234567890123456' }) },
  );
  const client = new CachingCredentialClient({
    source: { accessKeyId: 'LTAIsource', accessKeySecret: 'source-secret' },
    roleArn: 'acs:ram::1234567890123456:role/app',
    roleSessionName: 'test',
    endpoint: sts.endpoint,
  });
  open.push(client, sts);
  return { sts, credential: new Credential(null, client) };
}

it('new Credential(null, client) hands out our credential', async () => {
  const { sts, credential } = await setUp();
  const models = await Promise.all(Array.from({ length: 50 }, () => credential.getCredential()));
  expect(models[49]).toMatchObject({
    accessKeyId: 'STS.issued',
    accessKeySecret: 'issued-secret',
    securityToken: 'CAISissued+/=',
    type: 'ram_role_arn',
  });
  expect(await credential.getAccessKeyId()).toBe('STS.issued');
  expect(credential.getType()).toBe('ram_role_arn');
  expect(sts.seen, 'one call for fifty who asked at once').toHaveLength(1);
});

it('an OpenAPI client signs with it', async () => {
  const { sts, credential } = await setUp();
  const config = { credential, endpoint: new URL(sts.endpoint).host, protocol: 'http' };
  const openApi = new Sts(config as unknown as ConstructorParameters<typeof Sts>[0]);
  const answer = await openApi.getCallerIdentity();
  expect(answer.body?.accountId).toBe('1234567890123456');
  const { headers } = sts.seen.at(-1)!;
  expect(headers['x-acs-security-token']).toBe('CAISissued+/=');
  expect(headers.authorization).toContain('Credential=STS.issued,');
});

it('new Credential(null, client) hands out a credential that another thread shares, too', async () => {
  const { credential: held } = await setUp();
  const { accessKeyId, accessKeySecret, securityToken } = await held.getCredential();
  const shared = new SharedCredential();
  shared.publish({
    accessKeyId: accessKeyId!,
    accessKeySecret: accessKeySecret!,
    securityToken: securityToken!,
    expiresAtMs: Number.MAX_SAFE_INTEGER,
  });
  const credential = new Credential(null, new SharedCredentialClient({ shared }));
  expect(await credential.getCredential()).toMatchObject({
    accessKeyId: 'STS.issued',
    securityToken: 'CAISissued+/=',
    type: 'ram_role_arn',
  });
});
