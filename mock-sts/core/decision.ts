/**
 * What STS decides on a call, as data: the wire renders it, the simulator uses it as it is.
 */
import type { CallRecord } from '../../src/kernel/sts/call-record.ts';
import type { SessionCredentials } from '../../src/kernel/sts/credentials.ts';
import type { StsError } from '../../src/kernel/sts/error-codes.ts';
import type { CallerDescription } from './identity.ts';
import type { OidcTokenInfo } from './oidc/token-rules.ts';
import type { SamlAssertionInfo } from './saml/assertion.ts';

export interface Decision<Success> {
  readonly outcome: Success | Refusal;
  /** Until the whole answer is there: modelled latency, faults included; Infinity where none comes. */
  readonly latencyMs: number;
  readonly delivery: Delivery;
  /** How far the server's clock is ahead, in its `Date` header too; `Expiration` has it in it. */
  readonly clockOffsetMs: number;
  readonly record: CallRecord;
}

export type AssumeRoleDecision = Decision<Issued>;
export type CallerIdentityDecision = Decision<Described>;

export interface Issued {
  readonly kind: 'issued';
  readonly credential: SessionCredentials;
  readonly assumedRole: { readonly arn: string; readonly id: string };
  readonly sourceIdentity: string | undefined;
  /** Of the token that was exchanged for it. */
  readonly oidcToken?: OidcTokenInfo;
  /** Of the assertion that was exchanged for it. */
  readonly samlAssertion?: SamlAssertionInfo;
}

export interface Described {
  readonly kind: 'described';
  readonly caller: CallerDescription;
}

/** No credential for the caller: a refusal, or a fault that leaves no usable answer. */
export interface Refusal {
  readonly kind: 'refused';
  /** As a client sees it; the code of a fault that leaves no usable answer is one of `FAULT_ERRORS`. */
  readonly error: StsError;
  /** Where a fault has it delivered otherwise than as the answer that `error` says. */
  readonly delivery?: Delivery;
  /** What STS decided, where a fault spoils the answer on its way. */
  readonly spoilt?: Issued | Described | Refusal;
  readonly throttledBy?: 'role' | 'account';
  /** When the quota would let it pass. */
  readonly retryAfterMs?: number;
  readonly denied?: AccessDenied;
}

export function refused(error: StsError): Refusal {
  return { kind: 'refused', error };
}

/** Which policy refused, and whether by a Deny or for want of an Allow. */
export interface AccessDenied {
  readonly noPermissionType: 'ImplicitDeny' | 'ExplicitDeny';
  readonly policyType:
    | 'ControlPolicy'
    | 'AccountLevelIdentityBasedPolicy'
    | 'SessionPolicy'
    | 'AssumeRolePolicy';
}

/** How an answer reaches the client. Data here; the server performs it. */
export type Delivery =
  | { readonly kind: 'normal' }
  /** Status and headers, no body. */
  | { readonly kind: 'empty' }
  /** No answer: the connection is reset at once, or stays open and silent. */
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  /** The head comes `bodyMs` before the last byte of the body; `latencyMs` counts to that byte. */
  | { readonly kind: 'slow-body'; readonly bodyMs: number }
  /** The body is the spoilt answer, as the kind says. */
  | { readonly kind: 'truncated-json' | 'malformed-json' | 'missing-expiration' };

export const NORMAL: Delivery = Object.freeze({ kind: 'normal' });

/** What a client sees where a fault leaves it no error of STS. */
export const FAULT_ERRORS = {
  reset: { code: 'ConnectionReset', status: 0, message: 'the connection to STS broke' },
  hang: { code: 'Timeout', status: 0, message: 'STS did not answer in time' },
  empty: { code: 'Throttling', status: 302, message: 'STS answered with status 302' },
  badResponse: { code: 'BadResponse', message: 'the answer of STS could not be read' },
} as const;
