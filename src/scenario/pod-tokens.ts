/**
 * Tokens of the pods of a scenario: what the cluster has in a pod's token file at an instant. All pods
 * of an app show one service account, and share its token; it is renewed after four fifths of its
 * life, as kubelet does it, so that a pod never starts with one that is about to end.
 */

import { providerArn } from '../../mock-sts/core/identity.ts';
import { TokenMint } from '../../mock-sts/core/oidc/mint.ts';
import type { OidcToken } from '../kernel/sts/credentials.ts';
import { type OidcIdentity, providerOf } from './hops.ts';
import type { App, CallerAccount } from './scenario.ts';

/** The audience that ACK's tokens are for. */
export const OIDC_CLIENT_ID = 'sts.aliyuncs.com';
const RENEWED_AT_SHARE = 0.8;

export function issuerOf({ provider }: OidcIdentity, { region }: CallerAccount): string {
  return `https://oidc-ack-${region}.example/${provider}`;
}

export function subjectOf({ serviceAccount }: OidcIdentity): string {
  return `system:serviceaccount:${serviceAccount}`;
}

export class PodTokens {
  private readonly caller: CallerAccount;
  private readonly zeroAtMs: number;
  private readonly seed: number;
  private mint: TokenMint | undefined;
  private readonly current = new Map<App, { readonly number: number; readonly token: OidcToken }>();

  /** `seed`: of the mock whose provider issues them. `zeroAtMs`: epoch of virtual zero. */
  constructor(caller: CallerAccount, seed: number, zeroAtMs: number) {
    this.caller = caller;
    this.zeroAtMs = zeroAtMs;
    this.seed = seed;
  }

  /** In the file at an instant of virtual time. */
  at(nowMs: number, app: App, identity: OidcIdentity): OidcToken {
    const number = Math.floor(nowMs / periodMsOf(identity));
    const known = this.current.get(app);
    if (known?.number === number) return known.token;
    const token = this.token(number, app, identity);
    this.current.set(app, { number, token });
    return token;
  }

  /** When it will be renewed next. */
  renewedAtMs(nowMs: number, identity: OidcIdentity): number {
    const periodMs = periodMsOf(identity);
    return (Math.floor(nowMs / periodMs) + 1) * periodMs;
  }

  private token(number: number, app: App, identity: OidcIdentity): OidcToken {
    const iat = Math.floor((this.zeroAtMs + number * periodMsOf(identity)) / 1_000);
    this.mint ??= new TokenMint(this.seed);
    return {
      oidcProviderArn: providerArn('oidc-provider', providerOf(app, identity)),
      oidcToken: this.mint.token({
        iss: issuerOf(identity, this.caller),
        sub: subjectOf(identity),
        aud: OIDC_CLIENT_ID,
        iat,
        nbf: iat,
        exp: iat + identity.tokenLifetimeMs / 1_000,
      }),
    };
  }
}

function periodMsOf({ tokenLifetimeMs }: OidcIdentity): number {
  return RENEWED_AT_SHARE * tokenLifetimeMs;
}
