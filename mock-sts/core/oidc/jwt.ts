/**
 * A JSON Web Token: read strictly, and its signature held against public keys. RS256 and ES256.
 *
 * `jose` does the same in promises over WebCrypto; the core answers at once, so `node:crypto` it is,
 * which verifies both algorithms in one call each. Base64url is taken in its one canonical form only:
 * else the unused bits of a last character could be changed and the token would stay good.
 * Sources: RFC 7515 (JWS), 7517 (JWK), 7518 (JWA), 7519 (JWT).
 */
import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';

/** A public key as a JWKS lists it. */
export interface PublicJwk extends JsonWebKey {
  readonly kid?: string;
}

export interface VerifyingKey {
  readonly algorithm: 'RS256' | 'ES256';
  readonly kid: string | undefined;
  readonly key: KeyObject;
}

export interface Jwt {
  readonly algorithm: unknown;
  readonly kid: unknown;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signedText: string;
  readonly signature: Buffer;
}

/** RFC 7518: an RSA key has 2,048 bits or more. */
const RSA_BITS_MIN = 2_048;

/** Undefined for a key that signs neither way. */
export function verifyingKey(jwk: PublicJwk): VerifyingKey | undefined {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
  const algorithm = algorithmOf(key);
  return algorithm === undefined ? undefined : { algorithm, kid: jwk.kid, key };
}

/** How a key signs, be it in a JWKS or in a certificate; undefined for one that does so neither way. */
export function algorithmOf({
  asymmetricKeyType: type,
  asymmetricKeyDetails: { namedCurve, modulusLength = 0 } = {},
}: KeyObject): VerifyingKey['algorithm'] | undefined {
  if (type === 'ec' && namedCurve === 'prime256v1') return 'ES256';
  return type === 'rsa' && modulusLength >= RSA_BITS_MIN ? 'RS256' : undefined;
}

/** Undefined for a text that is no signed token, and for one that asks for extensions. */
export function parseJwt(text: string): Jwt | undefined {
  const parts = text.split('.');
  const [header, claims, signature] = parts.map(bytesOf);
  if (parts.length !== 3 || !header || !claims || !signature) return undefined;
  const head = objectIn(header);
  const body = objectIn(claims);
  if (head === undefined || body === undefined || 'crit' in head) return undefined;
  return {
    algorithm: head.alg,
    kid: head.kid,
    claims: body,
    signedText: text.slice(0, text.lastIndexOf('.')),
    signature,
  };
}

/** By one of the keys; by the one that it names, where it names one. */
export function isSignedByOne(jwt: Jwt, keys: readonly VerifyingKey[]): boolean {
  return keys.some(
    (candidate) =>
      candidate.algorithm === jwt.algorithm &&
      (jwt.kid === undefined || candidate.kid === undefined || jwt.kid === candidate.kid) &&
      isSignedBy(jwt, candidate),
  );
}

function isSignedBy({ signedText, signature }: Jwt, { key }: VerifyingKey): boolean {
  // The encoding is that of ES256; RSA has one only and does not look at it.
  return verify('sha256', Buffer.from(signedText), { key, dsaEncoding: 'ieee-p1363' }, signature);
}

function bytesOf(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.length > 0 && bytes.toString('base64url') === part ? bytes : undefined;
}

function objectIn(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
