/**
 * AssumeRoleWithSAML: what an assertion has to be, what a role has to trust, and what the answer says.
 */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import type { MockStsConfig } from '../../../mock-sts/core/config.ts';
import { issuerKey } from '../../../mock-sts/core/oidc/issuer-key.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import type { WireRequest } from '../../../mock-sts/core/wire/request.ts';
import { certificateOf } from '../../../mock-sts/server/saml-metadata.ts';
import { askV1, credentialIn, KEY, landing, ROLE_ARN } from '../landing.ts';
import {
  askSaml,
  attributesXml,
  conditionsXml,
  ENTITY_ID,
  inResponse,
  RECIPIENT,
  type ResponseChanges,
  responseXml,
  SAML_ACCOUNT,
  SAML_PROVIDER_ARN,
  SSO_ROLE_ARN,
  showing,
  ssoLanding,
  subjectXml,
} from '../saml-responses.ts';

function handle(request: WireRequest, config: MockStsConfig = ssoLanding()) {
  return new StsCore(config).handle(request);
}

const refusalOf = (request: WireRequest, config?: MockStsConfig) => {
  const { status, body } = handle(request, config);
  const { Code, Message } = JSON.parse(body);
  return [status, Code, Message];
};
const codeOf = (changes: ResponseChanges, config?: MockStsConfig) =>
  handle(showing(responseXml(changes)), config).record.code;

const INVALID = 'AuthenticationFail.SAMLAssertion.Invalid';
const EXPIRED = 'AuthenticationFail.SAMLAssertion.Expired';

describe('a good assertion', () => {
  it('gets a session of the role, and is told what was read in it', () => {
    const answer = handle(askSaml());
    expect(answer.status).toBe(200);
    const body = JSON.parse(answer.body);
    expect(Object.keys(body)).toEqual([
      'RequestId',
      'AssumedRoleUser',
      'Credentials',
      'SAMLAssertionInfo',
    ]);
    expect(body.AssumedRoleUser).toEqual({
      AssumedRoleId: expect.stringMatching(/^\d{18}:alice$/),
      Arn: `acs:sts::${SAML_ACCOUNT}:assumed-role/role-sso/alice`,
    });
    expect(body.Credentials.Expiration).toBe('2026-11-22T09:00:00Z');
    expect(body.SAMLAssertionInfo).toEqual({
      SubjectType: 'persistent',
      Subject: 'alice@example.com',
      Recipient: RECIPIENT,
      Issuer: ENTITY_ID,
    });
  });

  it('gets the same in XML', () => {
    const { body, contentType } = handle(askSaml({}, { Format: 'XML' }));
    expect(contentType).toBe('text/xml;charset=utf-8');
    expect(body).toMatch(/^<\?xml [^>]*><AssumeRoleWithSAMLResponse><RequestId>/);
    expect(body).toContain(
      '<SAMLAssertionInfo><SubjectType>persistent</SubjectType><Subject>alice@example.com</Subject>',
    );
    expect(body).toMatch(/<\/SAMLAssertionInfo><\/AssumeRoleWithSAMLResponse>$/);
  });

  it('is escaped where it is quoted', () => {
    const request = showing(responseXml({ subject: subjectXml({ name: 'a"&lt;b&amp;\\' }) }));
    expect(JSON.parse(handle(request).body).SAMLAssertionInfo.Subject).toBe('a"<b&\\');
    const xml = handle({ ...request, url: request.url.replace('JSON', 'XML') }).body;
    expect(xml).toContain('<Subject>a"&lt;b&amp;\\</Subject>');
  });

  it('may have a name of another format, which is then told whole', () => {
    const format = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
    const { body } = handle(showing(responseXml({ subject: subjectXml({ format }) })));
    expect(JSON.parse(body).SAMLAssertionInfo.SubjectType).toBe(format);
  });

  it.each([
    'https://signin.alibabacloud.com/saml-role/sso',
    'https://signin.aliyun.com/saml-role/SSO',
  ])('may be for %s', (recipient) => {
    const config = ssoLanding({ condition: { StringEquals: { 'saml:recipient': recipient } } });
    const changes = {
      subject: subjectXml({ recipient }),
      conditions: conditionsXml({ audiences: ['x', 'urn:alibaba:cloudcomputing:international'] }),
    };
    expect(codeOf(changes, config)).toBe('OK');
  });

  it('opens a session that signs everywhere, and the next role of a chain', () => {
    const core = new StsCore(ssoLanding());
    const key = credentialIn(core.handle(askSaml()).body);
    const who = core.handle(
      askV1({ key, parameters: {}, common: { Action: 'GetCallerIdentity' } }),
    );
    expect(JSON.parse(who.body)).toMatchObject({
      IdentityType: 'AssumedRoleUser',
      AccountId: SAML_ACCOUNT,
      Arn: `acs:ram::${SAML_ACCOUNT}:assumed-role/role-sso/alice`,
    });
  });

  it('sets the source identity, which goes along and cannot be changed', () => {
    const trust = {
      Version: '1',
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [SSO_ROLE_ARN] } },
      ],
    } as const;
    const config = ssoLanding();
    const roles = config.roles.map((role) => (role.arn === ROLE_ARN ? { ...role, trust } : role));
    const core = new StsCore({ ...config, roles });
    const attributes = attributesXml({ SourceIdentity: 'alice@hq' });
    const first = core.handle(showing(responseXml({ attributes })));
    expect(JSON.parse(first.body).SourceIdentity).toBe('alice@hq');
    const key = credentialIn(first.body);
    const parameters = { RoleArn: ROLE_ARN, RoleSessionName: 'next', SourceIdentity: 'mallory' };
    expect(JSON.parse(core.handle(askV1({ key, parameters })).body).SourceIdentity).toBe(
      'alice@hq',
    );
  });

  it('takes its length from the parameter, and not from SessionDuration', () => {
    const attributes = attributesXml({ SessionDuration: '7200' });
    const lasts = (DurationSeconds: string) => {
      const xml = Buffer.from(responseXml({ attributes })).toString('base64');
      return credentialIn(handle(askSaml({ SAMLAssertion: xml, DurationSeconds })).body);
    };
    expect(lasts('').expiresAtMs).toBe(Date.parse('2026-11-22T09:00:00Z'));
    expect(lasts('900').expiresAtMs).toBe(Date.parse('2026-11-22T08:15:00Z'));
  });

  it('is recorded under its provider, and nothing of it is kept', () => {
    const answer = handle(askSaml({}, { AccessKeyId: KEY.accessKeyId, Signature: 'wrong' }));
    expect(answer.record).toMatchObject({
      action: 'AssumeRoleWithSAML',
      accountId: SAML_ACCOUNT,
      caller: 'saml-provider/company-sso',
      roleArn: SSO_ROLE_ARN,
      outcome: 'succeeded',
    });
    expect(answer.accessKeyId).toBe('');
  });

  it('may come with line breaks in its base64', () => {
    const SAMLAssertion = Buffer.from(responseXml()).toString('base64').replace(/.{76}/g, '$&\r\n');
    expect(handle(askSaml({ SAMLAssertion })).status).toBe(200);
  });
});

describe('certificates of a real provider', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });

  it('make its assertions good: RSA with SHA-256 and SHA-512', async () => {
    const config = ssoLanding({
      provider: { certificates: [await certificateOf(rsa.privateKey)] },
    });
    expect(codeOf({ key: rsa.privateKey }, config)).toBe('OK');
    const sha512 = {
      key: rsa.privateKey,
      hash: 'sha512',
      method: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
      digestMethod: 'http://www.w3.org/2001/04/xmlenc#sha512',
    };
    expect(codeOf(sha512, config)).toBe('OK');
    expect(codeOf({ key: rsa.privateKey })).toBe(INVALID);
    expect(codeOf({}, config)).toBe('OK');
  });

  it('do not make SHA-1 good', async () => {
    const config = ssoLanding({
      provider: { certificates: [await certificateOf(rsa.privateKey)] },
    });
    const sha1 = {
      key: rsa.privateKey,
      hash: 'sha1',
      method: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
      digestMethod: 'http://www.w3.org/2000/09/xmldsig#sha1',
    };
    expect(codeOf(sha1, config)).toBe(INVALID);
  });
});

describe('an assertion is refused', () => {
  it.each<[string, string, ResponseChanges]>([
    ['of another issuer', INVALID, { issuer: '<saml:Issuer>https://other</saml:Issuer>' }],
    ['of no issuer', INVALID, { issuer: '' }],
    ['of two issuers', INVALID, { issuer: `<saml:Issuer>${ENTITY_ID}</saml:Issuer>`.repeat(2) }],
    ['of another version', INVALID, { version: '1.1' }],
    ['for another recipient', INVALID, { subject: subjectXml({ recipient: 'https://x/sso' }) }],
    ['without a recipient', INVALID, { subject: subjectXml({ recipient: '' }) }],
    ['without a name', INVALID, { subject: subjectXml({ name: '' }) }],
    ['without a subject', INVALID, { subject: '' }],
    ['for another audience', INVALID, { conditions: conditionsXml({ audiences: ['urn:x'] }) }],
    ['for no audience', INVALID, { conditions: conditionsXml({ audiences: [] }) }],
    ['without conditions', INVALID, { conditions: '' }],
    ['at its end', EXPIRED, { conditions: conditionsXml({ notOnOrAfter: NOW }) }],
    ['at the end of its subject', EXPIRED, { subject: subjectXml({ notOnOrAfter: NOW }) }],
    ['before its time', INVALID, { conditions: conditionsXml({ notBefore: LATER }) }],
    ['with a time that is none', INVALID, { subject: subjectXml({ notOnOrAfter: 'soon' }) }],
    ['without a role', INVALID, { attributes: attributesXml({ Role: [] }) }],
    ['for another role', INVALID, { attributes: role(`${SSO_ROLE_ARN}x,${SAML_PROVIDER_ARN}`) }],
    ['of another provider', INVALID, { attributes: role(`${SSO_ROLE_ARN},${SAML_PROVIDER_ARN}x`) }],
    ['without a session name', INVALID, { attributes: attributesXml({ RoleSessionName: [] }) }],
    ['with two', INVALID, { attributes: attributesXml({ RoleSessionName: ['alice', 'bob'] }) }],
    [
      'with a bad one',
      'InvalidParameter.RoleSessionName',
      { attributes: attributesXml({ RoleSessionName: '爱丽丝' }) },
    ],
    [
      'with a bad source identity',
      INVALID,
      { attributes: attributesXml({ SourceIdentity: 'acs:root' }) },
    ],
    ['by another key', INVALID, { key: otherKey() }],
    ['signed for another id', INVALID, { uri: '#_r1' }],
    ['signed for the whole document', INVALID, { uri: '' }],
    [
      'signed through a transform that leaves things out',
      INVALID,
      { transforms: ['http://www.w3.org/TR/1999/REC-xpath-19991116'] },
    ],
  ])('%s', (_, code, changes) => {
    expect(codeOf(changes)).toBe(code);
  });

  it.each([
    ['no base64', 'not base64!'],
    ['base64 in another form', `${Buffer.from(responseXml()).toString('base64')}A`],
    ['no XML', Buffer.from('no xml').toString('base64')],
    ['an empty response', Buffer.from(inResponse('')).toString('base64')],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0xfd, 0xfc]).toString('base64')],
  ])('that is %s', (_, SAMLAssertion) => {
    expect(refusalOf(askSaml({ SAMLAssertion }))).toEqual([
      401,
      INVALID,
      'The SAML Assertion is invalid.',
    ]);
  });

  it('that comes without its response, or in one that goes elsewhere', () => {
    const bare = /<saml:Assertion.*<\/saml:Assertion>/.exec(responseXml())![0];
    expect(handle(showing(bare)).record.code).toBe(INVALID);
    const going = (to: string) => handle(showing(inResponse(bare, ` Destination="${to}"`)));
    expect(going(RECIPIENT).record.code).toBe('OK');
    expect(going('https://elsewhere.example/sso').record.code).toBe(INVALID);
  });

  it('by the server’s clock, not by the true one', () => {
    const skewed = (offsetMs: number) =>
      ssoLanding({ faults: [{ kind: 'clock-skew', offsetMs, fromMs: 0, toMs: Infinity }] });
    expect(codeOf({}, skewed(299_000))).toBe('OK');
    expect(codeOf({}, skewed(300_000))).toBe(EXPIRED);
  });

  it('without a word on stderr, whatever it is', () => {
    const errors = vi.spyOn(console, 'error');
    const warnings = vi.spyOn(console, 'warn');
    for (const xml of ['<a b>', '<a', '<a>&x;</a>', '<a><b></a>', '<a b="1" b="2"/>']) {
      expect(handle(showing(inResponse(xml))).record.code).toBe(INVALID);
    }
    expect(errors).not.toHaveBeenCalled();
    expect(warnings).not.toHaveBeenCalled();
  });
});

const NOW = '2026-11-22T08:00:00Z';
const LATER = '2026-11-22T08:00:01Z';

function role(pair: string): string {
  return attributesXml({ Role: pair });
}

function otherKey() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

describe('documented refusals', () => {
  it.each<[string, number, string, Record<string, string>]>([
    [
      'MissingParameter.SAMLProviderArn',
      400,
      'Parameter SAMLProviderArn is required.',
      { SAMLProviderArn: '' },
    ],
    ['MissingParameter.RoleArn', 400, 'Parameter RoleArn is required.', { RoleArn: '' }],
    [
      'MissingParameter.SAMLAssertion',
      400,
      'Parameter SAMLAssertion is required.',
      { SAMLAssertion: '' },
    ],
    [
      'InvalidParameter.SAMLAssertion',
      400,
      'The parameter SAMLAssertion is wrongly formed.',
      { SAMLAssertion: 'abc' },
    ],
    [
      'InvalidParameter.SAMLAssertion',
      400,
      'The parameter SAMLAssertion is wrongly formed.',
      { SAMLAssertion: 'a'.repeat(100_001) },
    ],
    [
      'InvalidParameter.SAMLProviderArn',
      400,
      'The parameter SAMLProviderArn is wrongly formed.',
      { SAMLProviderArn: 'acs:ram::1:x' },
    ],
    [
      'InvalidParameter.RoleArn',
      400,
      'The parameter RoleArn is wrongly formed.',
      { RoleArn: 'no-arn' },
    ],
    [
      'InvalidParameter.DurationSeconds',
      400,
      'The DurationSeconds is invalid.',
      { DurationSeconds: '899' },
    ],
    [
      'InvalidParameter.DurationSeconds',
      400,
      'The DurationSeconds is invalid.',
      { DurationSeconds: '7201' },
    ],
    ['InvalidParameter.PolicyGrammar', 400, 'Invalid Policy.', { Policy: '{}' }],
    [
      'InvalidParameter.PolicySize',
      400,
      'The max size of policy string is 2048.',
      { Policy: ' '.repeat(2_049) },
    ],
    [
      'EntityNotExist.SAMLProvider',
      404,
      'Can not find SAML provider.',
      { SAMLProviderArn: `${SAML_PROVIDER_ARN}-2` },
    ],
  ])('%s', (code, status, message, parameters) => {
    expect(refusalOf(askSaml(parameters))).toEqual([status, code, message]);
  });

  it('EntityNotExist.RoleArn, for a role that the assertion names and nobody has made', () => {
    const RoleArn = `acs:ram::${SAML_ACCOUNT}:role/role-of-nobody`;
    const attributes = attributesXml({ Role: `${RoleArn},${SAML_PROVIDER_ARN}` });
    const SAMLAssertion = Buffer.from(responseXml({ attributes })).toString('base64');
    expect(refusalOf(askSaml({ RoleArn, SAMLAssertion }))).toEqual([
      404,
      'EntityNotExist.RoleArn',
      'The specified Role does not exists.',
    ]);
  });

  it('AuthenticationFail.SAMLAssertion.Expired and IDPMetadata.Invalid', () => {
    const conditions = conditionsXml({ notOnOrAfter: NOW });
    expect(refusalOf(showing(responseXml({ conditions })))).toEqual([
      401,
      EXPIRED,
      'The SAML Assertion is expired.',
    ]);
    expect(refusalOf(askSaml(), ssoLanding({ provider: { metadata: 'invalid' } }))).toEqual([
      401,
      'AuthenticationFail.IDPMetadata.Invalid',
      'The IdP Metadata of your SAML Provider is invalid.',
    ]);
  });

  it('NoPermission, where the role trusts another recipient', () => {
    const config = ssoLanding({ condition: { StringEquals: { 'saml:recipient': 'elsewhere' } } });
    const answer = handle(askSaml(), config);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({
      Code: 'NoPermission',
      AccessDeniedDetail: {
        AuthAction: 'sts:AssumeRoleWithSAML',
        AuthPrincipalType: 'Federated',
        AuthPrincipalDisplayName: 'saml-provider/company-sso',
        AuthPrincipalOwnerId: SAML_ACCOUNT,
        NoPermissionType: 'ImplicitDeny',
        PolicyType: 'AssumeRolePolicy',
      },
    });
  });

  it('of a call whose provider nobody knows is recorded without a caller', () => {
    expect(handle(askSaml(), landing()).record).toMatchObject({
      caller: '',
      accountId: '',
      code: 'EntityNotExist.SAMLProvider',
    });
  });
});

it('counts for its provider’s account, apart from other actions, also when it is malformed', () => {
  const quota = {
    perRole: undefined,
    perAccount: 2,
    limiter: { algorithm: 'fixed-window' },
  } as const;
  const core = new StsCore(ssoLanding({ quota }));
  const codes = ['abcd', 'abcd', 'abcd'].map(
    (SAMLAssertion) => core.handle(askSaml({ SAMLAssertion })).record.code,
  );
  expect(codes).toEqual([INVALID, INVALID, 'Throttling.User']);
  expect(core.handle(askSaml()).record).toMatchObject({ throttledBy: 'account' });
  expect(core.handle(askV1()).record.code).toBe('OK');
});

it('is struck by faults as every call is', () => {
  const faults = [{ kind: 'outage', fromMs: 0, toMs: Infinity }] as const;
  expect(handle(askSaml(), ssoLanding({ faults })).record.code).toBe('ServiceUnavailable');
});

it('has one key with the tokens of OIDC, which derives from the seed', () => {
  expect(issuerKey(7).publicJwk).toEqual(issuerKey(7).publicJwk);
  expect(codeOf({}, { ...ssoLanding(), seed: 8 })).toBe(INVALID);
});
