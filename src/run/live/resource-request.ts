/**
 * A request's call to a service of the cloud, signed with the credential that it was handed: OSS with
 * its signature version 1, anything else as RPC under signature V3.
 * Sources: Alibaba Cloud, "Include V1 signatures in the Authorization header" of OSS; "Request syntax
 * and signature method V3".
 */
import { ossStringToSign, signOss } from '../../../mock-sts/core/data-plane/oss-signature.ts';
import { RPC_PRODUCTS } from '../../../mock-sts/core/data-plane/products.ts';
import {
  OSS_CALLS,
  type ResourceAction,
} from '../../../mock-sts/core/data-plane/resource-actions.ts';
import type { Credentials } from '../../kernel/sts/credentials.ts';
import {
  ACS3_ALGORITHM,
  canonicalizeAcs3,
  EMPTY_SHA256,
  signAcs3,
} from '../../kernel/sts/signature-acs3.ts';
import { formatTimestamp } from '../../kernel/sts/wire.ts';

export interface SignedRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RequestStamp {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly nowMs: number;
  readonly nonce: () => string;
}

export function signedRequest(
  action: ResourceAction,
  credential: Credentials,
  stamp: RequestStamp,
): SignedRequest {
  return action.product === 'oss'
    ? ossRequest(action, credential, stamp)
    : rpcRequest(action, credential, stamp);
}

function ossRequest(
  { action }: ResourceAction,
  { accessKeyId, accessKeySecret, securityToken }: Credentials,
  { nowMs }: RequestStamp,
): SignedRequest {
  const { method, target } = OSS_CALLS[action]!;
  const [bucket = '', key = ''] = target.split('/');
  const headers: Record<string, string> = { date: gmt(nowMs) };
  if (securityToken !== undefined) headers['x-oss-security-token'] = securityToken;
  const stringToSign = ossStringToSign(method, Object.entries(headers).flat(), {
    bucket,
    key,
    query: [],
  });
  headers.authorization = `OSS ${accessKeyId}:${signOss(accessKeySecret, stringToSign)}`;
  return { method, path: `/${target}`, headers };
}

function rpcRequest(
  { product, action }: ResourceAction,
  { accessKeyId, accessKeySecret, securityToken }: Credentials,
  { host, nowMs, nonce }: RequestStamp,
): SignedRequest {
  const headers: Record<string, string> = {
    host,
    'x-acs-action': action,
    'x-acs-content-sha256': EMPTY_SHA256,
    'x-acs-date': formatTimestamp(nowMs),
    'x-acs-signature-nonce': nonce(),
    'x-acs-version': RPC_PRODUCTS.get(product)!,
  };
  if (securityToken !== undefined) {
    headers['x-acs-accesskey-id'] = accessKeyId;
    headers['x-acs-security-token'] = securityToken;
  }
  const { hash, signedHeaders } = canonicalizeAcs3({
    method: 'POST',
    path: '/',
    query: [],
    headers: Object.entries(headers),
    payloadHash: EMPTY_SHA256,
  });
  const signature = signAcs3(accessKeySecret, hash);
  headers.authorization = `${ACS3_ALGORITHM} Credential=${accessKeyId},SignedHeaders=${signedHeaders},Signature=${signature}`;
  return { method: 'POST', path: '/', headers };
}

let lastSecond = Number.NaN;
let lastGmt = '';

/** A date of HTTP; all requests of a second have the same. */
function gmt(nowMs: number): string {
  const second = Math.floor(nowMs / 1_000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastGmt = new Date(second * 1_000).toUTCString();
  }
  return lastGmt;
}
