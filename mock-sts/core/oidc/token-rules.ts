/**
 * What AssumeRoleWithOIDC asks of a token that its provider is to vouch for: the issuer, the issuer's
 * keys, the signature, the audience, and the times. Times have no leeway.
 * Sources: Alibaba Cloud, "Use RRSA to authorize pods" (errors), "AssumeRoleWithOIDC"; OpenID Connect
 * Core 1.0 (claims). The order of the rules, and that a token of the future is `Invalid`, are assumed.
 */
import { type StsError, stsError } from '../../../src/kernel/sts/error-codes.ts';
import type { MockIdentityProvider } from '../config.ts';
import type { Jwt, SignatureCheck } from './jwt.ts';

/** What the answer tells of the token. */
export interface OidcTokenInfo {
  readonly subject: string;
  readonly issuer: string;
  readonly clientIds: readonly string[];
  readonly expiresAtMs: number;
  readonly issuedAtMs: number;
}

/** OpenID Connect Core: at most 255 ASCII characters; here of all texts, and none that does not print. */
const CLAIM_TEXT = /^[ -~]{1,255}$/;
const AUDIENCES_MAX = 50;
/** The end of the year 9999, the last that a timestamp can say. */
const SECONDS_MAX = 253_402_300_799;

export function judgeToken(
  jwt: Jwt,
  provider: MockIdentityProvider,
  signatures: Pick<SignatureCheck, 'isGood'>,
  nowMs: number,
): OidcTokenInfo | StsError {
  const token = claimsOf(jwt.claims);
  if (token === undefined) return stsError('AuthenticationFail.OIDCToken.Invalid');
  if (token.issuer !== provider.issuer)
    return stsError('AuthenticationFail.OIDCToken.IssuerNotMatch');
  const undiscovered = problemOfDiscovery(provider);
  if (undiscovered !== undefined) return undiscovered;
  if (!signatures.isGood(jwt)) return stsError('AuthenticationFail.OIDCToken.Invalid');
  if (nowMs >= token.expiresAtMs) return stsError('AuthenticationFail.OIDCToken.Expired');
  if (nowMs < token.issuedAtMs || nowMs < token.notBeforeMs) {
    return stsError('AuthenticationFail.OIDCToken.Invalid');
  }
  return token.clientIds.some((id) => provider.clientIds.includes(id))
    ? token
    : stsError('AuthenticationFail.OIDCToken.AudienceNotMatch');
}

function problemOfDiscovery({ issuer, discovery }: MockIdentityProvider): StsError | undefined {
  switch (discovery) {
    case 'unreachable':
      return stsError(
        'AuthenticationFail.OIDCToken.IssuerConfigurationBroken',
        `Get public keys from OIDC Provider failed, the issuer is ${issuer}`,
      );
    case 'fingerprint-mismatch':
      return stsError('AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch');
    default:
      return undefined;
  }
}

function claimsOf({ iss, sub, aud, exp, iat, nbf }: Jwt['claims']) {
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const expiresAtMs = instantOf(exp);
  const issuedAtMs = instantOf(iat);
  const notBeforeMs = nbf === undefined ? 0 : instantOf(nbf);
  if (!isClaimText(iss) || !isClaimText(sub) || !audiences.every(isClaimText)) return undefined;
  if (audiences.length === 0 || audiences.length > AUDIENCES_MAX) return undefined;
  if (expiresAtMs === undefined || issuedAtMs === undefined || notBeforeMs === undefined) {
    return undefined;
  }
  const times = { expiresAtMs, issuedAtMs, notBeforeMs };
  return { subject: sub, issuer: iss, clientIds: audiences as readonly string[], ...times };
}

function isClaimText(value: unknown): value is string {
  return typeof value === 'string' && CLAIM_TEXT.test(value);
}

function instantOf(seconds: unknown): number | undefined {
  return typeof seconds === 'number' && seconds >= 0 && seconds <= SECONDS_MAX
    ? seconds * 1_000
    : undefined;
}
