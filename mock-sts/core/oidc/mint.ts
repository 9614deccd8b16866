/**
 * Tokens of the mock's own identity provider. One key signs for all providers of a seed; what sets them
 * apart is their issuer.
 */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { issuerKey } from './issuer-key.ts';
import type { PublicJwk } from './jwt.ts';

/** Instants in whole seconds of the epoch. */
export interface TokenClaimSet {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
}

export class TokenMint {
  readonly publicJwk: PublicJwk;
  private readonly key: KeyObject;
  private readonly kid: string;

  constructor(seed: number) {
    const { publicJwk, privateJwk } = issuerKey(seed);
    this.publicJwk = publicJwk;
    this.kid = publicJwk.kid;
    this.key = createPrivateKey({ key: privateJwk, format: 'jwk' });
  }

  /** `kid`: another than its own, for a token that claims to be another key's. */
  token(claims: TokenClaimSet, kid: string = this.kid): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const content = `${part({ alg: 'ES256', typ: 'JWT', kid })}.${part(claims)}`;
    const signature = sign('sha256', Buffer.from(content), {
      key: this.key,
      dsaEncoding: 'ieee-p1363',
    });
    return `${content}.${signature.toString('base64url')}`;
  }
}
