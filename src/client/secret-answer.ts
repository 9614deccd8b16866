/**
 * KMS's answer to GetSecretValue, from the wire to a key.
 */
import type { Credentials } from '../kernel/sts/credentials.ts';
import { parseObject, text } from './assume-role-answer.ts';
import { badResponse, classify } from './classify.ts';
import type { AssumeRoleOutcome } from './sts-transport.ts';

/** `untilMs`: how long the key is to be used, local clock. */
export function readSecret(
  answer: { readonly status: number; readonly body: string },
  source: Credentials,
  untilMs: number,
): AssumeRoleOutcome {
  const { status } = answer;
  const body = parseObject(answer.body);
  if (status !== 200) {
    const failed = {
      status,
      code: text(body?.Code) ?? '',
      message: text(body?.Message) ?? '',
      isEmpty: answer.body.trim() === '',
    };
    return { kind: 'failed', failure: classify(failed, source, 'KMS') };
  }
  const secret = parseObject(text(body?.SecretData) ?? '');
  const accessKeyId = text(secret?.AccessKeyId);
  const accessKeySecret = text(secret?.AccessKeySecret);
  if (!accessKeyId || !accessKeySecret) {
    const what = 'KMS answered with status 200, but the secret holds no AccessKey';
    return { kind: 'failed', failure: badResponse(what, status) };
  }
  const credential = { accessKeyId, accessKeySecret, securityToken: '', expiresAtMs: untilMs };
  return { kind: 'issued', credential: Object.freeze(credential) };
}
