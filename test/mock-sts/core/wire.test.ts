/**
 * The wire door: signatures, replay, temporary credentials, formats, and the texts of errors.
 */
import { describe, expect, it } from 'vitest';
import type { MockStsConfig } from '../../../mock-sts/core/config.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import type { WireAnswer, WireRequest } from '../../../mock-sts/core/wire/request.ts';
import { stringToSignV1 } from '../../../src/kernel/sts/signature-v1.ts';
import {
  APP,
  askAcs3,
  askV1,
  CALLERS_ACCOUNT,
  credentialIn,
  INACTIVE_KEY,
  KEY,
  landing,
  NOW_MS,
  ROLE_ARN,
} from '../landing.ts';

function handle(request: WireRequest, config: MockStsConfig = landing()): WireAnswer {
  return new StsCore(config).handle(request);
}

const codeOf = (answer: WireAnswer): string => answer.record.code;
const messageOf = (answer: WireAnswer): string => JSON.parse(answer.body).Message;

/** What a test varies of a good request. */
const changed = (request: WireRequest, changes: Partial<WireRequest>): WireRequest => ({
  ...request,
  ...changes,
});

describe('a signed request', () => {
  it.each([
    ['v1 by POST, query and form', askV1()],
    ['v1 by GET', askV1({ method: 'GET' })],
    [
      'v1 with a policy full of reserved characters',
      askV1({
        parameters: {
          RoleArn: ROLE_ARN,
          RoleSessionName: 'x_y',
          Policy:
            '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:Get*","Resource":"*"}]}',
        },
      }),
    ],
    ['V3 with everything in the query', askAcs3()],
    [
      'V3 with a JSON body',
      askAcs3({
        parameters: {},
        body: JSON.stringify({
          RoleArn: ROLE_ARN,
          RoleSessionName: 'in-body',
          DurationSeconds: 900,
        }),
      }),
    ],
  ])('%s gets a credential', (_how, request) => {
    const answer = handle(request);
    expect(answer).toMatchObject({ status: 200, contentType: 'application/json;charset=utf-8' });
    expect(answer.record).toEqual({
      atMs: NOW_MS,
      action: 'AssumeRole',
      accountId: CALLERS_ACCOUNT,
      region: 'cn-hangzhou',
      caller: 'app',
      roleArn: ROLE_ARN,
      outcome: 'succeeded',
      code: 'OK',
      serviceMs: 0,
    });
    expect(answer.accessKeyId).toBe(KEY.accessKeyId);
  });

  it('has the keys of the documented answer', () => {
    const body = JSON.parse(handle(askV1()).body);
    expect(Object.keys(body)).toEqual(['RequestId', 'AssumedRoleUser', 'Credentials']);
    expect(Object.keys(body.AssumedRoleUser)).toEqual(['AssumedRoleId', 'Arn']);
    expect(body.RequestId).toMatch(/^[0-9A-F]{8}-([0-9A-F]{4}-){3}[0-9A-F]{12}$/);
    expect(body.Credentials).toEqual({
      SecurityToken: expect.any(String),
      Expiration: '2026-11-22T09:00:00Z',
      AccessKeySecret: expect.any(String),
      AccessKeyId: expect.any(String),
    });
  });

  it('names the source identity only when there was one', () => {
    const parameters = { RoleArn: ROLE_ARN, RoleSessionName: 's1', SourceIdentity: 'alice' };
    expect(JSON.parse(handle(askV1({ parameters })).body).SourceIdentity).toBe('alice');
  });

  it('decides as the other door does', () => {
    const request = { roleArn: ROLE_ARN, roleSessionName: 'session@1', durationSeconds: 3_600 };
    const decision = new StsCore(landing()).assumeRole(APP, request, NOW_MS);
    if (decision.outcome.kind !== 'issued') throw new Error('the call was refused');
    const { accessKeyId, accessKeySecret, securityToken, expiresAtMs } =
      decision.outcome.credential;
    expect(credentialIn(handle(askV1()).body)).toEqual({
      accessKeyId,
      accessKeySecret,
      securityToken,
      expiresAtMs,
    });
  });

  it('may leave the duration out, or empty', () => {
    const parameters = { RoleArn: ROLE_ARN, RoleSessionName: 's1', DurationSeconds: '' };
    expect(credentialIn(handle(askV1({ parameters })).body).expiresAtMs).toBe(NOW_MS + 3_600_000);
  });

  it.each(['1e3', '0x384', '900.0', ' 900', '-900', '99999999999'])(
    'has no duration of %j',
    (text) => {
      const parameters = { RoleArn: ROLE_ARN, RoleSessionName: 's1', DurationSeconds: text };
      expect(codeOf(handle(askV1({ parameters })))).toBe('InvalidParameter.DurationSeconds');
    },
  );
});

describe('v1 authentication', () => {
  it.each([
    ['MissingAccessKeyId', { AccessKeyId: '' }],
    ['MissingSignatureNonce', { SignatureNonce: '' }],
    ['MissingTimestamp', { Timestamp: '' }],
    ['MissingSignatureMethod', { SignatureMethod: '' }],
    ['MissingSignatureVersion', { SignatureVersion: '' }],
    ['InvalidSignatureMethod', { SignatureMethod: 'HMAC-MD5' }],
    ['InvalidSignatureVersion', { SignatureVersion: '2.0' }],
    ['InvalidSignatureNonce', { SignatureNonce: 'n'.repeat(129) }],
    ['InvalidTimeStamp.Format', { Timestamp: '2026-11-22 08:00:00' }],
    ['InvalidTimeStamp.Expired', { Timestamp: '2026-11-22T07:44:59Z' }],
    ['InvalidTimeStamp.Expired', { Timestamp: '2026-11-22T08:15:01Z' }],
    ['InvalidAccessKeyId.NotFound', { AccessKeyId: 'LTAI5tNobody' }],
    ['InvalidAccessKeyId.Inactive', { AccessKeyId: INACTIVE_KEY.accessKeyId }],
    ['InvalidSecurityToken.MismatchWithAccessKey', { SecurityToken: 'CAIS' }],
    ['MissingSecurityToken', { AccessKeyId: 'STS.NobodyKnowsWhoThisOneIs' }],
    ['InvalidParameter.Format', { Format: 'YAML' }],
    ['MissingAction', { Action: '' }],
    ['MissingVersion', { Version: '' }],
    ['InvalidVersion', { Version: '2014-05-26' }],
    ['InvalidAction.NotFound', { Action: 'GetFederationToken' }],
  ])('refuses with %s for %j', (code, common) => {
    const answer = handle(askV1({ common }));
    expect(codeOf(answer)).toBe(code);
    expect(JSON.parse(answer.body)).toMatchObject({
      Code: code,
      HostId: 'sts.cn-hangzhou.aliyuncs.com',
    });
    expect(answer.record).toMatchObject({ outcome: 'failed', caller: '', accountId: '' });
  });

  it('takes timestamps up to the tolerance, either way', () => {
    for (const Timestamp of ['2026-11-22T07:45:00Z', '2026-11-22T08:15:00Z']) {
      expect(codeOf(handle(askV1({ common: { Timestamp } })))).toBe('OK');
    }
    const wire = { timestampToleranceMs: 31 * 60_000 };
    const late = askV1({ common: { Timestamp: '2026-11-22T07:29:00Z' } });
    expect(codeOf(handle(late, landing({ wire })))).toBe('OK');
  });

  it('answers a wrong secret with the text that SDKs take apart', () => {
    const request = askV1({ key: { ...KEY, accessKeySecret: 'wrong' } });
    const answer = handle(request);
    const signed = [
      ...new URLSearchParams(request.url.slice(2)),
      ...new URLSearchParams(Buffer.from(request.body).toString()),
    ];
    expect(messageOf(answer)).toBe(
      `Specified signature is not matched with our calculation. server string to sign is:${stringToSignV1('POST', signed)}`,
    );
    expect(answer.status).toBe(400);
  });

  it('signs the method', () => {
    const request = askV1({ method: 'GET' });
    expect(codeOf(handle(changed(request, { method: 'POST' })))).toBe('SignatureDoesNotMatch');
  });

  it('does not sign the parameters of a JSON body, so it does not take any', () => {
    const request = askV1({ parameters: { RoleArn: ROLE_ARN } });
    const headers = ['content-type', 'application/json'];
    const body = Buffer.from('{"RoleSessionName":"smuggled"}');
    const unsigned = askV1({ method: 'GET', parameters: { RoleArn: ROLE_ARN } });
    expect(codeOf(handle(changed(unsigned, { headers, body })))).toBe('MissingRoleSessionName');
    expect(codeOf(handle(request))).toBe('MissingRoleSessionName');
  });
});

describe('replay', () => {
  it('is refused within and across schemes and methods', () => {
    const core = new StsCore(landing());
    const once = (SignatureNonce: string) => askV1({ common: { SignatureNonce } });
    expect(codeOf(core.handle(once('n-1')))).toBe('OK');
    expect(codeOf(core.handle(once('n-1')))).toBe('SignatureNonceUsed');
    const v3 = askAcs3();
    expect(codeOf(core.handle(v3))).toBe('OK');
    expect(codeOf(core.handle(v3))).toBe('SignatureNonceUsed');
  });

  it('is no use to somebody who cannot sign: his nonces stay good', () => {
    const core = new StsCore(landing());
    const common = { SignatureNonce: 'n-2' };
    const forged = askV1({ common, key: { ...KEY, accessKeySecret: 'wrong' } });
    expect(codeOf(core.handle(forged))).toBe('SignatureDoesNotMatch');
    expect(codeOf(core.handle(askV1({ common })))).toBe('OK');
  });

  it('is refused as long as the timestamp is good', () => {
    const core = new StsCore(landing());
    const ahead = askV1({ common: { SignatureNonce: 'n-3', Timestamp: '2026-11-22T08:15:00Z' } });
    expect(codeOf(core.handle(ahead))).toBe('OK');
    for (const minutes of [1, 15, 29, 30]) {
      const again = changed(ahead, { nowMs: NOW_MS + minutes * 60_000 });
      expect(codeOf(core.handle(again))).toBe('SignatureNonceUsed');
    }
    const late = changed(ahead, { nowMs: NOW_MS + 30 * 60_000 + 1 });
    expect(codeOf(core.handle(late))).toBe('InvalidTimeStamp.Expired');
  });
});

describe('V3 authentication', () => {
  const without = (name: string, request = askAcs3()): WireRequest => {
    const at = request.headers.findIndex((header, i) => i % 2 === 0 && header === name);
    const headers = [...request.headers.slice(0, at), ...request.headers.slice(at + 2)];
    return changed(request, { headers });
  };

  it.each([
    ['MissingTimestamp', without('x-acs-date')],
    ['MissingSignatureNonce', without('x-acs-signature-nonce')],
    ['MissingAction', without('x-acs-action')],
    ['MissingVersion', without('x-acs-version')],
    ['MissingAccessKeyId', without('Authorization')],
    ['SignatureDoesNotMatch', without('host')],
    [
      'SignatureDoesNotMatch',
      changed(askAcs3(), {
        body: Buffer.from('{}'),
        headers: [...askAcs3().headers, 'content-type', 'application/json'],
      }),
    ],
    ['SignatureDoesNotMatch', askAcs3({ key: { ...KEY, accessKeySecret: 'wrong' } })],
    ['InvalidAccessKeyId.NotFound', askAcs3({ key: { ...KEY, accessKeyId: 'LTAI5tNobody' } })],
    ['InvalidTimeStamp.Expired', changed(askAcs3(), { nowMs: NOW_MS + 901_000 })],
    ['InvalidAction.NotFound', askAcs3({ action: 'GetFederationToken' })],
  ])('refuses with %s', (code, request) => {
    expect(codeOf(handle(request))).toBe(code);
  });

  it('goes by the request’s word for what is signed: Python’s client signs accept and user-agent', () => {
    const signs = [
      ['accept', 'application/json'],
      ['user-agent', 'AlibabaCloud (Linux; x86_64) Python/3.11'],
    ] as const;
    expect(handle(askAcs3({ signs })).status).toBe(200);
    const request = askAcs3({ signs });
    const at = request.headers.indexOf('user-agent');
    const headers = request.headers.with(at + 1, 'somebody else');
    expect(codeOf(handle(changed(request, { headers })))).toBe('SignatureDoesNotMatch');
  });

  it('refuses a header of the scheme that is not signed', () => {
    const request = askAcs3();
    const headers = [...request.headers, 'x-acs-security-token', 'injected'];
    expect(codeOf(handle(changed(request, { headers })))).toBe('IncompleteSignature');
  });

  it('refuses an Authorization that it cannot read', () => {
    const request = askAcs3();
    const headers = request.headers.map((header) =>
      header.startsWith('ACS3-HMAC-SHA256') ? 'ACS3-HMAC-SHA256 Credential=x' : header,
    );
    expect(codeOf(handle(changed(request, { headers })))).toBe('IncompleteSignature');
  });

  it('takes a URL in which Node’s encoder left characters bare', () => {
    const Policy =
      '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:Get*","Resource":"*"}]}';
    const request = askAcs3({ parameters: { RoleArn: ROLE_ARN, RoleSessionName: 's1', Policy } });
    const url = request.url.replaceAll('%2A', '*');
    expect(url).not.toBe(request.url);
    expect(codeOf(handle(changed(request, { url })))).toBe('OK');
  });

  it('shows its canonical request on a mismatch, without the token', () => {
    const key = { accessKeyId: 'x', accessKeySecret: 'y' };
    const core = new StsCore(landing());
    const issued = credentialIn(core.handle(askAcs3()).body);
    const request = askAcs3({ key: { ...issued, accessKeySecret: key.accessKeySecret } });
    const message = messageOf(core.handle(request));
    expect(message).toMatch(
      /^Specified signature does not match our calculation\. server StringToSign is \[ACS3-HMAC-SHA256\n[0-9a-f]{64}\] server CanonicalRequest is \[POST\n\/\nRole/,
    );
    expect(message).not.toContain(issued.securityToken);
    expect(message).toContain('x-acs-security-token:****\n');
  });
});

describe('a temporary credential', () => {
  const config = landing({
    roles: landing().roles.map((role) => ({ ...role, mayAssume: [] })),
  });
  const issue = () => credentialIn(handle(askV1(), config).body);
  const whoAmI = { common: { Action: 'GetCallerIdentity' }, parameters: {} };

  it.each([
    ['v1', (key: ReturnType<typeof issue>, nowMs: number) => askV1({ ...whoAmI, key, nowMs })],
    [
      'V3',
      (key: ReturnType<typeof issue>, nowMs: number) =>
        askAcs3({ action: 'GetCallerIdentity', parameters: {}, key, nowMs }),
    ],
  ])('signs %s requests to another instance until it ends', (_scheme, ask) => {
    const key = issue();
    const other = new StsCore(config);
    const answer = other.handle(ask(key, key.expiresAtMs - 1));
    expect(JSON.parse(answer.body)).toMatchObject({
      IdentityType: 'AssumedRoleUser',
      Arn: 'acs:ram::1000000000000101:assumed-role/role-app-prd/session@1',
    });
    expect(answer.record.caller).toBe('role/role-app-prd');
    const after = other.handle(ask(key, key.expiresAtMs));
    expect(after.status).toBe(400);
    expect(codeOf(after)).toBe('InvalidSecurityToken.Expired');
  });

  it('is not taken by an instance of another seed', () => {
    const request = askV1({ ...whoAmI, key: issue() });
    expect(codeOf(handle(request, { ...config, seed: 8 }))).toBe('InvalidSecurityToken.Malformed');
  });

  it('does not sign with another secret, token or key id', () => {
    const key = issue();
    const core = new StsCore(config);
    core.handle(askV1());
    const other = credentialIn(core.handle(askV1()).body);
    const cases = {
      SignatureDoesNotMatch: { ...key, accessKeySecret: other.accessKeySecret },
      'InvalidSecurityToken.MismatchWithAccessKey': { ...key, accessKeyId: other.accessKeyId },
      'InvalidSecurityToken.Malformed': { ...key, securityToken: `${key.securityToken}=` },
    };
    for (const [code, mixed] of Object.entries(cases)) {
      expect(codeOf(handle(askV1({ ...whoAmI, key: mixed }), config))).toBe(code);
    }
  });

  it('may assume only the roles that its role’s policies allow', () => {
    const chained = askV1({ key: issue() });
    expect(codeOf(handle(chained, config))).toBe('NoPermission');
    const roles = config.roles.map((role) => ({
      ...role,
      mayAssume: [ROLE_ARN],
      trust: {
        ...role.trust,
        Statement: [{ Effect: 'Allow', Action: '*', Principal: { RAM: '*' } }],
      },
    })) as MockStsConfig['roles'];
    const again = askV1({ key: issue() });
    expect(codeOf(handle(again, { ...config, roles }))).toBe('OK');
  });
});

describe('form', () => {
  it.each([
    ['UnsupportedHTTPMethod', 400, changed(askV1(), { method: 'PUT' })],
    ['InvalidApi.NotFound', 404, changed(askV1(), { url: '/sts' })],
    [
      'RequestTooLarge.Url',
      414,
      changed(askV1({ method: 'GET' }), { url: `/?a=${'x'.repeat(4_096)}` }),
    ],
    ['RequestTooLarge.Body', 413, changed(askV1(), { body: Buffer.alloc(10 * 1_024 * 1_024 + 1) })],
    [
      'InvalidParameter.ContentType',
      400,
      changed(askV1(), { headers: ['Content-Type', 'text/plain'] }),
    ],
    ['InvalidParameter.ContentType', 400, changed(askV1(), { headers: [] })],
  ] as const)('%s', (code, status, request) => {
    const answer = handle(request);
    expect([codeOf(answer), answer.status]).toEqual([code, status]);
  });

  it('asks for TLS where it is told to', () => {
    const config = landing({ wire: { requireTls: true } });
    expect(codeOf(handle(askV1(), config))).toBe('InvalidProtocol.NeedSsl');
    expect(codeOf(handle(askV1({ secure: true }), config))).toBe('OK');
  });
});

describe('formats', () => {
  it('answers in XML when asked to, in whatever case', () => {
    for (const Format of ['XML', 'xml']) {
      const answer = handle(askV1({ common: { Format } }));
      expect(answer.contentType).toBe('text/xml;charset=utf-8');
      expect(answer.body).toMatch(
        /^<\?xml version='1.0' encoding='UTF-8'\?><AssumeRoleResponse><RequestId>[-0-9A-F]{36}<\/RequestId><AssumedRoleUser><AssumedRoleId>\d{18}:session@1<\/AssumedRoleId><Arn>[^<]+<\/Arn><\/AssumedRoleUser><Credentials>.*<\/Credentials><\/AssumeRoleResponse>$/,
      );
    }
  });

  it('escapes what an error quotes', () => {
    const answer = handle(
      askV1({ common: { Format: 'XML' }, key: { ...KEY, accessKeySecret: 'wrong' } }),
    );
    expect(answer.body).toContain('server string to sign is:POST&amp;%2F&amp;AccessKeyId');
    expect(answer.body).toMatch(
      /^<\?xml.*\?><Error><Recommend>https:[^<]*&amp;product=Sts&amp;requestId=/,
    );
  });

  it('without a Format follows accept, then the default', () => {
    const unnamed = askV1({ common: { Format: '' } });
    const xml = landing({ wire: { defaultFormat: 'XML' } });
    expect(handle(unnamed).contentType).toContain('json');
    expect(handle(unnamed, xml).contentType).toContain('xml');
    const headers = [...unnamed.headers, 'Accept', 'application/json'];
    expect(handle(changed(unnamed, { headers }), xml).contentType).toContain('json');
    expect(handle(askAcs3(), xml).contentType).toContain('json');
  });

  it('has the keys of a real error, in their order', () => {
    const body = JSON.parse(handle(askV1({ common: { Action: 'Nonsense' } })).body);
    expect(Object.keys(body)).toEqual(['Recommend', 'Message', 'RequestId', 'HostId', 'Code']);
    expect(body.Recommend).toBe(
      `https://api.aliyun.com/troubleshoot?q=InvalidAction.NotFound&product=Sts&requestId=${body.RequestId}`,
    );
  });

  it('says which policy refused', () => {
    const users = landing().users.map((user) => ({ ...user, mayAssume: [] }));
    const body = JSON.parse(handle(askV1(), landing({ users })).body);
    expect(body.AccessDeniedDetail).toEqual({
      AuthAction: 'sts:AssumeRole',
      AuthPrincipalType: 'SubUser',
      AuthPrincipalDisplayName: 'app',
      AuthPrincipalOwnerId: CALLERS_ACCOUNT,
      NoPermissionType: 'ImplicitDeny',
      PolicyType: 'AccountLevelIdentityBasedPolicy',
    });
  });

  it('tells a throttled caller when to come back, only if it is told to', () => {
    const quota = {
      perRole: undefined,
      perAccount: 1,
      limiter: { algorithm: 'fixed-window' },
    } as const;
    for (const sendRetryAfter of [false, true]) {
      const core = new StsCore(landing({ quota, wire: { sendRetryAfter } }));
      core.handle(askV1());
      const throttled = core.handle(askV1());
      expect(throttled.record).toMatchObject({ outcome: 'throttled', caller: 'app' });
      expect(throttled.retryAfterMs).toBe(sendRetryAfter ? 1_000 : undefined);
    }
  });
});
