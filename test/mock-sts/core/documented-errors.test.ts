/**
 * Every error that Alibaba Cloud documents for STS and its gateway: the mock answers it with the
 * documented status, code and text, in JSON and in XML. What a request alone can bring about is brought
 * about by one; the rest by a fault that names the code. `docs/mock.md` lists the same codes.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { MockStsConfig } from '../../../mock-sts/core/config.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import type { WireAnswer, WireRequest } from '../../../mock-sts/core/wire/request.ts';
import { NOT_TRUSTED_MESSAGE, STS_ERRORS } from '../../../src/kernel/sts/error-codes.ts';
import {
  type Ask,
  askAcs3,
  askV1,
  CALLERS_ACCOUNT,
  credentialIn,
  INACTIVE_KEY,
  KEY,
  landing,
  NOW_MS,
  OTHER_ROLE_ARN,
  ROLE_ARN,
  trusting,
} from '../landing.ts';
import { askOidc, ISSUER, oidcToken, PROVIDER_ARN, podsLanding } from '../oidc-tokens.ts';
import {
  askSaml,
  attributesXml,
  base64,
  conditionsXml,
  responseXml,
  SAML_ACCOUNT,
  SAML_PROVIDER_ARN,
  ssoLanding,
} from '../saml-responses.ts';

type Format = 'JSON' | 'XML';
type Asked = readonly [
  requests: (format: Format) => WireRequest[],
  config?: MockStsConfig | undefined,
];
type Case = readonly [code: string, status: number, message: string | RegExp, asked: Asked];

const GOOD = { RoleArn: ROLE_ARN, RoleSessionName: 'session@1' };

/** AssumeRole by v1; parameters are laid over good ones. */
function assume(
  parameters: Record<string, string> = {},
  ask: Ask = {},
  config?: MockStsConfig,
): Asked {
  const requests = (format: Format) => [
    askV1({
      ...ask,
      parameters: { ...GOOD, ...parameters },
      common: { Format: format, ...ask.common },
    }),
  ];
  return [requests, config];
}

function common(parameters: Record<string, string>, config?: MockStsConfig): Asked {
  return assume({}, { common: parameters }, config);
}

function changed(changes: Partial<WireRequest>, config?: MockStsConfig): Asked {
  return [(format) => [{ ...askV1({ common: { Format: format } }), ...changes }], config];
}

function acs3(change: (request: WireRequest) => WireRequest): Asked {
  return [(Format) => [change(askAcs3({ parameters: { ...GOOD, Format } }))]];
}

function oidc(parameters: Record<string, string>, config = podsLanding()): Asked {
  return [(Format) => [askOidc(parameters, { Format })], config];
}

function oidcClaims(claims: object): Asked {
  return oidc({ OIDCToken: oidcToken({ claims }) });
}

function saml(parameters: Record<string, string>, config = ssoLanding()): Asked {
  return [(Format) => [askSaml(parameters, { Format })], config];
}

function fault(code: string): Asked {
  const faults = [{ kind: 'errors', share: 1, code, fromMs: 0, toMs: Infinity }] as const;
  return assume({}, {}, landing({ faults }));
}

/** A session of the role, as it signs the next call. */
function session(change: (key: ReturnType<typeof credentialIn>) => Partial<Ask>): Asked {
  const key = credentialIn(new StsCore(landing()).handle(askV1()).body);
  return assume({}, { key, ...change(key) });
}

const nobody = landing({
  users: landing().users.map((user) => ({ ...user, mayAssume: [] })),
});
const distrustful = landing({
  roles: landing().roles.map((role) => ({ ...role, trust: trusting('acs:ram::9:user/other') })),
});
const ROOT = { accessKeyId: 'LTAI5tRootOfAccount', accessKeySecret: 'root-secret' };
const withRoot = landing({
  accounts: [{ id: CALLERS_ACCOUNT, name: 'cloudops', accessKeys: [{ ...ROOT, active: true }] }],
});
const throttling = landing({
  quota: { perAccount: 1, perRole: undefined, limiter: { algorithm: 'fixed-window' } },
});
const TOO_LONG = JSON.stringify({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: `acs:${'x'.repeat(2_048)}` }],
});

// biome-ignore format: a table, one case a line
const FORM: Case[] = [
  ['InvalidProtocol.NeedSsl', 400, 'Your request is denied as lack of ssl protect.', changed({ secure: false }, landing({ wire: { requireTls: true } }))],
  ['UnsupportedHTTPMethod', 400, 'This http method is not supported.', changed({ method: 'PUT' })],
  ['InvalidApi.NotFound', 404, 'Specified api is not found, please check your url and method.', changed({ url: '/other' })],
  ['InvalidParameter.ContentType', 400, 'The ContentType request header must be either "application/json" or "application/x-www-form-urlencoded".', changed({ headers: ['content-type', 'text/plain'] })],
  ['RequestTooLarge.Url', 414, 'A GET request must not be larger than 4 KB.', changed({ method: 'GET', url: `/?${'x'.repeat(4_096)}` })],
  ['RequestTooLarge.Body', 413, 'A POST request must not be larger than 10 MB.', changed({ body: Buffer.alloc(10 * 1_024 * 1_024 + 1) })],
  ['InvalidParameter.Format', 400, 'Specified parameter format is not valid.', common({ Format: 'YAML' })],
  ['MissingAction', 400, 'Action is mandatory for this action.', common({ Action: '' })],
  ['MissingVersion', 400, 'Version is mandatory for this action.', common({ Version: '' })],
  ['InvalidVersion', 400, 'Specified parameter Version is not valid.', common({ Version: '2014-05-26' })],
  ['InvalidAction.NotFound', 404, 'Specified api is not found, please check your url and method.', common({ Action: 'GetFederationToken' })],
];

// biome-ignore format: a table, one case a line
const AUTHENTICATION: Case[] = [
  ['MissingAccessKeyId', 400, 'AccessKeyId is mandatory for this action.', common({ AccessKeyId: '' })],
  ['MissingSignature', 400, 'Signature is mandatory for this action.', [(format) => [unsigned(format)]]],
  ['MissingSignatureNonce', 400, 'SignatureNonce is mandatory for this action.', common({ SignatureNonce: '' })],
  ['MissingTimestamp', 400, 'Timestamp is mandatory for this action.', common({ Timestamp: '' })],
  ['MissingSignatureMethod', 400, 'SignatureMethod is mandatory for this action.', common({ SignatureMethod: '' })],
  ['MissingSignatureVersion', 400, 'SignatureVersion is mandatory for this action.', common({ SignatureVersion: '' })],
  ['InvalidSignatureMethod', 400, 'Specified signature method is not valid.', common({ SignatureMethod: 'HMAC-MD5' })],
  ['InvalidSignatureVersion', 400, 'Specified parameter SignatureVersion is not valid.', common({ SignatureVersion: '2.0' })],
  ['InvalidSignatureNonce', 400, 'Specified parameter SignatureNonce is not valid.', common({ SignatureNonce: 'n'.repeat(129) })],
  ['InvalidTimeStamp.Format', 400, 'Specified time stamp or date value is not well formatted.', common({ Timestamp: 'today' })],
  ['InvalidTimeStamp.Expired', 400, 'Specified time stamp or date value is expired.', common({ Timestamp: '2026-11-22T07:44:59Z' })],
  ['InvalidTimeStamp.Expired', 400, 'Specified time stamp or date value is expired.', acs3((request) => ({ ...request, nowMs: NOW_MS + 901_000 }))],
  ['InvalidAccessKeyId.NotFound', 404, 'Specified access key is not found.', common({ AccessKeyId: 'LTAI5tNobody' })],
  ['InvalidAccessKeyId.Inactive', 400, 'Specified access key is disabled.', assume({}, { key: INACTIVE_KEY })],
  ['SignatureDoesNotMatch', 400, /^Specified signature is not matched with our calculation\. server string to sign is:POST&%2F&AccessKeyId/, assume({}, { key: { ...KEY, accessKeySecret: 'wrong' } })],
  ['SignatureDoesNotMatch', 400, /^Specified signature does not match our calculation\. server StringToSign is \[ACS3-HMAC-SHA256\n[0-9a-f]{64}\] server CanonicalRequest is \[POST\n/, acs3((request) => ({ ...request, url: `${request.url}&x=y` }))],
  ['IncompleteSignature', 400, 'The request signature does not conform to Aliyun standards.', acs3((request) => ({ ...request, headers: [...request.headers, 'x-acs-security-token', 'x'] }))],
  ['SignatureNonceUsed', 400, 'Specified signature nonce was used already.', [(format) => twice(askV1({ common: { Format: format, SignatureNonce: 'once' } }))]],
  ['MissingSecurityToken', 400, 'SecurityToken is mandatory for this action.', session(({ accessKeyId, accessKeySecret }) => ({ key: { accessKeyId, accessKeySecret } }))],
  ['InvalidSecurityToken.Malformed', 400, 'Specified SecurityToken is malformed.', session((key) => ({ key: { ...key, securityToken: 'CAISnothing' } }))],
  ['InvalidSecurityToken.MismatchWithAccessKey', 400, 'Specified SecurityToken mismatch with the AccessKey.', session((key) => ({ key: { ...key, accessKeyId: `${key.accessKeyId.slice(0, -1)}_` } }))],
  ['InvalidSecurityToken.Expired', 400, 'Specified SecurityToken is expired.', session((key) => ({ nowMs: key.expiresAtMs }))],
];

// biome-ignore format: a table, one case a line
const ASSUME_ROLE: Case[] = [
  ['MissingRoleArn', 400, 'RoleArn is mandatory for this action.', assume({ RoleArn: '' })],
  ['MissingRoleSessionName', 400, 'RoleSessionName is mandatory for this action.', assume({ RoleSessionName: '' })],
  ['InvalidParameter.RoleArn', 400, 'The parameter RoleArn is wrongly formed.', assume({ RoleArn: 'acs:ram::1:user/app' })],
  ['InvalidParameter.RoleSessionName', 400, 'The parameter RoleSessionName is wrongly formed.', assume({ RoleSessionName: 'a b' })],
  ['InvalidParameter.RoleSessionName', 400, 'The parameter RoleSessionName is wrongly formed.', assume({ RoleSessionName: 'a'.repeat(65) })],
  ['InvalidParameter.DurationSeconds', 400, 'The Min/Max value of DurationSeconds is 15min/1hr.', assume({ DurationSeconds: '899' })],
  ['InvalidParameter.DurationSeconds', 400, 'The Min/Max value of DurationSeconds is 15min/1hr.', assume({ DurationSeconds: '3601' })],
  ['InvalidParameter.DurationSeconds', 400, 'The Min/Max value of DurationSeconds is 15min/1hr.', assume({ DurationSeconds: 'hour' })],
  ['InvalidParameter.ExternalId', 400, 'The parameter ExternalId is wrongly formed.', assume({ ExternalId: 'a b' })],
  ['InvalidParameter.SourceIdentity', 400, 'The parameter SourceIdentity is wrongly formed.', assume({ SourceIdentity: 'acs:x' })],
  ['InvalidParameter.PolicyGrammar', 400, 'The parameter Policy has not passed grammar check.', assume({ Policy: '{"Version":"2"}' })],
  ['InvalidParameter.PolicySize', 400, 'The size of Policy must be smaller than 2048 bytes.', assume({ Policy: TOO_LONG })],
  ['NoPermission', 403, 'You are not authorized to do this action. You should be authorized by RAM.', assume({}, {}, nobody)],
  ['NoPermission', 403, NOT_TRUSTED_MESSAGE, assume({}, {}, distrustful)],
  ['NoPermission', 403, 'Roles may not be assumed by root accounts.', assume({}, { key: ROOT }, withRoot)],
  ['EntityNotExist.Role', 404, 'The specified Role not exists .', assume({ RoleArn: `${OTHER_ROLE_ARN}-2` })],
  ['Throttling.User', 400, 'Request was denied due to user flow control.', [(Format) => [askV1(), askV1({ common: { Format } })], throttling]],
];

// biome-ignore format: a table, one case a line
const OIDC: Case[] = [
  ['MissingParameter.OIDCProviderArn', 400, 'Parameter OIDCProviderArn is required.', oidc({ OIDCProviderArn: '' })],
  ['MissingParameter.RoleArn', 400, 'Parameter RoleArn is required.', oidc({ RoleArn: '' })],
  ['MissingParameter.OIDCToken', 400, 'Parameter OIDCToken is required.', oidc({ OIDCToken: '' })],
  ['MissingRoleSessionName', 400, 'RoleSessionName is mandatory for this action.', oidc({ RoleSessionName: '' })],
  ['InvalidParameter.OIDCToken', 400, 'The parameter OIDCToken is wrongly formed.', oidc({ OIDCToken: 'abc' })],
  ['InvalidParameter.OIDCProviderArn', 400, 'The parameter OIDCProviderArn is wrongly formed.', oidc({ OIDCProviderArn: 'x' })],
  ['AuthenticationFail.OIDCToken.Expired', 401, 'This JsonWebToken is expired.', oidcClaims({ exp: NOW_MS / 1_000 })],
  ['AuthenticationFail.OIDCToken.AudienceNotMatch', 401, 'Invalid audience.', oidcClaims({ aud: 'elsewhere' })],
  ['AuthenticationFail.OIDCToken.IssuerNotMatch', 401, "The issuer in the OIDC Token doesn't match the OIDC Provider registered.", oidcClaims({ iss: `${ISSUER}x` })],
  ['AuthenticationFail.OIDCToken.Invalid', 401, 'This JsonWebToken is invalid.', oidc({ OIDCToken: 'a.b.c' })],
  ['AuthenticationFail.OIDCToken.IssuerConfigurationBroken', 401, `Get public keys from OIDC Provider failed, the issuer is ${ISSUER}`, oidc({}, podsLanding({ provider: { discovery: 'unreachable' } }))],
  ['AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch', 401, 'The fingerprint of the public key does not match the OIDC Provider registered.', oidc({}, podsLanding({ provider: { discovery: 'fingerprint-mismatch' } }))],
  ['AuthenticationFail.NoPermission', 403, 'No such OIDC Provider registered.', oidc({ OIDCProviderArn: `${PROVIDER_ARN}-2` })],
  ['AuthenticationFail.NoPermission', 403, 'There is no permission', oidcClaims({ sub: 'stranger' })],
  ['EntityNotExist.Role', 404, `The role not exists: ${ROLE_ARN}-2. `, oidc({ RoleArn: `${ROLE_ARN}-2` })],
];

const roleOfNobody = `acs:ram::${SAML_ACCOUNT}:role/role-of-nobody`;
const shown = (changes: Parameters<typeof responseXml>[0]) => base64(responseXml(changes));
// biome-ignore format: a table, one case a line
const SAML: Case[] = [
  ['MissingParameter.SAMLProviderArn', 400, 'Parameter SAMLProviderArn is required.', saml({ SAMLProviderArn: '' })],
  ['MissingParameter.RoleArn', 400, 'Parameter RoleArn is required.', saml({ RoleArn: '' })],
  ['MissingParameter.SAMLAssertion', 400, 'Parameter SAMLAssertion is required.', saml({ SAMLAssertion: '' })],
  ['InvalidParameter.SAMLAssertion', 400, 'The parameter SAMLAssertion is wrongly formed.', saml({ SAMLAssertion: 'abc' })],
  ['InvalidParameter.SAMLProviderArn', 400, 'The parameter SAMLProviderArn is wrongly formed.', saml({ SAMLProviderArn: 'x' })],
  ['InvalidParameter.PolicyGrammar', 400, 'Invalid Policy.', saml({ Policy: 'x' })],
  ['InvalidParameter.PolicySize', 400, 'The max size of policy string is 2048.', saml({ Policy: TOO_LONG })],
  ['InvalidParameter.DurationSeconds', 400, 'The DurationSeconds is invalid.', saml({ DurationSeconds: '7201' })],
  ['InvalidParameter.RoleSessionName', 400, 'The RoleSessionName is invalid.', saml({ SAMLAssertion: shown({ attributes: attributesXml({ RoleSessionName: 'a b' }) }) })],
  ['EntityNotExist.SAMLProvider', 404, 'Can not find SAML provider.', saml({ SAMLProviderArn: `${SAML_PROVIDER_ARN}-2` })],
  ['EntityNotExist.RoleArn', 404, 'The specified Role does not exists.', saml({ RoleArn: roleOfNobody, SAMLAssertion: shown({ attributes: attributesXml({ Role: `${roleOfNobody},${SAML_PROVIDER_ARN}` })})})],
  ['AuthenticationFail.IDPMetadata.Invalid', 401, 'The IdP Metadata of your SAML Provider is invalid.', saml({}, ssoLanding({ provider: { metadata: 'invalid' } }))],
  ['AuthenticationFail.SAMLAssertion.Expired', 401, 'The SAML Assertion is expired.', saml({ SAMLAssertion: shown({ conditions: conditionsXml({ notOnOrAfter: '2026-11-22T08:00:00Z' }) })})],
  ['AuthenticationFail.SAMLAssertion.Invalid', 401, 'The SAML Assertion is invalid.', saml({ SAMLAssertion: 'abcd' })],
];

/** What a fault has to name. */
// biome-ignore format: a table, one case a line
const BY_FAULT: Case[] = [
  ['Throttling.Api', 400, 'Request was denied due to api flow control.', fault('Throttling.Api')],
  ['Throttling', 400, 'Request was denied due to flow control.', fault('Throttling')],
  ['InternalError', 500, 'STS Server Internal Error happened, please send the RequestId to us.', fault('InternalError')],
  ['ServiceUnavailable', 503, 'The request has failed due to a temporary failure of the server.', fault('ServiceUnavailable')],
  ['InvalidParameter.SerialNumber', 400, 'The parameter SerialNumber is wrongly formed.', fault('InvalidParameter.SerialNumber')],
  ['InvalidParameter.TokenCode', 400, 'The parameter TokenCode is wrongly formed.', fault('InvalidParameter.TokenCode')],
  ['AuthenticationFail.ApiUsername', 403, 'The specified api username is not legal.', fault('AuthenticationFail.ApiUsername')],
  ['AuthenticationFail.ApiPassword', 403, 'The specified api password is not legal.', fault('AuthenticationFail.ApiPassword')],
  ['Forbidden.AccessKeyDisabled', 403, 'The specified access key is disabled.', fault('Forbidden.AccessKeyDisabled')],
  ['ContentLengthDoesNotMatch', 400, 'The Content-Length does not match the body.', fault('ContentLengthDoesNotMatch')],
  ['ContentMD5NotMatched', 400, 'The Content-MD5 does not match the body.', fault('ContentMD5NotMatched')],
  ['InvalidProduct.NotFound', 404, 'Cannot find product according to your specified domain.', fault('InvalidProduct.NotFound')],
];

const ALL: readonly Case[] = [
  ...FORM,
  ...AUTHENTICATION,
  ...ASSUME_ROLE,
  ...OIDC,
  ...SAML,
  ...BY_FAULT,
];

describe.each<Format>(['JSON', 'XML'])('in %s', (format) => {
  it.each(ALL)('%s, %i, %s', (code, status, message, [requests, config = landing()]) => {
    const wire = { ...config.wire, defaultFormat: format };
    const core = new StsCore({ ...config, wire });
    const answer = requests(format)
      .map((request) => core.handle(request))
      .at(-1)!;
    const { Message, ...body } = read(answer, format);
    expect(answer.status).toBe(status);
    expect(Message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    expect(body).toEqual({
      Code: code,
      HostId: 'sts.cn-hangzhou.aliyuncs.com',
      RequestId: expect.stringMatching(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/),
      Recommend: `https://api.aliyun.com/troubleshoot?q=${code}&product=Sts&requestId=${answer.requestId}`,
    });
  });
});

function read(answer: WireAnswer, format: Format): Record<string, unknown> {
  if (format === 'JSON') {
    expect(answer.contentType).toBe('application/json;charset=utf-8');
    const { AccessDeniedDetail: _, ...body } = JSON.parse(answer.body);
    return body;
  }
  expect(answer.contentType).toBe('text/xml;charset=utf-8');
  const root = /^<\?xml [^>]*\?><Error>(.*)<\/Error>$/s.exec(answer.body)![1]!;
  const plain = root.replace(/<AccessDeniedDetail>.*<\/AccessDeniedDetail>/s, '');
  const elements = [...plain.matchAll(/<(\w+)>([^<]*)<\/\1>/g)];
  return Object.fromEntries(elements.map(([, name, text]) => [name!, unescaped(text!)]));
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function unsigned(format: Format): WireRequest {
  const request = askV1({ common: { Format: format } });
  return { ...request, url: request.url.replace(/&Signature=[^&]*/, '') };
}

function twice(request: WireRequest): WireRequest[] {
  return [request, request];
}

describe('the list of errors', () => {
  it('is whole: every error that the mock has a text for is here', () => {
    const here = new Set(ALL.map(([code]) => code));
    expect(Object.keys(STS_ERRORS).filter((code) => !here.has(code))).toEqual([]);
  });

  it('stands in the documentation, with the same statuses', () => {
    const page = readFileSync(new URL('../../../docs/mock.md', import.meta.url), 'utf8');
    const section = /\n## Errors\n(.*?)\n## /s.exec(page)![1]!;
    const listed = [...section.matchAll(/^\| (\d{3}) \| (.*?) \|/gm)].flatMap(([, status, codes]) =>
      [...codes!.matchAll(/`([\w.]+)`/g)].map(([, code]) => `${status} ${code}`),
    );
    const wanted = new Set(ALL.map(([code, status]) => `${status} ${code}`));
    expect(listed.toSorted()).toEqual([...wanted].toSorted());
  });
});
