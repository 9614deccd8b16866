/**
 * A V3 request taken apart: what its `Authorization` header claims, and the canonical request that
 * the signature must fit. The canonical form is made from decoded parameters, since Node's encoder
 * leaves `*()!~` bare in the URL that it sends and signs `%2A`.
 * Source: Alibaba Cloud, "Request syntax and signature method V3".
 */
import { missingParameter, type StsError, stsError } from '../../../src/kernel/sts/error-codes.ts';
import {
  type Acs3Canonical,
  canonicalizeAcs3,
  EMPTY_SHA256,
  sha256Hex,
} from '../../../src/kernel/sts/signature-acs3.ts';
import { decodePairs, type Pair } from './parameters.ts';
import { headerValue, type WireRequest } from './request.ts';

export interface Acs3Reading {
  readonly request: WireRequest;
  readonly accessKeyId: string;
  readonly securityToken: string | undefined;
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature: string;
  readonly signedHeaders: readonly Pair[];
}

const AUTHORIZATION =
  /^ACS3-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;
const TOKEN_HEADER = 'x-acs-security-token';

/** `x-acs-*` headers tell nothing: SDKs send them with v1, too. */
export function isAcs3(authorization: string): boolean {
  return authorization.startsWith('ACS3-');
}

export function readAcs3(request: WireRequest, authorization: string): Acs3Reading | StsError {
  const [, accessKeyId, names, signature] = AUTHORIZATION.exec(authorization) ?? [];
  if (accessKeyId === undefined || names === undefined || signature === undefined) {
    return stsError('IncompleteSignature');
  }
  const timestamp = headerValue(request.headers, 'x-acs-date');
  if (timestamp === undefined) return missingParameter('Timestamp');
  const nonce = headerValue(request.headers, 'x-acs-signature-nonce');
  if (nonce === undefined) return missingParameter('SignatureNonce');
  const signedHeaders = headersNamed(request.headers, new Set(names.split(';')));
  if (signedHeaders === undefined) return stsError('IncompleteSignature');
  const securityToken = headerValue(request.headers, TOKEN_HEADER);
  return { request, accessKeyId, securityToken, timestamp, nonce, signature, signedHeaders };
}

/** Undefined if `host` or an `x-acs-*` header is left unsigned. */
function headersNamed(headers: readonly string[], signed: ReadonlySet<string>): Pair[] | undefined {
  const pairs: Pair[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    if (signed.has(name)) pairs.push([name, headers[i + 1]!]);
    else if (name === 'host' || name.startsWith('x-acs-')) return undefined;
  }
  return pairs;
}

export function canonicalOf({ request, signedHeaders }: Acs3Reading): Acs3Canonical {
  return canonicalizeAcs3({
    method: request.method,
    path: '/',
    query: decodePairs(request.url, new Uint8Array()),
    headers: signedHeaders,
    payloadHash: request.body.length === 0 ? EMPTY_SHA256 : sha256Hex(request.body),
  });
}

/** The canonical request as an answer may show it: without the token. */
export function withoutToken(canonicalRequest: string): string {
  return canonicalRequest.replace(new RegExp(`^${TOKEN_HEADER}:.*$`, 'm'), `${TOKEN_HEADER}:****`);
}
