/**
 * What STS decides on a call, as data: the wire renders it, the simulator uses it as it is.
 */
import type { CallRecord } from '../../src/kernel/sts/call-record.ts';
import type { SessionCredentials } from '../../src/kernel/sts/credentials.ts';
import type { StsError } from '../../src/kernel/sts/error-codes.ts';
import type { CallerDescription } from './identity.ts';

export interface Decision<Success> {
  readonly outcome: Success | Refusal;
  /** How long STS takes over it: its modelled latency, faults included. */
  readonly latencyMs: number;
  readonly record: CallRecord;
}

export type AssumeRoleDecision = Decision<Issued>;
export type CallerIdentityDecision = Decision<Described>;

export interface Issued {
  readonly kind: 'issued';
  readonly credential: SessionCredentials;
  readonly assumedRole: { readonly arn: string; readonly id: string };
  readonly sourceIdentity: string | undefined;
}

export interface Described {
  readonly kind: 'described';
  readonly caller: CallerDescription;
}

export interface Refusal {
  readonly kind: 'refused';
  readonly error: StsError;
  readonly throttledBy?: 'role' | 'account';
  /** When the quota would let it pass. */
  readonly retryAfterMs?: number;
  readonly denied?: AccessDenied;
}

/** Which policy refused, and whether by a Deny or for want of an Allow. */
export interface AccessDenied {
  readonly noPermissionType: 'ImplicitDeny' | 'ExplicitDeny';
  readonly policyType: 'AccountLevelIdentityBasedPolicy' | 'AssumeRolePolicy';
}
