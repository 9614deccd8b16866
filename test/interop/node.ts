/** Alibaba Cloud's Node clients. */
import { describe, expect } from 'vitest';
import { describeInstance, describeUri } from './around-checks.ts';
import type { IssuedAs } from './cloud.ts';
import { type Ask, describeCaching, describeChain, LEAD_900_SECONDS } from './credential-checks.ts';
import { Kit } from './kit.ts';
import { runNode } from './node-process.ts';
import { describeKms, describeOss } from './node-services.ts';
import { describeOidc } from './oidc-checks.ts';
import { describeSaml } from './saml-checks.ts';
import { describeStsClient } from './sts-client-checks.ts';

export function describeNode(): void {
  describe('Node', () => {
    const kit = new Kit({
      language: 'Node',
      tools: [
        { name: 'node', args: ['--version'] },
        { name: 'npm', args: ['--version'] },
      ],
      version: /v(\d+)/,
      steps: [['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund']],
    });
    describeCredentials(kit);
    describeStsClients(kit);
    describeOss(kit);
    describeKms(kit);
  });
}

function describeCredentials(kit: Kit): void {
  const client = { client: '`@alicloud/credentials`', version: '2.4.7', kit };
  const pointing = '`stsEndpoint: "<host:port>"` of its HTTPS; `NODE_EXTRA_CA_CERTS`';
  const errorOf = (code: string, message: string) => ({
    name: 'Error',
    message: expect.stringMatching(new RegExp(`${code}.*${message}|${message}.*${code}`)),
  });
  const roleConfig = ({ roleArn, roleSessionName, durationSeconds }: IssuedAs) => ({
    type: 'ram_role_arn',
    ...kit.cloud.key,
    roleArn,
    roleSessionName,
    roleSessionExpiration: durationSeconds,
    stsEndpoint: kit.cloud.mock.httpsHost,
  });

  describeCaching({
    row: {
      ...client,
      provider: '`ram_role_arn`',
      pointing,
    },
    read: (ask) =>
      runNode(kit, 'credentials', { job: { config: roleConfig(ask), reads: ask.reads } }),
    nearExpiry: LEAD_900_SECONDS,
    errorOf,
  });

  describeCaching({
    row: {
      ...client,
      provider: 'default chain, CLI profile `RamRoleArn`',
      pointing: '`"sts_endpoint"` of the profile in `~/.aliyun/config.json`; `NODE_EXTRA_CA_CERTS`',
    },
    read: async (ask) => {
      const report = await runNode(kit, 'credentials', {
        job: { reads: ask.reads },
        home: { '.aliyun/config.json': cliProfile(kit, ask) },
        // The chain would go on to ask the instance that this is not.
        env: { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' },
      });
      for (const { provider } of report.credentials) {
        expect(provider).toMatch(/^default\/cli_profile/);
      }
      return report;
    },
    nearExpiry: LEAD_900_SECONDS,
    errorOf,
  });

  describeChain({
    row: {
      ...client,
      provider: '`ram_role_arn` with the credential of another role',
      pointing: 'as `ram_role_arn`',
    },
    read: (ask, source) =>
      runNode(kit, 'credentials', { job: { config: { ...roleConfig(ask), ...source }, reads: 1 } }),
  });

  describeOidc({
    row: { ...client, pointing },
    nearExpiry: LEAD_900_SECONDS,
    errorOf,
    read: ({ reads, ...ask }) => {
      const config = {
        type: 'oidc_role_arn',
        oidcProviderArn: ask.providerArn,
        oidcTokenFilePath: ask.tokenFile,
        roleArn: ask.roleArn,
        roleSessionName: ask.roleSessionName,
        roleSessionExpiration: ask.durationSeconds,
        stsEndpoint: kit.cloud.mock.httpsHost,
      };
      return runNode(kit, 'credentials', { job: { config, reads } });
    },
  });
  describeUri(client, (env, type) => {
    const job = type === 'default' ? { reads: 1 } : { config: { type }, reads: 1 };
    return runNode(kit, 'credentials', { job, env });
  });
  describeInstance(client, (beside) =>
    runNode(kit, 'credentials', { job: { config: { type: 'ecs_ram_role' }, reads: 1 }, beside }),
  );
}

function cliProfile(kit: Kit, { roleArn, roleSessionName, durationSeconds }: Ask): string {
  const { accessKeyId, accessKeySecret } = kit.cloud.key;
  const profile = {
    name: 'interop',
    mode: 'RamRoleArn',
    access_key_id: accessKeyId,
    access_key_secret: accessKeySecret,
    ram_role_arn: roleArn,
    ram_session_name: roleSessionName,
    expired_seconds: durationSeconds,
    sts_endpoint: kit.cloud.mock.httpsHost,
  };
  return JSON.stringify({ current: 'interop', profiles: [profile] });
}

function describeStsClients(kit: Kit): void {
  const openApi = (config: object) => ({
    ...kit.cloud.key,
    protocol: 'http',
    endpoint: kit.cloud.httpHost,
    ...config,
  });
  for (const [scheme, config] of [
    ['V3', {}],
    ['v1', { signatureAlgorithm: 'v2' }],
  ] as const) {
    describeStsClient({
      row: {
        client: '`@alicloud/sts20150401`',
        version: '1.2.0',
        kit,
        provider: `AssumeRole, GetCallerIdentity; signature ${scheme}`,
        pointing: '`protocol: "http", endpoint: "<host:port>"`',
      },
      assume: (request) => runNode(kit, 'open-api', { job: { config: openApi(config), request } }),
      errorOf: (code, message) => ({
        name: code.startsWith('Throttling') ? 'ThrottlingError' : 'ClientError',
        code,
        statusCode: code === 'NoPermission' ? 403 : 400,
        message: expect.stringContaining(message),
      }),
    });
  }
  describeSaml(
    {
      client: '`@alicloud/sts20150401`',
      version: '1.2.0',
      kit,
      provider: 'AssumeRoleWithSAML, without a key',
      pointing: '`protocol: "http", endpoint: "<host:port>"`',
    },
    (request) => {
      const config = { protocol: 'http', endpoint: kit.cloud.httpHost };
      return runNode(kit, 'saml', { job: { config, request } });
    },
  );
  for (const method of ['GET', 'POST']) {
    describeStsClient({
      row: {
        client: '`@alicloud/pop-core`',
        version: '1.8.0',
        kit,
        provider: `AssumeRole, GetCallerIdentity; ${method}`,
        pointing: '`endpoint: "http://<host:port>"`',
      },
      assume: (request) => {
        const config = { ...kit.cloud.key, endpoint: kit.cloud.mock.httpUrl };
        return runNode(kit, 'pop-core', { job: { config, request, method } });
      },
      errorOf: (code, message) => ({
        name: `${code}Error`,
        code,
        message: expect.stringContaining(message),
        data: { Code: code, Message: message, RequestId: expect.stringMatching(/^[\dA-F-]{36}$/) },
      }),
    });
  }
  describeStsClient({
    row: {
      client: '`@alicloud/sts-sdk`',
      version: '1.0.2',
      kit,
      provider: 'AssumeRole, GetCallerIdentity',
      pointing: '`endpoint: "<host:port>"` of its HTTPS; `NODE_EXTRA_CA_CERTS`',
    },
    assume: (request) => {
      const config = { ...kit.cloud.key, endpoint: kit.cloud.mock.httpsHost };
      return runNode(kit, 'sts-sdk', { job: { config, request } });
    },
    errorOf: (code, message) => ({ name: 'answer', code, message }),
  });
}
