/**
 * The key of the mock's own identity provider, derived from the seed, so that a token minted by one
 * process is good in another. On the curve P-256, whose private key is any number below its order:
 * an RSA key cannot be made from a seed with `node:crypto`.
 *
 * Not a secure design for anything but a mock, like the key that signs SecurityTokens.
 */
import { createECDH, hash, type JsonWebKey } from 'node:crypto';
import type { PublicJwk } from './jwt.ts';

export interface IssuerKey {
  readonly publicJwk: PublicJwk & { readonly kid: string };
  readonly privateJwk: JsonWebKey;
}

export function issuerKey(seed: number): IssuerKey {
  const scalar = hash('sha256', `key of the mock identity provider, seed ${seed}`, 'buffer');
  // Below the order of the curve, whatever the hash.
  scalar[0]! &= 0x7f;
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(scalar);
  const point = curve.getPublicKey();
  const publicKey = {
    kty: 'EC',
    crv: 'P-256',
    x: point.toString('base64url', 1, 33),
    y: point.toString('base64url', 33, 65),
  };
  return {
    publicJwk: { ...publicKey, kid: thumbprint(publicKey), alg: 'ES256', use: 'sig' },
    privateJwk: { ...publicKey, d: scalar.toString('base64url') },
  };
}

/** RFC 7638. */
function thumbprint({ crv, kty, x, y }: Readonly<Record<'crv' | 'kty' | 'x' | 'y', string>>) {
  return hash('sha256', JSON.stringify({ crv, kty, x, y }), 'buffer').toString('base64url');
}
