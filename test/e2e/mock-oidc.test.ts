/**
 * Pods without a key: tokens of the mock's identity provider, exchanged for sessions over real
 * sockets, by hand and by Alibaba Cloud's own clients, unmodified: `@alicloud/sts20150401`, and
 * `@alicloud/credentials` in a process of its own over TLS.
 */
import { execFile } from 'node:child_process';
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultLandingZone } from '../../mock-sts/core/landing-zone.ts';
import { type MockSts, startMockSts } from '../../mock-sts/server/start.ts';
import { realClock } from '../../src/kernel/real-clock.ts';
import { formatTimestamp } from '../../src/kernel/sts/wire.ts';
import { temporaryFolder } from '../temporary.ts';

const require = createRequire(import.meta.url);
const { default: Sts, AssumeRoleWithOIDCRequest }: typeof import('@alicloud/sts20150401') =
  require('@alicloud/sts20150401');

const PROVIDER_ARN = 'acs:ram::1000000000000101:oidc-provider/ack-pods';
const ROLE_ARN = 'acs:ram::1000000000000101:role/role-appX-pods';
const SUBJECT = 'system:serviceaccount:appx:web';

let mock: MockSts;
let directory: string;

beforeAll(async () => {
  directory = temporaryFolder();
  mock = await startMockSts({
    config: { ...defaultLandingZone(), latency: { medianMs: 1, p99Ms: 2 } },
    clock: realClock(),
    tlsPort: 0,
    caDirectory: directory,
    actionTrail: {},
  });
});
beforeEach(() => mock.reset());
afterAll(() => mock.close());

async function order(body: object, headers: Record<string, string> = {}) {
  return fetch(`${mock.httpUrl}/_mock/oidc/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function tokenOf(body: object = {}): Promise<string> {
  const answer = await order({ sub: SUBJECT, ...body }, { accept: 'text/plain' });
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  return answer.text();
}

async function exchange(token: string, format = 'JSON') {
  const query = new URLSearchParams({
    Action: 'AssumeRoleWithOIDC',
    Version: '2015-04-01',
    Format: format,
    Timestamp: formatTimestamp(realClock().nowMs()),
  });
  const body = new URLSearchParams({
    OIDCProviderArn: PROVIDER_ARN,
    RoleArn: ROLE_ARN,
    RoleSessionName: 'pod-1',
    OIDCToken: token,
  });
  return fetch(`${mock.httpUrl}/?${query}`, { method: 'POST', body });
}

describe('the identity provider', () => {
  it('tells who it is and where its keys are, and its tokens are signed with them', async () => {
    const at = `${mock.httpUrl}/_mock/oidc`;
    const discovery = (await (await fetch(`${at}/.well-known/openid-configuration`)).json()) as {
      issuer: string;
      jwks_uri: string;
    };
    expect(discovery.issuer).toBe('https://oidc-ack-cn-hangzhou.example/ack-pods');
    expect(discovery.jwks_uri).toBe(`${at}/keys`);
    const { keys } = (await (await fetch(discovery.jwks_uri)).json()) as { keys: JsonWebKey[] };
    expect(keys).toEqual([expect.objectContaining({ alg: 'ES256', use: 'sig' })]);
    expect(keys[0]).not.toHaveProperty('d');
    const { token, claims } = (await (await order({ sub: SUBJECT })).json()) as {
      token: string;
      claims: object;
    };
    const [head, body, signature] = token.split('.') as [string, string, string];
    expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toEqual(claims);
    const key = createPublicKey({ key: keys[0]!, format: 'jwk' });
    const bytes = Buffer.from(signature, 'base64url');
    const how = { key, dsaEncoding: 'ieee-p1363' } as const;
    expect(verify('sha256', Buffer.from(`${head}.${body}`), how, bytes)).toBe(true);
  });

  it.each([
    [400, { expiresInSeconds: 0 }],
    [400, { bad: 'very' }],
    [400, { subject: 'x' }],
    [404, { provider: 'nobody' }],
  ])('answers %i to %j', async (status, body) => {
    const answer = await order(body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error: expect.stringMatching(/^\w+: /) });
  });

  it('knows its providers by name and by ARN, and no other', async () => {
    expect((await order({ provider: 'ack-pods' })).status).toBe(200);
    expect((await order({ provider: PROVIDER_ARN })).status).toBe(200);
    const discovery = `${mock.httpUrl}/_mock/oidc/.well-known/openid-configuration`;
    expect((await fetch(`${discovery}?provider=nobody`)).status).toBe(404);
  });

  it('is not there where none is configured', async () => {
    const { identityProviders: _, ...config } = defaultLandingZone();
    const without = await startMockSts({ config, clock: realClock() });
    try {
      expect((await fetch(`${without.httpUrl}/_mock/oidc/keys`)).status).toBe(404);
    } finally {
      await without.close();
    }
  });
});

describe('AssumeRoleWithOIDC over HTTP', () => {
  it('gives a session for a token, and the mock remembers who vouched', async () => {
    const answer = await exchange(await tokenOf());
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      AssumedRoleUser: { Arn: `${ROLE_ARN}/pod-1` },
      OIDCTokenInfo: { Subject: SUBJECT, ClientIds: 'sts.aliyuncs.com' },
    });
    expect(mock.journal()).toMatchObject([
      { action: 'AssumeRoleWithOIDC', caller: 'oidc-provider/ack-pods', accessKeyId: '' },
    ]);
    const trail = await (await fetch(`${mock.httpUrl}/_mock/actiontrail`)).text();
    expect(JSON.parse(trail).Events).toMatchObject([
      {
        eventName: 'AssumeRoleWithOIDC',
        userIdentity: { type: 'oidc-provider', userName: 'ack-pods' },
        requestParameters: { OIDCProviderArn: PROVIDER_ARN },
      },
    ]);
    expect(trail).not.toContain('eyJ');
  });

  it.each([
    ['wrong-key', 'AuthenticationFail.OIDCToken.Invalid'],
    ['wrong-issuer', 'AuthenticationFail.OIDCToken.IssuerNotMatch'],
    ['expired', 'AuthenticationFail.OIDCToken.Expired'],
    ['not-yet', 'AuthenticationFail.OIDCToken.Invalid'],
  ])('refuses a token that is bad by %s', async (bad, code) => {
    const answer = await exchange(await tokenOf({ bad }), 'XML');
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain(`<Code>${code}</Code>`);
  });

  it('refuses another audience, and a subject that the role does not trust', async () => {
    const audience = await exchange(await tokenOf({ aud: ['elsewhere'] }));
    expect(await audience.json()).toMatchObject({
      Code: 'AuthenticationFail.OIDCToken.AudienceNotMatch',
    });
    const subject = await exchange(await tokenOf({ sub: 'system:serviceaccount:bank:web' }));
    expect(await subject.json()).toMatchObject({
      Code: 'AuthenticationFail.NoPermission',
      Message: 'There is no permission',
      AccessDeniedDetail: { PolicyType: 'AssumeRolePolicy' },
    });
  });
});

describe('@alicloud/sts20150401, which has no key for it', () => {
  async function assume(token: string) {
    const config = { endpoint: new URL(mock.httpUrl).host, protocol: 'http' };
    const client = new Sts(config as unknown as ConstructorParameters<typeof Sts>[0]);
    return client.assumeRoleWithOIDC(
      new AssumeRoleWithOIDCRequest({
        OIDCProviderArn: PROVIDER_ARN,
        OIDCToken: token,
        roleArn: ROLE_ARN,
        roleSessionName: 'open.api@test',
      }),
    );
  }

  it('reads the whole answer', async () => {
    const { body } = await assume(await tokenOf());
    expect(body?.assumedRoleUser?.arn).toBe(`${ROLE_ARN}/open.api@test`);
    expect(body?.OIDCTokenInfo).toMatchObject({
      subject: SUBJECT,
      clientIds: 'sts.aliyuncs.com',
      verificationInfo: 'Success',
    });
  });

  it('is told why a token is not taken', async () => {
    await expect(assume(await tokenOf({ bad: 'wrong-key' }))).rejects.toMatchObject({
      code: 'AuthenticationFail.OIDCToken.Invalid',
      statusCode: 401,
    });
  });
});

describe('@alicloud/credentials, oidc_role_arn', () => {
  /** The token's file, provider and role come from the environment, as in a pod. */
  async function inAPod(token: string, reads: number) {
    const file = join(directory, 'token');
    await writeFile(file, token);
    const script = `
      const { default: Credential, Config } = require('@alicloud/credentials');
      const credential = new Credential(new Config({
        type: 'oidc_role_arn',
        roleSessionName: 'pod@test',
        stsEndpoint: '${mock.httpsHost}',
      }));
      (async () => {
        let read;
        for (let i = 0; i < ${reads}; i += 1) read = await credential.getCredential();
        const { accessKeyId, securityToken, type } = read;
        return { accessKeyId, securityToken, type };
      })().then(
        (value) => console.log(JSON.stringify({ value })),
        (error) => console.log(JSON.stringify({ error: error.message })),
      );`;
    const env = {
      ...process.env,
      NODE_EXTRA_CA_CERTS: mock.caFile,
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: file,
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: PROVIDER_ARN,
      ALIBABA_CLOUD_ROLE_ARN: ROLE_ARN,
    };
    return new Promise<unknown>((resolve, reject) => {
      execFile(process.execPath, ['-e', script], { env }, (error, stdout, stderr) => {
        if (error) reject(new Error(`${error.message}\n${stderr}`));
        else resolve(JSON.parse(stdout));
      });
    });
  }

  it('reads the token’s file, and keeps the session', async () => {
    expect(await inAPod(await tokenOf(), 3)).toEqual({
      value: {
        accessKeyId: expect.stringMatching(/^STS\./),
        securityToken: expect.stringMatching(/^CAIS/),
        type: 'oidc_role_arn',
      },
    });
    expect(mock.counters()).toMatchObject({
      calls: 1,
      succeeded: 1,
      byAction: { AssumeRoleWithOIDC: 1 },
    });
  });

  it('is told why a token is not taken', async () => {
    expect(await inAPod(await tokenOf({ bad: 'expired' }), 1)).toEqual({
      error: expect.stringContaining('AuthenticationFail.OIDCToken.Expired'),
    });
    expect(await inAPod('not-a-token', 1)).toEqual({
      error: expect.stringContaining('AuthenticationFail.OIDCToken.Invalid'),
    });
  });
});
