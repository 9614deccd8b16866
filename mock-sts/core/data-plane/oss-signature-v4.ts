/**
 * OSS's signature, version 4: HMAC-SHA256, by a key for one day, region and product, over method,
 * resource, parameters and headers. The body is never signed.
 * Sources: Alibaba Cloud, "Include a V4 signature in the Authorization header", "V4 signatures in
 * presigned URLs" of OSS. Where the pages leave the order of parameters open, as in its SDKs: by
 * encoded name.
 */
import { createHash, createHmac } from 'node:crypto';
import { percentEncode } from '../../../src/kernel/sts/wire.ts';
import { headerValue } from '../wire/request.ts';
import type { OssTarget } from './oss-target.ts';

export const OSS4 = 'OSS4-HMAC-SHA256';
export const OSS4_REQUEST = 'aliyun_v4_request';
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/** `20221220/cn-hangzhou/oss`: what a derived key is good for. */
export interface Oss4Scope {
  readonly date: string;
  readonly region: string;
  readonly product: string;
}

export interface Oss4Canonical {
  readonly method: string;
  readonly headers: readonly string[];
  readonly target: OssTarget;
  /** Lower-case names of headers that are signed beside those that always are. */
  readonly additional: readonly string[];
}

export function oss4CanonicalRequest(asked: Oss4Canonical): string {
  const { method, headers, target, additional } = asked;
  return [
    method,
    percentEncode(`/${resourceOf(target)}`).replaceAll('%2F', '/'),
    canonicalQuery(target),
    ...canonicalHeaders(headers, additional),
    '',
    additional.join(';'),
    headerValue(headers, 'x-oss-content-sha256') ?? UNSIGNED_PAYLOAD,
  ].join('\n');
}

/** `timestamp` as `20221220T084818Z`. */
export function oss4StringToSign(
  timestamp: string,
  { date, region, product }: Oss4Scope,
  canonicalRequest: string,
): string {
  const hashed = createHash('sha256').update(canonicalRequest).digest('hex');
  return [OSS4, timestamp, `${date}/${region}/${product}/${OSS4_REQUEST}`, hashed].join('\n');
}

export function signOss4(
  accessKeySecret: string,
  { date, region, product }: Oss4Scope,
  stringToSign: string,
): string {
  let key: string | Buffer = `aliyun_v4${accessKeySecret}`;
  for (const part of [date, region, product, OSS4_REQUEST]) {
    key = createHmac('sha256', key).update(part).digest();
  }
  return createHmac('sha256', key).update(stringToSign).digest('hex');
}

function resourceOf({ bucket, key }: OssTarget): string {
  return bucket === '' ? '' : `${bucket}/${key}`;
}

function canonicalQuery({ query }: OssTarget): string {
  return query
    .filter(([name]) => name !== 'x-oss-signature')
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([a, one], [b, other]) => compare(a, b) || compare(one, other))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&');
}

/** One line a header, each once. */
function canonicalHeaders(headers: readonly string[], additional: readonly string[]): string[] {
  const lines = new Map<string, string>();
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    if (lines.has(name) || !(isAlwaysSigned(name) || additional.includes(name))) continue;
    lines.set(name, `${name}:${headers[i + 1]!.trim()}`);
  }
  return [...lines].sort(([a], [b]) => compare(a, b)).map(([, line]) => line);
}

function isAlwaysSigned(name: string): boolean {
  return name.startsWith('x-oss-') || name === 'content-type' || name === 'content-md5';
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
