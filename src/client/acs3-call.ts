/**
 * An AssumeRole call as official clients send it under signature V3: POST with the inputs in the
 * query and an empty body.
 * Source: Alibaba Cloud, "Request syntax and signature method V3"; "AssumeRole".
 */
import type { AssumeRoleRequest, Credentials } from '../kernel/sts/credentials.ts';
import {
  ACS3_ALGORITHM,
  canonicalizeAcs3,
  EMPTY_SHA256,
  headersToSign,
  signAcs3,
} from '../kernel/sts/signature-acs3.ts';
import { formatTimestamp, percentEncode, STS_VERSION } from '../kernel/sts/wire.ts';

export interface Acs3Call {
  readonly method: 'POST';
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CallStamp {
  readonly host: string;
  readonly signedAtMs: number;
  readonly nonce: string;
}

export function acs3Call(
  request: AssumeRoleRequest,
  source: Credentials,
  stamp: CallStamp,
): Acs3Call {
  const query = inputsOf(request);
  const headers: Record<string, string> = {
    accept: 'application/json',
    host: stamp.host,
    'x-acs-action': 'AssumeRole',
    'x-acs-content-sha256': EMPTY_SHA256,
    'x-acs-date': formatTimestamp(stamp.signedAtMs),
    'x-acs-signature-nonce': stamp.nonce,
    'x-acs-version': STS_VERSION,
  };
  if (source.securityToken !== undefined) {
    headers['x-acs-accesskey-id'] = source.accessKeyId;
    headers['x-acs-security-token'] = source.securityToken;
  }
  const { hash, signedHeaders } = canonicalizeAcs3({
    method: 'POST',
    path: '/',
    query,
    headers: headersToSign(Object.entries(headers)),
    payloadHash: EMPTY_SHA256,
  });
  const signature = signAcs3(source.accessKeySecret, hash);
  headers.authorization = `${ACS3_ALGORITHM} Credential=${source.accessKeyId},SignedHeaders=${signedHeaders},Signature=${signature}`;
  const pairs = query.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`);
  return { method: 'POST', path: `/?${pairs.join('&')}`, headers };
}

function inputsOf(request: AssumeRoleRequest): (readonly [string, string])[] {
  const inputs: readonly (readonly [string, string | undefined])[] = [
    ['DurationSeconds', String(request.durationSeconds)],
    ['ExternalId', request.externalId],
    ['Policy', request.policy],
    ['RoleArn', request.roleArn],
    ['RoleSessionName', request.roleSessionName],
    ['SourceIdentity', request.sourceIdentity],
  ];
  return inputs.filter((input): input is readonly [string, string] => input[1] !== undefined);
}
