/**
 * Where a client gets what it calls STS with, and what is done where STS refuses that.
 */
import type { CallerProof, Credentials, OidcToken } from '../kernel/sts/credentials.ts';
import type { StsFailure } from './failure.ts';
import type { AssumeRoleOutcome } from './sts-transport.ts';

/**
 * Yields the key that signs; asked anew for each call, so whoever keeps what it yields for a while
 * does so himself. Another client is one, for role chaining.
 */
export interface CredentialSource {
  getCredentials(): Credentials | Promise<Credentials>;
  /** A service does not take this key any more: `getCredentials()` is to get another, if it can. */
  invalidate?(accessKeyId: string): void;
}

/** Yields the token that AssumeRoleWithOIDC exchanges; asked anew for each call. */
export interface OidcTokenSource {
  getOidcToken(): OidcToken | Promise<OidcToken>;
}

export type CallerSource = CredentialSource | OidcTokenSource;

/** A source, whatever it yields. */
export interface ProofSource<Proof extends CallerProof> {
  ask(): Proof | Promise<Proof>;
  refused(proof: Proof): void;
}

export function sourceOf(source: Credentials | CallerSource): ProofSource<CallerProof> {
  if (!('getOidcToken' in source)) return keySourceOf(source);
  // A token is read anew each time: there is nothing to be dropped.
  return { ask: () => source.getOidcToken(), refused: () => {} };
}

/** For services that take no token. */
export function keySourceOf(source: Credentials | CredentialSource): ProofSource<Credentials> {
  if (!('getCredentials' in source)) return { ask: () => source, refused: () => {} };
  return {
    ask: () => source.getCredentials(),
    refused: ({ accessKeyId }) => source.invalidate?.(accessKeyId),
  };
}

/**
 * One call with what the source yields. Where the service refuses that very key or token (it was
 * rotated, disabled, has ended), the source is told and asked again, and the call is made once more,
 * unless the source has nothing else.
 */
export async function callAs<Proof extends CallerProof>(
  source: ProofSource<Proof>,
  call: (proof: Proof) => Promise<AssumeRoleOutcome>,
): Promise<AssumeRoleOutcome> {
  const proof = await source.ask();
  const outcome = await call(proof);
  if (outcome.kind !== 'failed' || !isAboutCaller(outcome.failure)) return outcome;
  source.refused(proof);
  const other = await source.ask();
  return nameOf(other) === nameOf(proof) ? outcome : call(other);
}

/**
 * Codes that say something of whoever calls, and nothing of what he asks for. Sources: Alibaba Cloud,
 * common errors of the gateway; "Use RRSA to authorize pods".
 */
const ABOUT_CALLER = [
  'InvalidAccessKeyId',
  'Forbidden.AccessKeyDisabled',
  'InvalidSecurityToken',
  'AuthenticationFail.OIDCToken.Expired',
];

export function isAboutCaller({ code }: StsFailure): boolean {
  return ABOUT_CALLER.some((known) => code.startsWith(known));
}

function nameOf(proof: CallerProof): string {
  return 'oidcToken' in proof ? proof.oidcToken : proof.accessKeyId;
}
