/**
 * AssumeRoleWithSAML says some things in words of its own, under codes that it shares with AssumeRole.
 * Source: Alibaba Cloud, "AssumeRoleWithSAML" (its table of errors). That page has a policy of 1,024
 * bytes; the limit is 2,048 now, and so is the one in the text.
 */
import type { StsError } from '../../../src/kernel/sts/error-codes.ts';

const TEXTS: ReadonlyMap<string, string> = new Map([
  ['InvalidParameter.DurationSeconds', 'The DurationSeconds is invalid.'],
  ['InvalidParameter.RoleSessionName', 'The RoleSessionName is invalid.'],
  ['InvalidParameter.PolicyGrammar', 'Invalid Policy.'],
  ['InvalidParameter.PolicySize', 'The max size of policy string is 2048.'],
]);

export function inSamlWords(error: StsError): StsError {
  const message = TEXTS.get(error.code);
  return message === undefined ? error : { ...error, message };
}
