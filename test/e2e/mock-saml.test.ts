/**
 * People without a key: responses of the mock's SAML provider, exchanged for sessions over real sockets
 * by Alibaba Cloud's own client, `@alicloud/sts20150401`, unmodified. `@alicloud/credentials` has no
 * provider for SAML.
 */
import { X509Certificate } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultLandingZone } from '../../mock-sts/core/landing-zone.ts';
import { parseResponse, signedAssertion } from '../../mock-sts/core/saml/signed-assertion.ts';
import { type MockSts, startMockSts } from '../../mock-sts/server/start.ts';
import { realClock } from '../../src/kernel/real-clock.ts';

const require = createRequire(import.meta.url);
const {
  default: Sts,
  AssumeRoleWithSAMLRequest,
}: typeof import('@alicloud/sts20150401') = require('@alicloud/sts20150401');

const PROVIDER_ARN = 'acs:ram::1000000000000105:saml-provider/company-sso';
const ROLE_ARN = 'acs:ram::1000000000000105:role/role-8ca-people';
const ENTITY_ID = 'https://sso.company.example/saml';

let mock: MockSts;

beforeAll(async () => {
  mock = await startMockSts({
    config: { ...defaultLandingZone(), latency: { medianMs: 1, p99Ms: 2 } },
    clock: realClock(),
    actionTrail: {},
  });
});
beforeEach(() => mock.reset());
afterAll(() => mock.close());

async function order(body: object, headers: Record<string, string> = {}) {
  return fetch(`${mock.httpUrl}/_mock/saml/assertion`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function assertionOf(body: object = {}): Promise<string> {
  const answer = await order(body, { accept: 'text/plain' });
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  return answer.text();
}

async function assume(assertion: string) {
  const config = { endpoint: new URL(mock.httpUrl).host, protocol: 'http' };
  const client = new Sts(config as unknown as ConstructorParameters<typeof Sts>[0]);
  return client.assumeRoleWithSAML(
    new AssumeRoleWithSAMLRequest({
      SAMLProviderArn: PROVIDER_ARN,
      SAMLAssertion: assertion,
      roleArn: ROLE_ARN,
      durationSeconds: 1_800,
    }),
  );
}

describe('the SAML provider', () => {
  it('has a metadata document, and its responses are signed by the certificate in it', async () => {
    const answer = await fetch(`${mock.httpUrl}/_mock/saml/metadata`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/samlmetadata\+xml/);
    const metadata = await answer.text();
    expect(metadata).toContain(`entityID="${ENTITY_ID}"`);
    const der = /<ds:X509Certificate>(.*)<\/ds:X509Certificate>/.exec(metadata)![1]!;
    const { publicKey } = new X509Certificate(Buffer.from(der, 'base64'));
    const { assertion, xml } = (await (await order({ sessionName: 'bob' })).json()) as {
      assertion: string;
      xml: string;
    };
    expect(Buffer.from(assertion, 'base64').toString()).toBe(xml);
    const signed = signedAssertion(parseResponse(assertion)!, [publicKey]);
    expect(signed?.toString()).toContain(`${ROLE_ARN},${PROVIDER_ARN}`);
  });

  it.each([
    [400, { expiresInSeconds: 0 }],
    [400, { bad: 'very' }],
    [400, { name: 'x' }],
    [404, { provider: 'nobody' }],
  ])('answers %i to %j', async (status, body) => {
    const answer = await order(body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error: expect.stringMatching(/^\w+: /) });
  });

  it('knows its providers by name and by ARN, and no other', async () => {
    expect((await order({ provider: 'company-sso' })).status).toBe(200);
    expect((await order({ provider: PROVIDER_ARN })).status).toBe(200);
    const nobody = await fetch(`${mock.httpUrl}/_mock/saml/metadata?provider=nobody`);
    expect(nobody.status).toBe(404);
  });

  it('is not there where none is configured', async () => {
    const { samlProviders: _, ...config } = defaultLandingZone();
    const without = await startMockSts({ config, clock: realClock() });
    try {
      expect((await fetch(`${without.httpUrl}/_mock/saml/metadata`)).status).toBe(404);
    } finally {
      await without.close();
    }
  });
});

describe('@alicloud/sts20150401, which has no key for it', () => {
  it('reads the whole answer, and the mock remembers who vouched', async () => {
    const assertion = await assertionOf({ subject: '"<bob>&"', sessionName: 'bob@ops' });
    const { body } = await assume(assertion);
    expect(body?.assumedRoleUser).toMatchObject({
      arn: 'acs:sts::1000000000000105:assumed-role/role-8ca-people/bob@ops',
      assumedRoleId: expect.stringMatching(/^\d{18}:bob@ops$/),
    });
    expect(body?.SAMLAssertionInfo).toMatchObject({
      subjectType: 'persistent',
      subject: '"<bob>&"',
      recipient: 'https://signin.aliyun.com/saml-role/sso',
      issuer: ENTITY_ID,
    });
    expect(mock.journal()).toMatchObject([
      { action: 'AssumeRoleWithSAML', caller: 'saml-provider/company-sso', accessKeyId: '' },
    ]);
    const trail = await (await fetch(`${mock.httpUrl}/_mock/actiontrail`)).text();
    expect(JSON.parse(trail).Events).toMatchObject([
      {
        eventName: 'AssumeRoleWithSAML',
        userIdentity: { type: 'saml-provider', userName: 'company-sso' },
        requestParameters: { SAMLProviderArn: PROVIDER_ARN, DurationSeconds: '1800' },
      },
    ]);
    expect(trail).not.toContain(assertion.slice(0, 40));
    const metrics = await (await fetch(`${mock.httpUrl}/_mock/metrics`)).text();
    expect(metrics).toMatch(/mock_sts_calls_total\{[^}]*AssumeRoleWithSAML[^}]*\} 1/);
  });

  it('signs on with the session', async () => {
    const { body } = await assume(await assertionOf());
    const { accessKeyId, accessKeySecret, securityToken } = body!.credentials!;
    const client = new Sts({
      endpoint: new URL(mock.httpUrl).host,
      protocol: 'http',
      accessKeyId,
      accessKeySecret,
      securityToken,
    } as unknown as ConstructorParameters<typeof Sts>[0]);
    const who = await client.getCallerIdentity();
    expect(who.body).toMatchObject({
      identityType: 'AssumedRoleUser',
      arn: 'acs:ram::1000000000000105:assumed-role/role-8ca-people/alice',
    });
  });

  it.each([
    ['wrong-key', 'Invalid'],
    ['unsigned', 'Invalid'],
    ['tampered', 'Invalid'],
    ['wrapped', 'Invalid'],
    ['wrong-issuer', 'Invalid'],
    ['wrong-audience', 'Invalid'],
    ['wrong-recipient', 'Invalid'],
    ['wrong-role', 'Invalid'],
    ['expired', 'Expired'],
    ['not-yet', 'Invalid'],
  ])('is told that a response is bad by %s', async (bad, code) => {
    await expect(assume(await assertionOf({ bad }))).rejects.toMatchObject({
      code: `AuthenticationFail.SAMLAssertion.${code}`,
      statusCode: 401,
    });
  });
});
