/** OSS: signature, token and policy of a request; every refusal as OSS words it. */
import { describe, expect, it } from 'vitest';
import type { MockStsConfig } from '../../../../mock-sts/core/config.ts';
import { DataPlane } from '../../../../mock-sts/core/data-plane/data-plane.ts';
import { ossStringToSign, signOss } from '../../../../mock-sts/core/data-plane/oss-signature.ts';
import { RamSecrets } from '../../../../mock-sts/core/ram-secrets.ts';
import { StsCore } from '../../../../mock-sts/core/service.ts';
import type { Credentials } from '../../../../src/kernel/sts/credentials.ts';
import { askV1, credentialIn, INACTIVE_KEY, KEY, landing, NOW_MS } from '../../landing.ts';

/** The role may read everything in one bucket and write below one prefix of it. */
function config(): MockStsConfig {
  const base = landing();
  const statements = [
    { Effect: 'Allow', Action: ['oss:Get*', 'oss:ListObjects'], Resource: 'acs:oss:*:*:app-data*' },
    { Effect: 'Allow', Action: 'oss:PutObject', Resource: 'acs:oss:*:*:app-data/in/*' },
    { Effect: 'Deny', Action: 'oss:*', Resource: 'acs:oss:*:*:app-data/secret*' },
  ] as const;
  const policies = [{ name: 'oss', document: { Version: '1', Statement: statements } as const }];
  return { ...base, roles: base.roles.map((role) => ({ ...role, policies })) };
}

const services = new DataPlane(config(), new RamSecrets(config()));
const SESSION = credentialIn(new StsCore(config()).handle(askV1()).body);

interface OssAsk {
  readonly method?: string;
  readonly path?: string;
  readonly key?: Credentials;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the right one; an empty text for none. */
  readonly authorization?: string;
  readonly nowMs?: number;
}

function ask(asked: OssAsk = {}) {
  const { method = 'GET', path = '/app-data/report.csv', key = SESSION, nowMs = NOW_MS } = asked;
  const named: Record<string, string> = {
    Host: '127.0.0.1:8081',
    Date: new Date(nowMs).toUTCString(),
    ...(key.securityToken === undefined ? {} : { 'x-oss-security-token': key.securityToken }),
    ...asked.headers,
  };
  const headers = Object.entries(named)
    .filter(([, value]) => value !== '')
    .flat();
  const [bare = '', query = ''] = path.split('?');
  const [, host] = /^([\w-]+)\.oss-/.exec(named.Host!) ?? [];
  const [, bucket = '', ...keys] = decodeURIComponent(bare).split('/');
  const target = {
    bucket: host ?? bucket,
    key: host === undefined ? keys.join('/') : [bucket, ...keys].join('/'),
    query: [...new URLSearchParams(query)],
  };
  const signature = signOss(key.accessKeySecret, ossStringToSign(method, headers, target));
  const authorization = asked.authorization ?? `OSS ${key.accessKeyId}:${signature}`;
  return services.handle({
    ...{ method, url: path, nowMs, secure: false, body: new Uint8Array() },
    headers: authorization === '' ? headers : [...headers, 'Authorization', authorization],
  });
}

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
    ['signs what is a sub-resource', { path: '/app-data/x?acl&response-content-type=a%2Fb' }, 200],
    [
      'names the bucket in the host',
      { path: '/report.csv', headers: { Host: 'app-data.oss-cn-hangzhou.aliyuncs.com' } },
      200,
    ],
    [
      'dates by a header of OSS',
      { headers: { Date: '', 'x-oss-date': new Date(NOW_MS).toUTCString() } },
      200,
    ],
  ])('%s', (_what, asked, status) => {
    const answer = ask(asked);
    expect([answer.status, answer.code], answer.body).toEqual([status, 'OK']);
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
    ['for a write where it may not', { method: 'PUT' }, 403, 'AccessDenied'],
    ['where a Deny says so', { path: '/app-data/secret/a' }, 403, 'AccessDenied'],
    ['for the list of buckets', { path: '/' }, 403, 'AccessDenied'],
    ['for a method of none', { method: 'PATCH' }, 405, 'MethodNotAllowed'],
  ])('%s', (_what, asked, status, code) => {
    const answer = ask(asked);
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(answer.body).toContain(`<Code>${code}</Code>`);
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
