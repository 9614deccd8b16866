/**
 * What stands around STS, on real sockets: the instance metadata service and the credentials URI,
 * and the official client, unmodified, against each. Its metadata address is fixed in its code
 * (100.100.100.200, port 80), so mock and client share a network namespace whose loopback interface
 * has that address: nothing outside it sees a thing.
 */
import { execFile, execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { MockStsConfig } from '../../mock-sts/core/config.ts';
import { ossStringToSign, signOss } from '../../mock-sts/core/data-plane/oss-signature.ts';
import { type MockSts, startMockSts } from '../../mock-sts/server/start.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { realClock } from '../../src/kernel/real-clock.ts';
import type { Credentials } from '../../src/kernel/sts/credentials.ts';
import { VirtualClock } from '../../src/kernel/virtual-clock.ts';
import { KEY, landing, NOW_MS } from '../mock-sts/landing.ts';
import { temporaryFolder } from '../temporary.ts';
import { fixture } from './cli.ts';

const require = createRequire(import.meta.url);
const CLI = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const ROLE_AT = '/latest/meta-data/ram/security-credentials/';
const TTL = 'x-aliyun-ecs-metadata-token-ttl-seconds';
const ALIAS = 'ip link set lo up && ip addr add 100.100.100.200/32 dev lo';
const TOKEN = 'x-aliyun-ecs-metadata-token';

const open: MockSts[] = [];
afterEach(async () => {
  for (const mock of open.splice(0)) await mock.close();
});

function withInstance(hardened: boolean): MockStsConfig {
  const base = landing();
  const arn = 'acs:ram::1000000000000009:role/ecs-role';
  const principal = { Service: ['ecs.aliyuncs.com'] };
  const trust = {
    Version: '1' as const,
    Statement: [{ Effect: 'Allow' as const, Action: 'sts:AssumeRole', Principal: principal }],
  };
  return {
    ...base,
    roles: [...base.roles, { arn, maxSessionDurationSeconds: 3_600, trust }],
    instance: { role: arn, hardened },
  };
}

async function start(config: MockStsConfig, metadataPort?: number, clock: Clock = realClock()) {
  const mock = await startMockSts({ config, clock, metadataPort });
  open.push(mock);
  return mock;
}

function inProcess(command: string, args: readonly string[], env: object = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stdout}\n${stderr}`));
      else resolve(stdout);
    });
  });
}

/** Prints the credential of a client of that kind. */
const clientScript = (config: object) => `
  const { default: Credential, Config } = require('@alicloud/credentials');
  new Credential(new Config(${JSON.stringify(config)})).getCredential().then(
    ({ accessKeyId, securityToken, providerName }) =>
      console.log(JSON.stringify({ accessKeyId, securityToken, providerName })),
    (error) => console.log(JSON.stringify({ error: error.message })),
  );`;
const A_SESSION = {
  accessKeyId: expect.stringMatching(/^STS\./),
  securityToken: expect.stringMatching(/^CAIS/),
};

describe('the metadata service', () => {
  it('serves the role’s credential on a port of its own, dated by the mock’s clock', async () => {
    const clock = new VirtualClock(NOW_MS);
    const { metadataUrl } = await start(withInstance(false), 0, clock);
    const role = await fetch(`${metadataUrl}${ROLE_AT}`);
    expect([role.status, await role.text()]).toEqual([200, 'ecs-role']);
    expect(role.headers.get('date')).toBe('Sun, 22 Nov 2026 08:00:00 GMT');
    const credential = await fetch(`${metadataUrl}${ROLE_AT}ecs-role?whatever=1`);
    expect(credential.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await credential.json()).toMatchObject({
      Code: 'Success',
      Expiration: '2026-11-22T14:00:00Z',
    });
  });

  it('asks for a token in hardened mode, and takes a PUT with a body or without', async () => {
    const { metadataUrl } = await start(withInstance(true), 0);
    expect((await fetch(`${metadataUrl}${ROLE_AT}`)).status).toBe(403);
    for (const body of [undefined, 'anything']) {
      const put = { method: 'PUT', headers: { [TTL]: '21600' }, ...(body && { body }) };
      const answer = await fetch(`${metadataUrl}/latest/api/token`, put);
      expect(answer.status).toBe(200);
      const headers = { [TOKEN]: await answer.text() };
      expect(await (await fetch(`${metadataUrl}${ROLE_AT}`, { headers })).text()).toBe('ecs-role');
    }
  });

  it('is not there unless asked for, and gone with the mock', async () => {
    expect((await start(withInstance(false))).metadataUrl).toBe('');
    const mock = await start(withInstance(false), 0);
    await open.pop()!.close();
    await expect(fetch(mock.metadataUrl)).rejects.toThrow();
  });
});

describe('the credentials URI', () => {
  it('answers with the same credential until its renewal is due', async () => {
    const clock = new VirtualClock(NOW_MS);
    const { httpUrl } = await start(landing(), undefined, clock);
    const read = async () =>
      (await (await fetch(`${httpUrl}/_mock/credentials/role-app-prd`)).json()) as {
        AccessKeyId: string;
      };
    const first = await read();
    await clock.settleTo(NOW_MS + 29 * 60_000);
    expect(await read()).toEqual(first);
    await clock.settleTo(NOW_MS + 30 * 60_000);
    expect((await read()).AccessKeyId).not.toBe(first.AccessKeyId);
    const unknown = await fetch(`${httpUrl}/_mock/credentials/nobody`);
    expect([unknown.status, await unknown.json()]).toEqual([404, expect.any(Object)]);
  });

  it('is read by the official client, by option and by environment', async () => {
    const { httpUrl } = await start(landing());
    const uri = `${httpUrl}/_mock/credentials/role-app-prd`;
    const read = { ...A_SESSION, providerName: 'credential_uri' };
    const byOption = clientScript({ type: 'credentials_uri', credentialsURI: uri });
    expect(JSON.parse(await inProcess(process.execPath, ['-e', byOption]))).toEqual(read);
    const byEnvironment = clientScript({ type: 'credentials_uri' });
    const env = { ALIBABA_CLOUD_CREDENTIALS_URI: uri };
    expect(JSON.parse(await inProcess(process.execPath, ['-e', byEnvironment], env))).toEqual(read);
  });
});

describe('KMS and the data plane', () => {
  const { default: Sts }: typeof import('@alicloud/sts20150401') = require('@alicloud/sts20150401');

  /** A call of any product by Alibaba's own OpenAPI client, signed V3 or v1. */
  async function call(
    url: string,
    key: Credentials,
    asked: { action: string; version: string; query: Record<string, string> },
    signatureAlgorithm?: string,
  ) {
    const { action, version, query } = asked;
    const config = { ...key, endpoint: new URL(url).host, protocol: 'http', signatureAlgorithm };
    const client = new Sts(config as unknown as ConstructorParameters<typeof Sts>[0]);
    const params = {
      ...{ action, version, protocol: 'HTTP', pathname: '/', method: 'POST', authType: 'AK' },
      ...{ style: 'RPC', reqBodyType: 'formData', bodyType: 'json' },
    };
    const answer = await client.callApi(params as never, { query } as never, {} as never);
    return answer.body as Record<string, unknown>;
  }

  const SECRET = 'acs/ram/user/app';
  const readSecret = { action: 'GetSecretValue', version: '2016-01-20' };
  const allowed = (config: MockStsConfig): MockStsConfig => {
    const statement = {
      Effect: 'Allow',
      Action: ['kms:*', 'ecs:*', 'oss:*'],
      Resource: '*',
    } as const;
    const policies = [
      { name: 'around', document: { Version: '1', Statement: [statement] } as const },
    ];
    const users = config.users.map((user) => ({ ...user, policies }));
    return { ...config, users, roles: config.roles.map((role) => ({ ...role, policies })) };
  };
  const startAll = async (config: MockStsConfig, clock: Clock) => {
    const mock = await startMockSts({ config, clock, resourcePort: 0 });
    open.push(mock);
    return mock;
  };

  it.each([
    ['V3', undefined],
    ['v1', 'v2'],
  ])('hand out a rotated AccessKey that works at STS, asked by %s', async (_how, algorithm) => {
    let aheadMs = 0;
    const real = realClock();
    const clock: Clock = {
      nowMs: () => real.nowMs() + aheadMs,
      setTimer: (atMs, fire) => real.setTimer(atMs - aheadMs, fire),
    };
    const config = allowed(landing({ wire: { timestampToleranceMs: 7_200_000 } }));
    const mock = await startAll(config, clock);
    const keyInKms = async (key: Credentials) => {
      const asked = { ...readSecret, query: { SecretName: SECRET } };
      const data = JSON.parse(
        String((await call(mock.resourceUrl, key, asked, algorithm)).SecretData),
      );
      return { accessKeyId: data.AccessKeyId, accessKeySecret: data.AccessKeySecret };
    };
    const identity = { action: 'GetCallerIdentity', version: '2015-04-01', query: {} };
    expect(await keyInKms(KEY)).toEqual(KEY);
    const rotate = `${mock.httpUrl}/_mock/rotate?secret=${SECRET}&overlap=30m`;
    const told = await (await fetch(rotate, { method: 'POST' })).text();
    expect(JSON.parse(told)).toEqual({ secret: SECRET, overlapMs: 1_800_000 });
    expect((await fetch(rotate, { method: 'POST' })).status).toBe(409);
    const made = await keyInKms(KEY);
    expect(made.accessKeyId).not.toBe(KEY.accessKeyId);
    for (const key of [KEY, made]) {
      expect(await call(mock.httpUrl, key, identity, algorithm)).toMatchObject({
        Arn: 'acs:ram::1000000000000001:user/app',
      });
    }
    aheadMs = 1_800_000;
    expect(await keyInKms(made)).toEqual(made);
    const secret = { ...readSecret, query: { SecretName: SECRET } };
    for (const [url, asked] of [
      [mock.httpUrl, identity],
      [mock.resourceUrl, secret],
    ] as const) {
      await expect(call(url, KEY, asked, algorithm)).rejects.toMatchObject({
        code: 'InvalidAccessKeyId.NotFound',
      });
    }
    const counters = await (await fetch(`${mock.httpUrl}/_mock/data-plane`)).json();
    expect(counters).toEqual({ byCode: { OK: 3, 'InvalidAccessKeyId.NotFound': 1 } });
    const seen = JSON.stringify([mock.journal(), told]);
    for (const { accessKeyId, accessKeySecret } of [KEY, made]) {
      expect(seen).not.toContain(accessKeyId);
      expect(seen).not.toContain(accessKeySecret);
    }
  });

  it('verify a session’s signature, policy and end, as RPC and as OSS', async () => {
    let aheadMs = 0;
    const real = realClock();
    const clock: Clock = {
      nowMs: () => real.nowMs() + aheadMs,
      setTimer: (atMs, fire) => real.setTimer(atMs - aheadMs, fire),
    };
    const config = allowed(landing({ wire: { timestampToleranceMs: 7_200_000 } }));
    const { httpUrl, resourceUrl } = await startAll(config, clock);
    const issued = await (await fetch(`${httpUrl}/_mock/credentials/role-app-prd`)).json();
    const { AccessKeyId, AccessKeySecret, SecurityToken } = issued as Record<string, string>;
    const session = {
      accessKeyId: AccessKeyId!,
      accessKeySecret: AccessKeySecret!,
      securityToken: SecurityToken!,
    };
    const ecs = { action: 'DescribeInstances', version: '2014-05-26', query: {} };
    expect(await call(resourceUrl, session, ecs)).toEqual({ RequestId: expect.any(String) });
    const rds = { ...ecs, version: '2014-08-15' };
    await expect(call(resourceUrl, session, rds)).rejects.toMatchObject({ code: 'Forbidden.RAM' });
    const put = async () => {
      const headers = {
        'content-type': 'text/plain',
        'x-oss-date': new Date(clock.nowMs()).toUTCString(),
        'x-oss-security-token': session.securityToken,
      };
      const target = { bucket: 'app-data', key: 'a b', query: [] };
      const text = ossStringToSign('PUT', Object.entries(headers).flat(), target);
      const authorization = `OSS ${session.accessKeyId}:${signOss(session.accessKeySecret, text)}`;
      const answer = await fetch(`${resourceUrl}/app-data/a%20b`, {
        ...{ method: 'PUT', body: 'some text', headers: { ...headers, authorization } },
      });
      return [answer.status, /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1]];
    };
    expect(await put()).toEqual([200, undefined]);
    aheadMs = 3_600_000;
    expect(await put()).toEqual([403, 'SecurityTokenExpired']);
    await expect(call(resourceUrl, session, ecs)).rejects.toMatchObject({
      ...{ statusCode: 400, code: 'InvalidSecurityToken.Expired' },
    });
  });
});

function canHaveNamespace(): boolean {
  try {
    execFileSync('unshare', ['-rn', 'sh', '-c', ALIAS], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

// Without user namespaces there is nowhere to put the address.
describe.skipIf(!canHaveNamespace())('the official client on an instance', () => {
  /** Starts the mock on the instance's own address and, once it listens, the client beside it. */
  const onInstance = async (config: string, env: object) => {
    const mockArgs = [
      ...[CLI, 'mock', '--port', '0', '--tls-port', '0', '--ca-dir', temporaryFolder(), '--quiet'],
      ...['--metadata-host', '100.100.100.200', '--metadata-port', '80'],
      ...['--config', fixture(config)],
    ];
    const script = `
      const { spawn } = require('node:child_process');
      const mock = spawn(process.execPath, ${JSON.stringify(mockArgs)});
      process.on('exit', () => mock.kill());
      const log = console.log;
      console.log = (text) => { log(text); process.exit(0); };
      mock.stderr.on('data', (text) => console.log(JSON.stringify({ mock: String(text) })));
      mock.stdout.once('data', () => { ${clientScript({ type: 'ecs_ram_role' })} });`;
    const command = `${ALIAS} && exec "$0" -e "$1"`;
    const args = ['-rn', 'sh', '-c', command, process.execPath, script];
    return JSON.parse(await inProcess('unshare', args, env));
  };

  it.each([
    ['normal mode', 'instance.yaml', {}],
    ['hardened mode', 'instance-hardened.yaml', {}],
    [
      'hardened mode, v1 forbidden to the client',
      'instance-hardened.yaml',
      { ALIBABA_CLOUD_IMDSV1_DISABLED: 'true' },
    ],
  ])('gets the instance role’s credential in %s', async (_mode, config, env) => {
    expect(await onInstance(config, env)).toEqual({ ...A_SESSION, providerName: 'ecs_ram_role' });
  });
});
