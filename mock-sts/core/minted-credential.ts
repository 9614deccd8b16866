/**
 * A credential whose token and secret are made when somebody looks at them. On the wire that is at
 * once; a simulation never looks, and the two hashes of a token cost more than all else that STS
 * decides about a call.
 */
import type { SessionCredentials } from '../../src/kernel/sts/credentials.ts';
import type { TokenAuthority, TokenClaims } from './token.ts';

export class MintedCredential implements SessionCredentials {
  readonly accessKeyId: string;
  readonly expiresAtMs: number;
  private readonly claims: TokenClaims;
  private readonly tokens: TokenAuthority;
  private minted: ReturnType<TokenAuthority['issue']> | undefined;

  constructor(claims: TokenClaims, tokens: TokenAuthority) {
    this.accessKeyId = claims.accessKeyId;
    this.expiresAtMs = claims.expiresAtMs;
    this.claims = claims;
    this.tokens = tokens;
  }

  get securityToken(): string {
    return this.mint().securityToken;
  }

  get accessKeySecret(): string {
    return this.mint().accessKeySecret;
  }

  private mint(): ReturnType<TokenAuthority['issue']> {
    this.minted ??= this.tokens.issue(this.claims);
    return this.minted;
  }
}
