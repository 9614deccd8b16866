/**
 * Alibaba Cloud's own clients, unmodified, against the mock: `@alicloud/credentials` (v1, HTTPS only)
 * in a process of its own that trusts the mock's authority, and `@alicloud/sts20150401` (V3, or v1 by
 * its option) over plain HTTP.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MockSts, startMockSts } from '../../mock-sts/server/start.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { realClock } from '../../src/kernel/real-clock.ts';
import type { Credentials } from '../../src/kernel/sts/credentials.ts';
import { CALLERS_ACCOUNT, KEY, landing, ROLE_ARN } from '../mock-sts/landing.ts';
import { temporaryFolder } from '../temporary.ts';

const require = createRequire(import.meta.url);
const { default: Sts, AssumeRoleRequest }: typeof import('@alicloud/sts20150401') =
  require('@alicloud/sts20150401');

const POLICY =
  '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:Get*","Resource":"*"}]}';
/** Two hours: room to let a session end, which lasts at least a quarter of one. */
const wire = { timestampToleranceMs: 7_200_000 };
const quota = {
  perRole: undefined,
  perAccount: 20,
  limiter: { algorithm: 'fixed-window' },
} as const;

let aheadMs = 0;
let mock: MockSts;

beforeAll(async () => {
  const real = realClock();
  const clock: Clock = {
    nowMs: () => real.nowMs() + aheadMs,
    setTimer: (atMs, fire) => real.setTimer(atMs - aheadMs, fire),
  };
  const caDirectory = temporaryFolder();
  const config = landing({ wire, quota, latency: { medianMs: 2, p99Ms: 5 } });
  mock = await startMockSts({ config, clock, tlsPort: 0, caDirectory });
});
beforeEach(() => {
  aheadMs = 0;
  mock.reset();
});
afterAll(() => mock.close());

function openApiClient(signatureAlgorithm: string | undefined, key: Credentials = KEY) {
  const endpoint = new URL(mock.httpUrl).host;
  const config = { ...key, endpoint, protocol: 'http', signatureAlgorithm };
  return new Sts(config as unknown as ConstructorParameters<typeof Sts>[0]);
}

const request = (changes: object = {}) =>
  new AssumeRoleRequest({ roleArn: ROLE_ARN, roleSessionName: 'open.api@test', ...changes });

describe.each([
  ['V3', undefined],
  ['v1', 'v2'],
])('@alicloud/sts20150401 signing %s', (_scheme, algorithm) => {
  it('assumes a role with all options', async () => {
    const changes = { durationSeconds: 900, policy: POLICY, externalId: 'partner/1' };
    const { statusCode, body } = await openApiClient(algorithm).assumeRole(request(changes));
    expect(statusCode).toBe(200);
    expect(body?.assumedRoleUser?.arn).toBe(`${ROLE_ARN}/open.api@test`);
    expect(body?.credentials?.securityToken).toMatch(/^CAIS/);
    expect(body?.credentials?.expiration).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('uses what it got until it ends, and is told when it has ended', async () => {
    const caller = openApiClient(algorithm);
    expect((await caller.getCallerIdentity()).body?.identityType).toBe('RAMUser');
    const { body } = await caller.assumeRole(request({ durationSeconds: 900 }));
    const issued = body!.credentials!;
    const session = openApiClient(algorithm, {
      accessKeyId: issued.accessKeyId!,
      accessKeySecret: issued.accessKeySecret!,
      securityToken: issued.securityToken!,
    });
    const identity = (await session.getCallerIdentity()).body!;
    expect(identity.arn).toBe('acs:ram::1000000000000101:assumed-role/role-app-prd/open.api@test');
    aheadMs = 900_000;
    await expect(session.getCallerIdentity()).rejects.toMatchObject({
      code: 'InvalidSecurityToken.Expired',
      statusCode: 400,
    });
  });

  it('is told that its secret is wrong', async () => {
    const client = openApiClient(algorithm, { ...KEY, accessKeySecret: 'wrong' });
    await expect(client.assumeRole(request())).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
      statusCode: 400,
    });
  });

  it('sees throttling as such', async () => {
    const client = openApiClient(algorithm);
    const calls = Array.from({ length: 60 }, () => client.assumeRole(request()));
    const refused = (await Promise.allSettled(calls)).filter(({ status }) => status === 'rejected');
    const { throttled, succeeded } = mock.counters();
    // Sixty calls at once fall into one second of twenty, or into two.
    expect(throttled).toBeGreaterThanOrEqual(20);
    expect(succeeded).toBe(60 - throttled);
    expect(refused).toHaveLength(throttled);
    for (const { reason } of refused as PromiseRejectedResult[]) {
      expect(reason).toMatchObject({ name: 'ThrottlingError', code: 'Throttling.User' });
      expect(reason.message).toContain('Request was denied due to user flow control.');
    }
  });

  it('sees why it is not permitted', async () => {
    const roleArn = 'acs:ram::1000000000000101:role/elsewhere';
    const call = openApiClient(algorithm).assumeRole(request({ roleArn }));
    await expect(call).rejects.toMatchObject({
      code: 'NoPermission',
      statusCode: 403,
      accessDeniedDetail: { NoPermissionType: 'ImplicitDeny', AuthAction: 'sts:AssumeRole' },
    });
  });
});

describe('@alicloud/credentials over TLS', () => {
  /** Runs in a process that trusts the authority's file; prints what `body` returns as JSON. */
  function inItsOwnProcess(body: string, changes: object = {}, trust: object = {}) {
    const config = {
      type: 'ram_role_arn',
      accessKeyId: KEY.accessKeyId,
      accessKeySecret: KEY.accessKeySecret,
      roleArn: ROLE_ARN,
      roleSessionName: 'credentials@test',
      policy: POLICY,
      stsEndpoint: mock.httpsHost,
      ...changes,
    };
    const script = `
      const { default: Credential, Config } = require('@alicloud/credentials');
      const credential = new Credential(new Config(${JSON.stringify(config)}));
      (async () => { ${body} })().then(
        (value) => console.log(JSON.stringify({ value })),
        (error) => console.log(JSON.stringify({ error: error.message })),
      );`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: mock.caFile, ...trust };
    return new Promise<unknown>((resolve, reject) => {
      execFile(process.execPath, ['-e', script], { env }, (error, stdout, stderr) => {
        if (error) reject(new Error(`${error.message}\n${stderr}`));
        else resolve(JSON.parse(stdout));
      });
    });
  }

  const READ = `const { accessKeyId, securityToken } = await credential.getCredential();
    return { accessKeyId, securityToken };`;

  it('gets a credential and keeps it', async () => {
    const twice = `await credential.getCredential(); ${READ}`;
    expect(await inItsOwnProcess(twice)).toEqual({
      value: {
        accessKeyId: expect.stringMatching(/^STS\./),
        securityToken: expect.stringMatching(/^CAIS/),
      },
    });
    expect(mock.counters()).toMatchObject({ calls: 1, succeeded: 1 });
    expect(mock.journal()[0]).toMatchObject({
      accountId: CALLERS_ACCOUNT,
      caller: 'app',
      roleArn: ROLE_ARN,
    });
  });

  it('calls once for each of those who ask at once, since it has no single flight', async () => {
    const many = `await Promise.all(Array.from({ length: 10 }, () => credential.getCredential()));`;
    expect(await inItsOwnProcess(many)).toEqual({});
    expect(mock.counters().calls).toBe(10);
  });

  it('finds its own string to sign in the refusal, and says that the secret is wrong', async () => {
    const answer = await inItsOwnProcess(READ, { accessKeySecret: 'wrong' });
    expect(answer).toMatchObject({ error: expect.stringContaining('secret is invalid') });
  });

  it('does not trust the mock without its authority', async () => {
    expect(await inItsOwnProcess(READ, {}, { NODE_EXTRA_CA_CERTS: '' })).toEqual({
      error: expect.stringContaining('unable to verify the first certificate'),
    });
    expect(mock.counters().calls).toBe(0);
  });
});
