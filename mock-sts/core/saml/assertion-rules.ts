/**
 * What AssumeRoleWithSAML asks of an assertion that its provider has signed: issuer, recipient,
 * audience, times, the pair of role and provider, and the session's name. Times have no leeway.
 * Sources: Alibaba Cloud, "AssumeRoleWithSAML" (errors), "SAML assertion attributes for role-based
 * SSO". Beside `Expired` and the session's name no code tells what is wrong, so that all else is
 * `Invalid`; the order of the rules is assumed.
 */
import { type StsError, stsError } from '../../../src/kernel/sts/error-codes.ts';
import { isSourceIdentity } from '../parameters.ts';
import type { SamlAssertion } from './assertion.ts';

/** Alibaba Cloud as the recipient and the audience, on the Chinese and on the international site. */
export const RECIPIENTS = [
  'https://signin.aliyun.com/saml-role/sso',
  'https://signin.alibabacloud.com/saml-role/sso',
] as const;
export const AUDIENCES = [
  'urn:alibaba:cloudcomputing',
  'urn:alibaba:cloudcomputing:international',
] as const;

/** One page has 2 to 32 characters, from the days when AssumeRole had; it takes 64 now. */
const SESSION_NAME = /^[A-Za-z0-9.@_=,+-]{2,64}$/;

export interface AssertionQuestion {
  readonly issuer: string;
  readonly roleArn: string;
  readonly providerArn: string;
  readonly nowMs: number;
}

/** Undefined if it keeps them all. */
export function brokenAssertionRule(
  assertion: SamlAssertion,
  { issuer, roleArn, providerArn, nowMs }: AssertionQuestion,
): StsError | undefined {
  const invalid = stsError('AuthenticationFail.SAMLAssertion.Invalid');
  if (assertion.issuer !== issuer || !isRecipient(assertion.recipient)) return invalid;
  if (!assertion.audiences.some(isAudience)) return invalid;
  if (nowMs >= assertion.notOnOrAfterMs)
    return stsError('AuthenticationFail.SAMLAssertion.Expired');
  if (nowMs < assertion.notBeforeMs) return invalid;
  if (!assertion.roles.includes(`${roleArn},${providerArn}`)) return invalid;
  if (assertion.sourceIdentity !== undefined && !isSourceIdentity(assertion.sourceIdentity)) {
    return invalid;
  }
  return SESSION_NAME.test(assertion.roleSessionName)
    ? undefined
    : stsError('InvalidParameter.RoleSessionName');
}

/** Documented samples write the end of it in capitals, too. */
export function isRecipient(recipient: string): boolean {
  return RECIPIENTS.some((known) => known === recipient.toLowerCase());
}

function isAudience(audience: string): boolean {
  return AUDIENCES.some((known) => known === audience);
}
