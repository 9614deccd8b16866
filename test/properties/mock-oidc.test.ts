/**
 * AssumeRoleWithOIDC: no altered token is taken, no condition that does not hold lets anybody in, and
 * no text at all makes it fail in another way than by refusing.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StsCore } from '../../mock-sts/core/service.ts';
import {
  AUDIENCE,
  askOidc,
  ISSUER,
  oidcToken,
  podsLanding,
  SUBJECT,
} from '../mock-sts/oidc-tokens.ts';

const core = new StsCore(podsLanding());
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const codeOf = (OIDCToken: string) => core.handle(askOidc({ OIDCToken })).record.code;

describe('a token', () => {
  it('does not survive the change of one character', () => {
    const good = oidcToken();
    expect(codeOf(good)).toBe('OK');
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.constantFrom(...BASE64URL, '.', '=', '+'),
        (at, to) => {
          fc.pre(good[at] !== to);
          expect(codeOf(`${good.slice(0, at)}${to}${good.slice(at + 1)}`)).toMatch(
            /^AuthenticationFail\.OIDCToken\./,
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('does not survive another ending in its last character, nor one more or less', () => {
    const good = oidcToken();
    for (const last of ['', ...BASE64URL, `${good.at(-1)}=`, `${good.at(-1)}A`]) {
      if (last === good.at(-1)) continue;
      expect(codeOf(good.slice(0, -1) + last)).toBe('AuthenticationFail.OIDCToken.Invalid');
    }
  });

  it('may be any text or any JSON: what is none is refused', () => {
    const part = fc
      .oneof(fc.json(), fc.string())
      .map((text) => Buffer.from(text).toString('base64url'));
    const texts = fc.oneof(
      fc.string({ minLength: 4, unit: 'binary' }),
      fc.tuple(part, part, part).map((parts) => parts.join('.')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const { status, record } = core.handle(askOidc({ OIDCToken: text }));
        expect(record.code).toMatch(/^(AuthenticationFail\.OIDCToken|InvalidParameter\.OIDCToken)/);
        expect(status).toBeLessThan(500);
      }),
    );
  });

  it('may claim anything: claims of any kind are answered, and never by a failure', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(ISSUER, AUDIENCE, SUBJECT));
    const claims = fc.record(
      { iss: value, sub: value, aud: value, exp: value, iat: value, nbf: value },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(claims, (some) => {
        const request = askOidc({ OIDCToken: oidcToken({ claims: some }) });
        expect(core.handle(request).status).toBeLessThan(500);
      }),
    );
  });
});

describe('a trust condition', () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  const claimsArbitrary = fc.record({ sub: word, aud: fc.constantFrom(AUDIENCE, 'other-client') });

  it('lets in those for whom it holds, and nobody else', () => {
    fc.assert(
      fc.property(
        claimsArbitrary,
        word,
        fc.constantFrom(AUDIENCE, 'other-client'),
        (claims, sub, aud) => {
          const condition = {
            StringEquals: { 'oidc:iss': ISSUER, 'oidc:sub': sub, 'oidc:aud': aud },
          };
          const request = askOidc({ OIDCToken: oidcToken({ claims }) });
          const { record } = new StsCore(podsLanding({ condition })).handle(request);
          const holds = claims.sub === sub && claims.aud === aud;
          expect(record.code).toBe(holds ? 'OK' : 'AuthenticationFail.NoPermission');
        },
      ),
    );
  });

  it('of a prefix lets in those who have it', () => {
    fc.assert(
      fc.property(word, word, (sub, prefix) => {
        const condition = { StringLike: { 'oidc:sub': `${prefix}*` } };
        const request = askOidc({ OIDCToken: oidcToken({ claims: { sub } }) });
        const { record } = new StsCore(podsLanding({ condition })).handle(request);
        expect(record.code).toBe(sub.startsWith(prefix) ? 'OK' : 'AuthenticationFail.NoPermission');
      }),
    );
  });
});
