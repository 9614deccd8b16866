/**
 * Tokens: what is issued verifies anywhere under the same seed, until it ends; nothing else does.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTokenExpiryMs, TokenAuthority, type TokenClaims } from '../../mock-sts/core/token.ts';

const EXPIRES_AT_MS = 1_795_000_000_000;
const plainClaims: fc.Arbitrary<TokenClaims> = fc.record({
  accessKeyId: fc.stringMatching(/^STS\.[A-Za-z0-9]{24,26}$/),
  callerAccountId: fc.stringMatching(/^[0-9]{16}$/),
  roleArn: fc.stringMatching(/^acs:ram::[0-9]{16}:role\/[A-Za-z0-9.-]{1,64}$/),
  roleSessionName: fc.stringMatching(/^[A-Za-z0-9.@_-]{2,64}$/),
  sourceIdentity: fc.stringMatching(/^[\w+=,.@-]{0,64}$/),
  expiresAtMs: fc.integer({ min: 0, max: 10_000_000 }).map((s) => EXPIRES_AT_MS + s * 1_000),
});
/** Some with a session policy, of any text up to its limit. */
const claims: fc.Arbitrary<TokenClaims> = fc
  .tuple(plainClaims, fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 500 })))
  .map(([claim, policy]) => {
    const fits = policy !== null && Buffer.byteLength(policy) <= 2_048;
    return fits ? { ...claim, sessionPolicy: policy } : claim;
  });
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

describe('tokens', () => {
  it('verify in another instance of the same seed, with all their claims, until they end', () => {
    fc.assert(
      fc.property(claims, fc.nat(), (claim, seed) => {
        const issued = new TokenAuthority(seed).issue(claim);
        const { accessKeySecret, securityToken } = issued;
        const verify = (nowMs: number) =>
          new TokenAuthority(seed).verify(securityToken, claim.accessKeyId, nowMs);
        expect(verify(claim.expiresAtMs - 1)).toEqual({
          kind: 'valid',
          claims: claim,
          accessKeySecret,
        });
        expect(verify(claim.expiresAtMs)).toMatchObject({ code: 'InvalidSecurityToken.Expired' });
        expect(readTokenExpiryMs(securityToken)).toBe(claim.expiresAtMs);
      }),
    );
  });

  it('are the same whatever was issued before', () => {
    const session = fc.constantFrom('s1', 's2', `${'s'.repeat(63)}1`);
    const issues = fc.array(fc.tuple(claims, session), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(issues, (many) => {
        const authority = new TokenAuthority(1);
        for (const [claim, roleSessionName] of [...many, ...many]) {
          const asked = { ...claim, roleSessionName };
          expect(authority.issue(asked)).toEqual(new TokenAuthority(1).issue(asked));
        }
      }),
    );
  });

  it('have the form of real ones, and never hold the secret', () => {
    fc.assert(
      fc.property(claims, (claim) => {
        const { accessKeySecret, securityToken } = new TokenAuthority(1).issue(claim);
        expect(securityToken).toMatch(/^CAIS[A-Za-z0-9+/]{496,}==$/);
        expect(accessKeySecret).toMatch(/^[0-9a-f]{40}$/);
        const bytes = Buffer.from(securityToken, 'base64');
        expect(bytes.includes(Buffer.from(accessKeySecret, 'hex'))).toBe(false);
        expect(bytes.includes(accessKeySecret)).toBe(false);
      }),
    );
  });

  it('do not survive the change of one character', () => {
    const authority = new TokenAuthority(1);
    fc.assert(
      fc.property(claims, fc.nat(), fc.constantFrom(...BASE64), (claim, place, character) => {
        const { securityToken } = authority.issue(claim);
        const at = place % securityToken.length;
        if (securityToken[at] === character) return;
        const forged = `${securityToken.slice(0, at)}${character}${securityToken.slice(at + 1)}`;
        expect(authority.verify(forged, claim.accessKeyId, 0)).toEqual({
          kind: 'refused',
          code: 'InvalidSecurityToken.Malformed',
        });
      }),
      { numRuns: 500 },
    );
  });

  it('of no other text make sense', () => {
    const authority = new TokenAuthority(1);
    const texts = fc.oneof(
      fc.string(),
      fc.base64String({ minLength: 500, maxLength: 900 }).map((t) => `CAIS${t}`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(authority.verify(text, 'STS.x', 0)).toMatchObject({ kind: 'refused' });
        if (!text.startsWith('CAIS')) expect(readTokenExpiryMs(text)).toBeUndefined();
      }),
    );
  });

  it('of another seed, or for another key, are refused', () => {
    fc.assert(
      fc.property(claims, fc.nat(), fc.nat(), (claim, seed, other) => {
        fc.pre(seed !== other);
        const { securityToken } = new TokenAuthority(seed).issue(claim);
        expect(new TokenAuthority(other).verify(securityToken, claim.accessKeyId, 0)).toMatchObject(
          {
            code: 'InvalidSecurityToken.Malformed',
          },
        );
        expect(new TokenAuthority(seed).verify(securityToken, 'STS.another', 0)).toMatchObject({
          code: 'InvalidSecurityToken.MismatchWithAccessKey',
        });
      }),
    );
  });
});
