/** OSS: signature, token and policy of a request; every refusal as OSS words it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { MockStsConfig } from '../../../../mock-sts/core/config.ts';
import { DataPlane } from '../../../../mock-sts/core/data-plane/data-plane.ts';
import { ossStringToSign, signOss } from '../../../../mock-sts/core/data-plane/oss-signature.ts';
import { RamSecrets } from '../../../../mock-sts/core/ram-secrets.ts';
import { StsCore } from '../../../../mock-sts/core/service.ts';
import { askV1, credentialIn, INACTIVE_KEY, KEY, landing, NOW_MS } from '../../landing.ts';
import { OSS_FORMS, type OssAsk, ossRequest } from '../../oss-asks.ts';

/** The role may read everything in one bucket and write below one prefix of it. */
function config(): MockStsConfig {
  const base = landing();
  const statements = [
    { Effect: 'Allow', Action: ['oss:Get*', 'oss:ListObjects'], Resource: 'acs:oss:*:*:app-data*' },
    {
      Effect: 'Allow',
      Action: ['oss:PutObject', 'oss:DeleteObject'],
      Resource: 'acs:oss:*:*:app-data/in/*',
    },
    { Effect: 'Deny', Action: 'oss:*', Resource: 'acs:oss:*:*:app-data/secret*' },
  ] as const;
  const policies = [{ name: 'oss', document: { Version: '1', Statement: statements } as const }];
  return { ...base, roles: base.roles.map((role) => ({ ...role, policies })) };
}

const services = new DataPlane(config(), new RamSecrets(config()));
const SESSION = credentialIn(new StsCore(config()).handle(askV1()).body);

function ask(asked: OssAsk = {}) {
  return services.handle(ossRequest({ key: SESSION, path: '/app-data/in/report.csv', ...asked }));
}

beforeAll(() => {
  expect(ask({ method: 'PUT', body: 'a,b\n' }).code).toBe('OK');
});

it('signs as in the published example', () => {
  const headers = [
    ...['Content-MD5', 'ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM='],
    ...['Content-Type', 'text/html', 'Date', 'Thu, 17 Nov 2005 18:49:58 GMT'],
    ...['X-OSS-Meta-Author', 'foo@bar.com', 'X-OSS-Magic', 'abracadabra'],
  ];
  const target = { bucket: 'oss-example', key: 'nelson', query: [] };
  const text = ossStringToSign('PUT', headers, target);
  expect(signOss('OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV', text)).toBe(
    '26NBxoKdsyly4EDv6inkoDft/yA=',
  );
});

describe('a role session', () => {
  it.each<[what: string, asked: OssAsk, status: number]>([
    ['reads an object', {}, 200],
    ['asks for its head', { method: 'HEAD' }, 200],
    ['writes where it may', { method: 'PUT', path: '/app-data/in/a%20b%2Bc' }, 200],
    ['lists a bucket', { path: '/app-data?prefix=in%2F&max-keys=10' }, 200],
    ['lists by the other version', { path: '/app-data?list-type=2&start-after=a' }, 200],
    [
      'signs what is a sub-resource',
      { path: '/app-data/in/report.csv?response-content-type=a%2Fb' },
      200,
    ],
    ['deletes what is not there', { method: 'DELETE', path: '/app-data/in/none' }, 204],
    [
      'names the bucket in the host',
      { path: '/in/report.csv', headers: { Host: 'app-data.oss-cn-hangzhou.aliyuncs.com' } },
      200,
    ],
    [
      'dates by a header of OSS',
      { headers: { Date: '', 'x-oss-date': new Date(NOW_MS).toUTCString() } },
      200,
    ],
  ])('%s', (_what, asked, status) => {
    const answer = ask(asked);
    expect([answer.status, answer.code], String(answer.body)).toEqual([status, 'OK']);
    expect(answer.headers['x-oss-request-id']).toMatch(/^[0-9A-F]{24}$/);
  });

  it('is told when its token has expired, in OSS’s own words', () => {
    const { status, contentType, body } = ask({ nowMs: SESSION.expiresAtMs });
    expect([status, contentType]).toEqual([403, 'application/xml']);
    expect(body).toContain('<Code>SecurityTokenExpired</Code>');
    expect(body).toContain('<Message>The security token you provided has expired.</Message>');
    expect(body).toContain('<EC>0002-00000007</EC>');
    expect(body).toContain('https://api.aliyun.com/troubleshoot?q=0002-00000007');
  });

  it('does not see its token in what the server signed', () => {
    const { status, body } = ask({ key: { ...SESSION, accessKeySecret: 'wrong' } });
    expect(status).toBe(403);
    expect(body).toContain('<StringToSign>GET\n');
    expect(body).toContain('x-oss-security-token:****');
    expect(body).not.toContain(SESSION.securityToken);
  });
});

const { securityToken: _, ...WITHOUT_TOKEN } = SESSION;
const SKEWED = { Date: new Date(NOW_MS - 900_001).toUTCString() };

describe('it is refused', () => {
  it.each<[what: string, asked: OssAsk, status: number, code: string]>([
    ['unsigned', { authorization: '' }, 403, 'AccessDenied'],
    ['signed otherwise', { authorization: 'OSS abc' }, 400, 'InvalidArgument'],
    ['undated', { headers: { Date: '' } }, 403, 'AccessDenied'],
    ['dated in another form', { headers: { Date: '2026-11-22' } }, 403, 'AccessDenied'],
    ['dated too far back', { headers: SKEWED }, 403, 'RequestTimeTooSkewed'],
    ['with an unknown key', { key: { ...KEY, accessKeyId: 'x' } }, 403, 'InvalidAccessKeyId'],
    ['with a disabled key', { key: INACTIVE_KEY }, 403, 'InvalidAccessKeyId'],
    ['without its token', { key: WITHOUT_TOKEN }, 403, 'InvalidAccessKeyId'],
    [
      'with a malformed token',
      { key: { ...SESSION, securityToken: 'CAISnone' } },
      403,
      'InvalidSecurityToken',
    ],
    [
      'with a token of another key',
      { key: { ...KEY, securityToken: SESSION.securityToken } },
      403,
      'AccessKeyIdAndSecurityTokenNotMatch',
    ],
    [
      'with a wrong secret',
      { key: { ...KEY, accessKeySecret: 'wrong' } },
      403,
      'SignatureDoesNotMatch',
    ],
    ['for a user without policy', { key: KEY }, 403, 'AccessDenied'],
    ['outside the policy', { path: '/logs-backup/a' }, 403, 'AccessDenied'],
    ['where a Deny says so', { path: '/app-data/secret/a' }, 403, 'AccessDenied'],
    ['for the list of buckets', { path: '/' }, 403, 'AccessDenied'],
    ['for a write where it may not', { method: 'PUT', path: '/app-data/x' }, 403, 'AccessDenied'],
    ['for a method of none', { method: 'PATCH' }, 405, 'MethodNotAllowed'],
    ['for another sub-resource', { path: '/app-data/in/x?acl' }, 405, 'MethodNotAllowed'],
    [
      'for a copy',
      { method: 'PUT', headers: { 'x-oss-copy-source': '/app-data/in/x' } },
      405,
      'MethodNotAllowed',
    ],
    ['for a key that is not there', { path: '/app-data/in/none' }, 404, 'NoSuchKey'],
    [
      'for bytes other than their digest says',
      { method: 'PUT', body: 'b', headers: { 'Content-MD5': 'x' } },
      400,
      'InvalidDigest',
    ],
    ['for a page of too many keys', { path: '/app-data?max-keys=1001' }, 400, 'InvalidArgument'],
  ])('%s', (_what, asked, status, code) => {
    const answer = ask(asked);
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(answer.body).toContain(`<Code>${code}</Code>`);
  });

  it('in a header, where the answer has no body', () => {
    const { body, headers } = ask({ method: 'HEAD', path: '/app-data/in/none' });
    expect(body).toBe('');
    const error = Buffer.from(headers['x-oss-err']!, 'base64').toString();
    expect(error).toContain('<Code>NoSuchKey</Code>');
  });

  it('at a path that nobody can decode', () => {
    const url = '/app-data/%zz';
    const headers = ['Host', 'h', 'Authorization', 'OSS a:b'];
    const answer = services.handle({
      ...{ method: 'GET', url, headers, nowMs: NOW_MS, secure: false, body: new Uint8Array() },
    });
    expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
  });
});

describe.each(OSS_FORMS)('signed as %s', (form) => {
  it('is accepted, and no other method, key or parameter', () => {
    const right = ossRequest({ form, key: SESSION, path: '/app-data/in/report.csv' });
    const codeOf = (changes: object) => services.handle({ ...right, ...changes }).code;
    expect(codeOf({})).toBe('OK');
    expect(codeOf({ method: 'DELETE' })).toBe('SignatureDoesNotMatch');
    const elsewhere = right.url.replace('report', 'other');
    expect(codeOf({ url: elsewhere })).toBe('SignatureDoesNotMatch');
    const further = `${right.url}${right.url.includes('?') ? '&' : '?'}response-expires=1`;
    expect(codeOf({ url: further })).toBe('SignatureDoesNotMatch');
  });

  it('is told when its token has ended, not before', () => {
    const at = (nowMs: number) => ask({ form, nowMs }).code;
    expect(at(SESSION.expiresAtMs - 1)).toBe('OK');
    expect(at(SESSION.expiresAtMs)).toBe('SecurityTokenExpired');
  });

  it.each<[what: string, asked: OssAsk, code: string]>([
    ['with an unknown key', { key: { ...KEY, accessKeyId: 'x' } }, 'InvalidAccessKeyId'],
    ['without its token', { key: WITHOUT_TOKEN }, 'InvalidAccessKeyId'],
    ['with another secret', { key: { ...KEY, accessKeySecret: 'x' } }, 'SignatureDoesNotMatch'],
    ['against the policies', { path: '/app-data/secret/a' }, 'AccessDenied'],
  ])('is refused %s', (_what, asked, code) => {
    const answer = ask({ form, ...asked });
    expect([answer.code, answer.body]).toEqual([code, expect.stringContaining(code)]);
  });

  it('does not show its token in what the server signed', () => {
    const body = String(ask({ form, key: { ...SESSION, accessKeySecret: 'x' } }).body);
    expect(body).toContain(form.startsWith('v4') ? '<CanonicalRequest>' : '<StringToSign>');
    const token = SESSION.securityToken!;
    expect([token, encodeURIComponent(token)].filter((text) => body.includes(text))).toEqual([]);
  });
});

const WEEK_SECONDS = 604_800;

describe('a signed URL', () => {
  it.each(['v1 url', 'v4 url'] as const)('of %s ends when it says', (form) => {
    const at = (ms: number) =>
      ask({ form, key: SESSION, signedAtMs: NOW_MS, nowMs: NOW_MS + ms, expiresSeconds: 60 });
    expect(at(60_000).code).toBe('OK');
    const { code, body } = at(61_000);
    expect([code, body]).toEqual(['AccessDenied', expect.stringContaining('Request has expired.')]);
  });

  it.each<[what: string, asked: OssAsk, number: string]>([
    ['lasts a second at least', { expiresSeconds: 0 }, '0002-00000232'],
    ['lasts a week at most', { expiresSeconds: WEEK_SECONDS + 1 }, '0002-00000232'],
    ['is not of the future', { signedAtMs: NOW_MS + 901_000 }, '0002-00000504'],
  ])('of version 4 %s', (_what, asked, number) => {
    expect(ask({ form: 'v4 url', ...asked }).headers['x-oss-ec']).toBe(number);
  });
});

describe('version 4', () => {
  const today = new Date(NOW_MS).toISOString().slice(0, 10).replaceAll('-', '');

  it('signs further headers where it is told to', () => {
    const request = ossRequest({
      ...{ form: 'v4', key: SESSION, path: '/app-data/in/report.csv' },
      additional: ['host', 'range'],
      headers: { Range: 'bytes=0-1' },
    });
    expect(services.handle(request).code).toBe('OK');
    const headers = request.headers.map((text) => (text === 'bytes=0-1' ? 'bytes=0-2' : text));
    expect(services.handle({ ...request, headers }).code).toBe('SignatureDoesNotMatch');
  });

  it.each<[what: string, asked: OssAsk, number: string]>([
    ['another day', { scope: '20200101/cn-hangzhou/oss/aliyun_v4_request' }, '0002-00000212'],
    ['another region', { scope: `${today}/cn-beijing/oss/aliyun_v4_request` }, '0002-00000226'],
    ['another product', { scope: `${today}/cn-hangzhou/oss-x/aliyun_v4_request` }, '0002-00000227'],
    ['another request', { scope: `${today}/cn-hangzhou/oss/aws4_request` }, '0002-00000061'],
    [
      'a hash of the body',
      { headers: { 'x-oss-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb924' } },
      '0002-00000214',
    ],
    ['a header that is not there', { additional: ['absent'] }, '0002-00000061'],
    ['an instant too far back', { signedAtMs: NOW_MS - 900_001 }, '0002-00000504'],
    ['half a header', { authorization: 'OSS4-HMAC-SHA256 Credential' }, '0002-00000061'],
  ])('refuses %s', (_what, asked, number) => {
    expect(ask({ form: 'v4', ...asked }).headers['x-oss-ec']).toBe(number);
  });
});

it('is OSS at the path of RPC, where host name or signature say so', () => {
  const at = { path: '/?prefix=in%2F', headers: { Host: 'app-data.oss-cn-hangzhou.aliyuncs.com' } };
  expect(ask({ ...at, form: 'v4 url' }).body).toContain('<Key>in/report.csv</Key>');
  expect(ask({ ...at, authorization: '' }).body).toContain('<Code>AccessDenied</Code>');
});
