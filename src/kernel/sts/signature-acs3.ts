/**
 * The V3 signature, ACS3-HMAC-SHA256: a canonical request, hashed, signed with the raw secret.
 * Source: Alibaba Cloud, "Request syntax and signature method V3".
 */
import { createHash, createHmac } from 'node:crypto';
import { percentEncode } from './wire.ts';

export const ACS3_ALGORITHM = 'ACS3-HMAC-SHA256';
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export interface Acs3Request {
  readonly method: string;
  /** Canonical URI: `/` for RPC. */
  readonly path: string;
  readonly query: Iterable<readonly [string, string]>;
  /** The headers that are signed: a client's choice (`headersToSign`), told in its request. */
  readonly headers: Iterable<readonly [string, string]>;
  /** Lower-case hex SHA-256 of the body. */
  readonly payloadHash: string;
}

export interface Acs3Canonical {
  readonly canonicalRequest: string;
  readonly signedHeaders: string;
  /** Lower-case hex SHA-256 of the canonical request. */
  readonly hash: string;
}

/**
 * What the documentation asks to be signed of a request's headers: `host`, `content-type` and every
 * `x-acs-*`. Some clients sign more; a verifier goes by what the request names.
 */
export function headersToSign(
  headers: Iterable<readonly [string, string]>,
): readonly (readonly [string, string])[] {
  return [...headers].filter(([name]) => {
    const lower = name.toLowerCase();
    return lower === 'host' || lower === 'content-type' || lower.startsWith('x-acs-');
  });
}

/** One name given twice joins its sorted values. */
export function canonicalizeAcs3(request: Acs3Request): Acs3Canonical {
  const byName = new Map<string, string[]>();
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    const values = byName.get(lower);
    if (values === undefined) byName.set(lower, [value.trim()]);
    else values.push(value.trim());
  }
  const names = [...byName.keys()].sort();
  const headerLines = names.map((name) => `${name}:${byName.get(name)!.sort().join(',')}\n`);
  const query = [...request.query]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
  const signedHeaders = names.join(';');
  const canonicalRequest = `${request.method}\n${request.path}\n${query}\n${headerLines.join('')}\n${signedHeaders}\n${request.payloadHash}`;
  return { canonicalRequest, signedHeaders, hash: sha256Hex(canonicalRequest) };
}

/** Lower-case hex signature over a canonical request's hash. */
export function signAcs3(accessKeySecret: string, canonicalHash: string): string {
  return createHmac('sha256', accessKeySecret)
    .update(`${ACS3_ALGORITHM}\n${canonicalHash}`)
    .digest('hex');
}

export function sha256Hex(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}
