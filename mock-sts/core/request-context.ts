/**
 * The condition keys of a request that do not depend on its action. A key is there only if the
 * request has it: an AccessKey's call has no `acs:MFAPresent`, for one.
 * Sources: Alibaba Cloud, "Policy elements" (common condition keys), "Overview of control policies"
 * (`acs:PrincipalARN`), "Use SourceIdentity"; the names of the two SourceIdentity keys are assumed.
 */
import { formatTimestamp } from '../../src/kernel/sts/wire.ts';
import { type Caller, principalArn } from './identity.ts';
import type { ConditionContext } from './policy/evaluate.ts';

/** Where a call came from, as far as the transport tells. */
export interface CallOrigin {
  readonly sourceIp?: string | undefined;
  /** It came over TLS. */
  readonly secure?: boolean | undefined;
}

export function requestContext(
  caller: Caller,
  nowMs: number,
  { sourceIp, secure }: CallOrigin,
): ConditionContext {
  return {
    'acs:CurrentTime': formatTimestamp(nowMs),
    'acs:SourceIp': sourceIp,
    'acs:SecureTransport': secure === undefined ? undefined : String(secure),
    'acs:PrincipalARN': caller.kind === 'federated' ? undefined : principalArn(caller),
    'acs:SourceIdentity': caller.kind === 'role' ? caller.sourceIdentity : undefined,
  };
}
