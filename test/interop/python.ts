/** Alibaba Cloud's Python clients. */
import { describe, expect } from 'vitest';
import type { Credentials } from '../../src/kernel/sts/credentials.ts';
import { describeInstance, describeUri } from './around-checks.ts';
import { type Command, type Report, runClient } from './client-process.ts';
import { type IssuedAs, SECRET_NAME } from './cloud.ts';
import { describeCaching, describeChain, LEAD_900_SECONDS } from './credential-checks.ts';
import { Kit } from './kit.ts';
import { describeOidc } from './oidc-checks.ts';
import { BUCKET, describeOssClient } from './oss-checks.ts';
import { itShows, type Row } from './seen.ts';
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

interface Around {
  readonly env?: Readonly<Record<string, string>>;
  readonly beside?: (command: Command) => Command;
}

function run(kit: Kit, program: string, job: object, around: Around = {}): Promise<Report> {
  const { cloud, folder } = kit;
  const { env = {}, beside = (command) => command } = around;
  return runClient({
    command: beside({
      file: `${folder}/venv/bin/python`,
      args: [`${folder}/${program}.py`],
      env: { SSL_CERT_FILE: cloud.mock.caFile, PYTHONDONTWRITEBYTECODE: '1', ...env },
    }),
    job,
    secrets: [cloud.key.accessKeySecret],
  });
}

/** The key as keyword arguments have it. */
function snakeKey({ cloud }: Kit) {
  return { access_key_id: cloud.key.accessKeyId, access_key_secret: cloud.key.accessKeySecret };
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
      read: (ask) => run(kit, 'credentials', { config: configOf(ask), reads: ask.reads, loop }),
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
      return run(kit, 'credentials', { config, reads: 1, loop: false });
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
      return run(kit, 'credentials', { config, reads, loop: false });
    },
  });
  const once = (type: string) => ({
    ...(type === 'default' ? {} : { config: { type } }),
    reads: 1,
    loop: false,
  });
  describeUri(client, (env, type) => run(kit, 'credentials', once(type), { env }));
  describeInstance(client, (beside) => run(kit, 'credentials', once('ecs_ram_role'), { beside }));
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
      run(kit, 'open_api', {
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

function describeOss(kit: Kit): void {
  const endpoint = '"http://<host:port>"` of `--resource-port`';
  const oss2 = { client: '`oss2`', version: '2.19.1', kit };
  const clients = [
    {
      row: { ...oss2, provider: 'objects; signature V1', pointing: `\`Bucket(auth, ${endpoint}` },
      job: { client: 'oss2', signature: 'v1' },
    },
    {
      row: { ...oss2, provider: 'objects; signature V4', pointing: `\`Bucket(auth, ${endpoint}` },
      job: { client: 'oss2', signature: 'v4' },
    },
    {
      row: {
        ...{ client: '`alibabacloud-oss-v2`', version: '1.4.1', kit },
        provider: 'objects; signature V4',
        pointing: `\`config.endpoint = ${endpoint}, \`config.use_path_style = True\``,
      },
      job: { client: 'v2' },
    },
  ];
  for (const { row, job } of clients) {
    describeOssClient({
      row,
      run: (session, steps) => {
        const at = { endpoint: kit.cloud.mock.resourceUrl, bucket: BUCKET };
        return run(kit, 'oss', {
          ...job,
          ...at,
          session: { securityToken: '', ...session },
          steps,
        });
      },
    });
  }
}

function describeSecretsManager(kit: Kit): void {
  const row: Row = {
    client: '`alibabacloud-secretsmanager-client-v2`',
    version: '2.0.0',
    kit,
    provider: 'a RAM secret, from its cache',
    pointing: '`add_config(Config(protocol="http", endpoint="<host:port>"))` of `--resource-port`',
  };
  const read = (steps: readonly ('read' | 'refresh')[], secretName = SECRET_NAME) => {
    const endpoint = new URL(kit.cloud.mock.resourceUrl).host;
    const config = { ...snakeKey(kit), region_id: 'cn-hangzhou', protocol: 'http', endpoint };
    return run(kit, 'secrets_manager', { config, secretName, steps });
  };
  const answered = async () => {
    const answer = await fetch(`${kit.cloud.mock.httpUrl}/_mock/data-plane`);
    return (await answer.json()) as unknown;
  };
  describe(`${row.client}: ${row.provider}`, () => {
    itShows(row, 'key; cached', 'asks KMS once for a key that it keeps', async () => {
      const { credentials, error } = await read(['read', 'read', 'read']);
      expect(error).toBeUndefined();
      expect(credentials.map(({ accessKeyId }) => accessKeyId)).toEqual(
        Array.from({ length: 3 }, () => kit.cloud.key.accessKeyId),
      );
      expect(await answered()).toEqual({ byCode: { OK: 1 } });
    });
    itShows(row, 'rotated key', 'reads the next one once it is told to', async () => {
      await kit.cloud.rotateKey();
      const { credentials, error } = await read(['read', 'refresh', 'read']);
      expect(error).toBeUndefined();
      const { accessKeyId, accessKeySecret } = credentials.at(-1)!;
      expect(accessKeyId).not.toBe(kit.cloud.key.accessKeyId);
      expect(await kit.cloud.identityOf({ accessKeyId, accessKeySecret })).toMatchObject({
        IdentityType: 'RAMUser',
      });
    });
    itShows(row, '`Forbidden.ResourceNotFound`', 'tells that there is no such secret', async () => {
      const { credentials, error } = await read(['read'], 'acs/ram/user/nobody');
      expect(credentials).toEqual([]);
      expect(error).toMatchObject({ code: 'Forbidden.ResourceNotFound' });
    });
  });
}
