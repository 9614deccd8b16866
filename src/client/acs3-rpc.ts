/**
 * An RPC call as official clients send it under signature V3: POST with the inputs in the query and
 * an empty body.
 * Source: Alibaba Cloud, "Request syntax and signature method V3".
 */
import type { Credentials } from '../kernel/sts/credentials.ts';
import {
  ACS3_ALGORITHM,
  canonicalizeAcs3,
  EMPTY_SHA256,
  headersToSign,
  signAcs3,
} from '../kernel/sts/signature-acs3.ts';
import { formatTimestamp, percentEncode } from '../kernel/sts/wire.ts';
import type { HttpCall } from './http-endpoint.ts';
import type { CallStamp } from './stamped-endpoint.ts';

export interface RpcCall {
  readonly action: string;
  /** Of the product's API: `2015-04-01`. */
  readonly version: string;
  /** What is undefined is left out. */
  readonly inputs: Readonly<Record<string, string | undefined>>;
}

export function acs3Rpc(call: RpcCall, source: Credentials, stamp: CallStamp): HttpCall {
  const query = presentOf(call.inputs);
  const headers: Record<string, string> = {
    accept: 'application/json',
    host: stamp.host,
    'x-acs-action': call.action,
    'x-acs-content-sha256': EMPTY_SHA256,
    'x-acs-date': formatTimestamp(stamp.signedAtMs),
    'x-acs-signature-nonce': stamp.nonce,
    'x-acs-version': call.version,
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
  return { method: 'POST', path: `/?${formOf(query)}`, headers };
}

export function presentOf(inputs: RpcCall['inputs']): (readonly [string, string])[] {
  return Object.entries(inputs).filter(
    (input): input is [string, string] => input[1] !== undefined,
  );
}

export function formOf(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&');
}
