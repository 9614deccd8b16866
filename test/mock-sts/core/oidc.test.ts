/**
 * AssumeRoleWithOIDC: what a token has to be, what a role has to trust, and what the answer says.
 */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { MockStsConfig } from '../../../mock-sts/core/config.ts';
import { issuerKey } from '../../../mock-sts/core/oidc/issuer-key.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import type { WireRequest } from '../../../mock-sts/core/wire/request.ts';
import { askV1, credentialIn, KEY, landing, NOW_MS, ROLE_ARN } from '../landing.ts';
import {
  AUDIENCE,
  askOidc,
  CLAIMS,
  ISSUER,
  oidcToken,
  PODS_ROLE_ARN,
  PROVIDER_ACCOUNT,
  PROVIDER_ARN,
  podsLanding,
  SUBJECT,
  type TokenChanges,
} from '../oidc-tokens.ts';

const NOW_SECONDS = NOW_MS / 1_000;

function handle(request: WireRequest, config: MockStsConfig = podsLanding()) {
  return new StsCore(config).handle(request);
}

const withToken = (changes: TokenChanges) => askOidc({ OIDCToken: oidcToken(changes) });
const refusalOf = (request: WireRequest, config?: MockStsConfig) => {
  const { status, body } = handle(request, config);
  const { Code, Message } = JSON.parse(body);
  return [status, Code, Message];
};

describe('a good token', () => {
  it('gets a session of the role, and is told what was read in it', () => {
    const answer = handle(askOidc());
    expect(answer.status).toBe(200);
    const body = JSON.parse(answer.body);
    expect(Object.keys(body)).toEqual([
      'RequestId',
      'AssumedRoleUser',
      'Credentials',
      'OIDCTokenInfo',
    ]);
    expect(body.AssumedRoleUser).toEqual({
      AssumedRoleId: expect.stringMatching(/^\d{18}$/),
      Arn: `${PODS_ROLE_ARN}/pod-1`,
    });
    expect(body.Credentials.Expiration).toBe('2026-11-22T09:00:00Z');
    expect(body.OIDCTokenInfo).toEqual({
      Subject: SUBJECT,
      Issuer: ISSUER,
      ClientIds: AUDIENCE,
      ExpirationTime: '2026-11-22T08:59:00Z',
      IssuanceTime: '2026-11-22T07:59:00Z',
      VerificationInfo: 'Success',
    });
  });

  it('gets the same in XML', () => {
    const { body, contentType } = handle(askOidc({}, { Format: 'XML' }));
    expect(contentType).toBe('text/xml;charset=utf-8');
    expect(body).toMatch(/^<\?xml [^>]*><AssumeRoleWithOIDCResponse><RequestId>/);
    expect(body).toContain(
      `<OIDCTokenInfo><Subject>${SUBJECT}</Subject><Issuer>${ISSUER}</Issuer>`,
    );
    expect(body).toMatch(/<\/OIDCTokenInfo><\/AssumeRoleWithOIDCResponse>$/);
  });

  it('is escaped where it is quoted', () => {
    const sub = 'system:serviceaccount:shop:"<&\\';
    const token = { OIDCToken: oidcToken({ claims: { sub } }) };
    expect(JSON.parse(handle(askOidc(token)).body).OIDCTokenInfo.Subject).toBe(sub);
    const xml = handle(askOidc(token, { Format: 'XML' })).body;
    expect(xml).toContain('<Subject>system:serviceaccount:shop:"&lt;&amp;\\</Subject>');
  });

  it('opens a session that signs everywhere', () => {
    const core = new StsCore(podsLanding());
    const key = credentialIn(core.handle(askOidc()).body);
    const common = { Action: 'GetCallerIdentity' };
    const answer = core.handle(askV1({ key, parameters: {}, common }));
    expect(JSON.parse(answer.body)).toMatchObject({
      IdentityType: 'AssumedRoleUser',
      AccountId: PROVIDER_ACCOUNT,
      Arn: `acs:ram::${PROVIDER_ACCOUNT}:assumed-role/role-pods/pod-1`,
    });
  });

  it('carries a source identity and a session policy as AssumeRole does', () => {
    const Policy = '{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';
    const core = new StsCore(podsLanding());
    const { body } = core.handle(
      askOidc({ SourceIdentity: 'alice', Policy, DurationSeconds: '900' }),
    );
    expect(JSON.parse(body).SourceIdentity).toBe('alice');
    expect(credentialIn(body).expiresAtMs).toBe(NOW_MS + 900_000);
    const next = core.handle(askV1({ key: credentialIn(body) }));
    expect(next.record.code).toBe('NoPermission');
    expect(JSON.parse(next.body).AccessDeniedDetail.PolicyType).toBe('SessionPolicy');
  });

  it('is recorded under its provider, and no token is kept', () => {
    const answer = handle(askOidc());
    expect(answer.record).toMatchObject({
      action: 'AssumeRoleWithOIDC',
      accountId: PROVIDER_ACCOUNT,
      caller: 'oidc-provider/ack-pods',
      roleArn: PODS_ROLE_ARN,
      outcome: 'succeeded',
    });
    expect(answer.accessKeyId).toBe('');
  });

  it('may be for several clients, or for the second that is registered', () => {
    const several = handle(withToken({ claims: { aud: ['elsewhere', AUDIENCE] } }));
    expect(JSON.parse(several.body).OIDCTokenInfo.ClientIds).toBe(`elsewhere,${AUDIENCE}`);
    const config = podsLanding({ condition: { StringEquals: { 'oidc:iss': ISSUER } } });
    expect(handle(withToken({ claims: { aud: 'other-client' } }), config).status).toBe(200);
  });

  it('may be sent by GET with everything in the query, signed or not', () => {
    const { url, body } = askOidc();
    const request: WireRequest = {
      ...askOidc(),
      method: 'GET',
      url: `${url}&${Buffer.from(body)}&AccessKeyId=${KEY.accessKeyId}&Signature=wrong`,
      headers: [],
      body: Buffer.of(),
    };
    expect(handle(request).status).toBe(200);
  });
});

describe('keys of a real issuer', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const keys = [{ ...rsa.publicKey.export({ format: 'jwk' }), kid: 'rsa-1' }];
  const key = rsa.privateKey.export({ format: 'jwk' });
  const config = podsLanding({ provider: { keys } });

  it('are good beside the mock’s own, for RS256', () => {
    const token = (kid: string | undefined) => withToken({ key, header: { alg: 'RS256', kid } });
    expect(handle(token('rsa-1'), config).status).toBe(200);
    expect(handle(token(undefined), config).status).toBe(200);
    expect(handle(askOidc(), config).status).toBe(200);
    expect(handle(token('rsa-2'), config).record.code).toBe('AuthenticationFail.OIDCToken.Invalid');
    expect(handle(token('rsa-1')).record.code).toBe('AuthenticationFail.OIDCToken.Invalid');
  });

  it('that are no keys, or too short, open nothing', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    const bad = [{ kty: 'RSA' }, { ...weak.publicKey.export({ format: 'jwk' }), kid: 'weak' }];
    const request = withToken({
      key: weak.privateKey.export({ format: 'jwk' }),
      header: { alg: 'RS256', kid: 'weak' },
    });
    const { record } = handle(request, podsLanding({ provider: { keys: bad } }));
    expect(record.code).toBe('AuthenticationFail.OIDCToken.Invalid');
  });
});

describe('a token is refused', () => {
  const INVALID = 'AuthenticationFail.OIDCToken.Invalid';
  const { privateJwk: otherKey } = issuerKey(8);

  it.each<[string, string, TokenChanges]>([
    ['of another key', INVALID, { key: otherKey }],
    ['of a key that nobody has', INVALID, { header: { kid: 'unknown' } }],
    ['that says none', INVALID, { header: { alg: 'none' } }],
    ['that says HS256', INVALID, { header: { alg: 'HS256' } }],
    ['that says RS256 of an ES256 key', INVALID, { header: { alg: 'RS256' } }],
    ['with extensions', INVALID, { header: { crit: ['exp'] } }],
    ['without subject', INVALID, { claims: { sub: undefined } }],
    ['with an empty subject', INVALID, { claims: { sub: '' } }],
    ['with a subject that does not print', INVALID, { claims: { sub: 'a\u0000b' } }],
    ['with a subject that is no text', INVALID, { claims: { sub: 7 } }],
    ['without audience', INVALID, { claims: { aud: undefined } }],
    ['with an empty audience', INVALID, { claims: { aud: [] } }],
    ['without end', INVALID, { claims: { exp: undefined } }],
    ['with an end that is no number', INVALID, { claims: { exp: '1795339200' } }],
    ['with an end beyond all time', INVALID, { claims: { exp: 1e300 } }],
    ['without beginning', INVALID, { claims: { iat: undefined } }],
    ['of the future', INVALID, { claims: { iat: NOW_SECONDS + 1 } }],
    ['that is not good yet', INVALID, { claims: { nbf: NOW_SECONDS + 1 } }],
    ['at its end', 'AuthenticationFail.OIDCToken.Expired', { claims: { exp: NOW_SECONDS } }],
    [
      'of another issuer',
      'AuthenticationFail.OIDCToken.IssuerNotMatch',
      { claims: { iss: `${ISSUER}/` } },
    ],
    [
      'for another client',
      'AuthenticationFail.OIDCToken.AudienceNotMatch',
      { claims: { aud: ['elsewhere'] } },
    ],
  ])('%s: %s', (_what, code, changes) => {
    const { record, status } = handle(withToken(changes));
    expect([status, record.code, record.outcome]).toEqual([401, code, 'failed']);
  });

  it.each(['abcd', 'a.bc', 'e30.e30.', 'e30.W10.AAAA', '....', 'é.é.é', `${oidcToken()}.`])(
    'that is none: %j',
    (OIDCToken) => {
      const request = askOidc({ OIDCToken, OIDCProviderArn: 'no-arn', RoleArn: 'no-arn' });
      expect(handle(request).record.code).toBe(INVALID);
    },
  );

  it('by the clock of the server, which a fault may set wrong', () => {
    const skewed = (offsetMs: number) =>
      podsLanding({ faults: [{ kind: 'clock-skew', offsetMs, fromMs: 0, toMs: Infinity }] });
    const code = (offsetMs: number) => handle(askOidc(), skewed(offsetMs)).record.code;
    const endsInMs = CLAIMS.exp * 1_000 - NOW_MS;
    expect(code(endsInMs - 1)).toBe('OK');
    expect(code(endsInMs)).toBe('AuthenticationFail.OIDCToken.Expired');
    expect(code(-60_001)).toBe(INVALID);
  });
});

describe('texts of refusals', () => {
  it.each<[string, number, string, Record<string, string>]>([
    [
      'MissingParameter.OIDCProviderArn',
      400,
      'Parameter OIDCProviderArn is required.',
      { OIDCProviderArn: '' },
    ],
    ['MissingParameter.RoleArn', 400, 'Parameter RoleArn is required.', { RoleArn: '' }],
    ['MissingParameter.OIDCToken', 400, 'Parameter OIDCToken is required.', { OIDCToken: '' }],
    [
      'MissingRoleSessionName',
      400,
      'RoleSessionName is mandatory for this action.',
      { RoleSessionName: '' },
    ],
    [
      'InvalidParameter.OIDCToken',
      400,
      'The parameter OIDCToken is wrongly formed.',
      { OIDCToken: 'abc' },
    ],
    [
      'InvalidParameter.OIDCToken',
      400,
      'The parameter OIDCToken is wrongly formed.',
      { OIDCToken: 'a'.repeat(20_001) },
    ],
    [
      'InvalidParameter.OIDCProviderArn',
      400,
      'The parameter OIDCProviderArn is wrongly formed.',
      { OIDCProviderArn: 'acs:ram::1:x' },
    ],
    [
      'InvalidParameter.RoleArn',
      400,
      'The parameter RoleArn is wrongly formed.',
      { RoleArn: 'acs:ram::1:x' },
    ],
    [
      'InvalidParameter.RoleSessionName',
      400,
      'The parameter RoleSessionName is wrongly formed.',
      { RoleSessionName: 'a b' },
    ],
    [
      'InvalidParameter.SourceIdentity',
      400,
      'The parameter SourceIdentity is wrongly formed.',
      { SourceIdentity: 'acs:x' },
    ],
    [
      'InvalidParameter.DurationSeconds',
      400,
      'The Min/Max value of DurationSeconds is 15min/1hr.',
      { DurationSeconds: '899' },
    ],
    [
      'InvalidParameter.DurationSeconds',
      400,
      'The Min/Max value of DurationSeconds is 15min/1hr.',
      { DurationSeconds: '7201' },
    ],
    [
      'InvalidParameter.PolicyGrammar',
      400,
      'The parameter Policy has not passed grammar check.',
      { Policy: '{' },
    ],
    [
      'InvalidParameter.PolicySize',
      400,
      'The size of Policy must be smaller than 2048 bytes.',
      { Policy: ' '.repeat(2_049) },
    ],
    [
      'AuthenticationFail.NoPermission',
      403,
      'No such OIDC Provider registered.',
      { OIDCProviderArn: `${PROVIDER_ARN}-2` },
    ],
    ['AuthenticationFail.NoPermission', 403, 'There is no permission', { RoleArn: ROLE_ARN }],
    [
      'EntityNotExist.Role',
      404,
      `The role not exists: ${ROLE_ARN}-2. `,
      { RoleArn: `${ROLE_ARN}-2` },
    ],
  ])('%s', (code, status, message, parameters) => {
    expect(refusalOf(askOidc(parameters))).toEqual([status, code, message]);
  });

  it.each<[string, string, TokenChanges]>([
    ['Expired', 'This JsonWebToken is expired.', { claims: { exp: NOW_SECONDS - 1 } }],
    ['AudienceNotMatch', 'Invalid audience.', { claims: { aud: 'elsewhere' } }],
    [
      'IssuerNotMatch',
      "The issuer in the OIDC Token doesn't match the OIDC Provider registered.",
      { claims: { iss: 'https://elsewhere.example' } },
    ],
  ])('AuthenticationFail.OIDCToken.%s', (code, message, changes) => {
    const refusal = refusalOf(withToken(changes));
    expect(refusal).toEqual([401, `AuthenticationFail.OIDCToken.${code}`, message]);
  });

  it('tell that the issuer’s keys were not to be had', () => {
    const unreachable = podsLanding({ provider: { discovery: 'unreachable' } });
    expect(refusalOf(askOidc(), unreachable)).toEqual([
      401,
      'AuthenticationFail.OIDCToken.IssuerConfigurationBroken',
      `Get public keys from OIDC Provider failed, the issuer is ${ISSUER}`,
    ]);
    const mismatch = podsLanding({ provider: { discovery: 'fingerprint-mismatch' } });
    expect(refusalOf(askOidc(), mismatch)[1]).toBe(
      'AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch',
    );
  });

  it('name the trust policy that refused, in XML too', () => {
    const request = (Format: string) =>
      askOidc(
        { OIDCToken: oidcToken({ claims: { sub: 'system:serviceaccount:bank:cart' } }) },
        { Format },
      );
    expect(JSON.parse(handle(request('JSON')).body).AccessDeniedDetail).toEqual({
      AuthAction: 'sts:AssumeRoleWithOIDC',
      AuthPrincipalType: 'Federated',
      AuthPrincipalDisplayName: 'oidc-provider/ack-pods',
      AuthPrincipalOwnerId: PROVIDER_ACCOUNT,
      NoPermissionType: 'ImplicitDeny',
      PolicyType: 'AssumeRolePolicy',
    });
    expect(handle(request('XML')).body).toContain(
      '<Code>AuthenticationFail.NoPermission</Code><AccessDeniedDetail>',
    );
  });

  it('have no provider to name where none is configured', () => {
    const { record } = handle(askOidc(), landing());
    expect(record).toMatchObject({
      code: 'AuthenticationFail.NoPermission',
      caller: '',
      accountId: '',
    });
  });
});

it('has an account quota of its own, of the provider’s account', () => {
  const quota = {
    perRole: undefined,
    perAccount: 2,
    limiter: { algorithm: 'fixed-window' },
  } as const;
  const core = new StsCore(podsLanding({ quota }));
  const codes = (ask: () => WireRequest) => [1, 2, 3].map(() => core.handle(ask()).record.code);
  // A call spends whatever its token is worth.
  expect(codes(() => askOidc({ OIDCToken: 'abcd' })).at(-1)).toBe('Throttling.User');
  expect(core.handle(askOidc()).record).toMatchObject({
    outcome: 'throttled',
    throttledBy: 'account',
    accountId: PROVIDER_ACCOUNT,
  });
  expect(codes(askV1)).toEqual(['OK', 'OK', 'Throttling.User']);
  expect(core.quotaLevels(NOW_MS)).toContainEqual({
    scope: 'account',
    key: PROVIDER_ACCOUNT,
    action: 'AssumeRoleWithOIDC',
    limit: 2,
    used: 2,
  });
});

it('minds faults as every action does', () => {
  const faults = [{ kind: 'outage', fromMs: 0, toMs: Infinity }] as const;
  expect(handle(askOidc(), podsLanding({ faults })).record.code).toBe('ServiceUnavailable');
});
