/**
 * The session policy of AssumeRole: checked, and kept ready. A process sends the same text with each
 * call, so the last good ones are not parsed again.
 * Source: Alibaba Cloud, "AssumeRole" (STS 2015-04-01).
 */
import { type StsError, stsError } from '../../src/kernel/sts/error-codes.ts';
import { type CompiledPolicy, compilePolicy } from './policy/compile.ts';
import { parsePolicy } from './policy/parse.ts';
import { POLICY_BYTES_MAX } from './token.ts';

export interface SessionPolicy {
  /** The policy without blanks, as a token carries it. */
  readonly text: string;
  readonly compiled: CompiledPolicy;
}

const REMEMBERED_MAX = 256;
const remembered = new Map<string, SessionPolicy>();
let lastText: string | undefined;
let last: SessionPolicy | undefined;

export function readSessionPolicy(text: string): SessionPolicy | StsError {
  if (text === lastText) return last!;
  // The length comes first: what is too long is not even looked up.
  if (Buffer.byteLength(text) > POLICY_BYTES_MAX) return stsError('InvalidParameter.PolicySize');
  const policy = remembered.get(text) ?? parse(text);
  if ('code' in policy) return policy;
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  remembered.set(text, policy);
  lastText = text;
  last = policy;
  return policy;
}

/** What the token says of a policy that has passed the check. */
export function sessionPolicyClaim(text: string | undefined): { readonly sessionPolicy?: string } {
  if (text === undefined) return NO_CLAIM;
  const policy = readSessionPolicy(text);
  return 'code' in policy ? NO_CLAIM : { sessionPolicy: policy.text };
}

const NO_CLAIM = {};

function parse(text: string): SessionPolicy | StsError {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return stsError('InvalidParameter.PolicyGrammar');
  }
  const reading = parsePolicy(json, 'permission');
  if (reading.kind === 'problems') return stsError('InvalidParameter.PolicyGrammar');
  const compact = JSON.stringify(reading.document);
  // Half a surrogate pair is longer when it is written out.
  if (Buffer.byteLength(compact) > POLICY_BYTES_MAX) return stsError('InvalidParameter.PolicySize');
  return { text: compact, compiled: compilePolicy('session policy', reading.document) };
}
