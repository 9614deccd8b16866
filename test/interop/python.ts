/** Alibaba Cloud's Python clients. */
import { describe, expect } from 'vitest';
import type { Credentials } from '../../src/kernel/sts/credentials.ts';
import { describeInstance, describeUri } from './around-checks.ts';
import type { IssuedAs } from './cloud.ts';
import { describeCaching, describeChain, LEAD_900_SECONDS } from './credential-checks.ts';
import { Kit } from './kit.ts';
import { describeOidc } from './oidc-checks.ts';
import { runPython, snakeKey } from './python-process.ts';
import { describeOss, describeSecretsManager } from './python-services.ts';
import { describeStsClient } from './sts-client-checks.ts';

export function describePython(): void {
  describe('Python', () => {
    const kit = new Kit({
      language: 'Python',
      tools: [
        { name: 'python3', args: ['--version'] },
        { name: 'python3', args: ['-m', 'venv', '--help'] },
      ],
      version: /(\d+\.\d+)/,
      steps: [
        ['python3', '-m', 'venv', 'venv'],
        ['venv/bin/python', '-m', 'pip', 'install', '--quiet', '-r', 'requirements.txt'],
      ],
    });
    describeCredentials(kit);
    describeOpenApi(kit);
    describeOss(kit);
    describeSecretsManager(kit);
  });
}

function describeCredentials(kit: Kit): void {
  const client = { client: '`alibabacloud-credentials`', version: '1.0.12', kit };
  const pointing = '`sts_endpoint="<host:port>"` of its HTTPS; `SSL_CERT_FILE`';
  const errorOf = (code: string, message: string) => ({
    name: 'CredentialException',
    message: expect.stringMatching(new RegExp(`${code}.*${message}|${message}.*${code}`)),
  });
  const configOf = ({ roleArn, roleSessionName, durationSeconds }: IssuedAs) => ({
    type: 'ram_role_arn',
    ...snakeKey(kit),
    role_arn: roleArn,
    role_session_name: roleSessionName,
    role_session_expiration: durationSeconds,
    sts_endpoint: kit.cloud.mock.httpsHost,
  });
  for (const [provider, loop] of [
    ['`ram_role_arn`', false],
    ['`ram_role_arn`, `get_credential_async`', true],
  ] as const) {
    describeCaching({
      row: { ...client, provider, pointing },
      read: (ask) =>
        runPython(kit, 'credentials', { config: configOf(ask), reads: ask.reads, loop }),
      nearExpiry: LEAD_900_SECONDS,
      errorOf,
    });
  }
  describeChain({
    row: {
      ...client,
      provider: '`ram_role_arn` with the credential of another role',
      pointing: 'as `ram_role_arn`',
    },
    read: (ask, source) => {
      const { accessKeyId, accessKeySecret, securityToken }: Credentials = source ?? kit.cloud.key;
      const key = {
        access_key_id: accessKeyId,
        access_key_secret: accessKeySecret,
        ...(securityToken === undefined ? {} : { security_token: securityToken }),
      };
      const config = { ...configOf(ask), ...key };
      return runPython(kit, 'credentials', { config, reads: 1, loop: false });
    },
  });
  describeOidc({
    row: { ...client, pointing },
    nearExpiry: LEAD_900_SECONDS,
    errorOf,
    read: ({ reads, ...ask }) => {
      const config = {
        type: 'oidc_role_arn',
        oidc_provider_arn: ask.providerArn,
        oidc_token_file_path: ask.tokenFile,
        role_arn: ask.roleArn,
        role_session_name: ask.roleSessionName,
        role_session_expiration: ask.durationSeconds,
        sts_endpoint: kit.cloud.mock.httpsHost,
      };
      return runPython(kit, 'credentials', { config, reads, loop: false });
    },
  });
  const once = (type: string) => ({
    ...(type === 'default' ? {} : { config: { type } }),
    reads: 1,
    loop: false,
  });
  describeUri(client, (env, type) => runPython(kit, 'credentials', once(type), { env }));
  describeInstance(client, (beside) =>
    runPython(kit, 'credentials', once('ecs_ram_role'), { beside }),
  );
}

function describeOpenApi(kit: Kit): void {
  describeStsClient({
    row: {
      client: '`alibabacloud-sts20150401`',
      version: '1.2.0',
      kit,
      provider: 'AssumeRole, GetCallerIdentity; signature V3',
      pointing: '`Config(protocol="http", endpoint="<host:port>")`',
    },
    assume: ({ roleArn, roleSessionName, durationSeconds }) =>
      runPython(kit, 'open_api', {
        config: { ...snakeKey(kit), protocol: 'http', endpoint: kit.cloud.httpHost },
        request: {
          role_arn: roleArn,
          role_session_name: roleSessionName,
          duration_seconds: durationSeconds,
        },
      }),
    errorOf: (code, message) => ({
      name: 'ClientException',
      code,
      message: expect.stringContaining(message),
    }),
  });
}
