/**
 * The condition keys of a request: those that do not depend on its action, and those of a question
 * for a role. A key has a value only if the request has it: an AccessKey's call has no
 * `acs:MFAPresent`, for one.
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

/** What AssumeRole alone brings along. */
export interface RoleQuestion {
  readonly externalId?: string | undefined;
  readonly sourceIdentity?: string | undefined;
}

const NO_QUESTION: RoleQuestion = {};

/** One literal for all: it is made for each call. */
export function requestContext(
  caller: Caller,
  nowMs: number,
  { sourceIp, secure }: CallOrigin,
  { externalId, sourceIdentity }: RoleQuestion = NO_QUESTION,
): ConditionContext {
  const carried = caller.kind === 'role' ? caller.sourceIdentity : undefined;
  return {
    'acs:CurrentTime': currentTime(nowMs),
    'acs:SourceIp': sourceIp,
    'acs:SecureTransport': secure === undefined ? undefined : String(secure),
    'acs:PrincipalARN': caller.kind === 'federated' ? undefined : principalArn(caller),
    'acs:SourceIdentity': carried,
    'sts:ExternalId': externalId,
    'sts:SourceIdentity': sourceIdentity,
  };
}

let lastSecond = Number.NaN;
let lastText = '';

/** All requests of a second have the same. */
function currentTime(nowMs: number): string {
  const second = Math.floor(nowMs / 1_000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = formatTimestamp(nowMs);
  }
  return lastText;
}
