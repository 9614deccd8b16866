/**
 * OSS's signature, version 1: HMAC-SHA1 over method, three headers, the `x-oss-` headers and the
 * resource. In a URL its end stands in place of the date.
 * Sources: Alibaba Cloud, "Include V1 signatures in the Authorization header", "Add V1 signatures to
 * URLs" of OSS.
 */
import { createHmac } from 'node:crypto';
import { headerValue } from '../wire/request.ts';
import type { OssTarget } from './oss-target.ts';

/** Parameters of the query that are part of the resource, and so of the signature. */
const SUB_RESOURCES = new Set(
  (
    'acl append asyncFetch bucketInfo callback callback-var comp continuation-token cors delete ' +
    'encryption endTime group inventory inventoryId lifecycle link live location logging ' +
    'objectInfo objectMeta partNumber policy position qos qosInfo referer regionList replication ' +
    'replicationLocation replicationProgress requestPayment resourceGroup response-cache-control ' +
    'response-content-disposition response-content-encoding response-content-language ' +
    'response-content-type response-expires restore security-token sequential startTime stat ' +
    'status symlink tagging transferAcceleration uploadId uploads versionId versioning versions ' +
    'vod website worm wormExtend wormId x-oss-process x-oss-request-payer x-oss-traffic-limit'
  ).split(' '),
);

/** `when`: the end of a signed URL, in seconds; else the request's own date. */
export function ossStringToSign(
  method: string,
  headers: readonly string[],
  target: OssTarget,
  when?: string,
): string {
  const line = (name: string) => headerValue(headers, name) ?? '';
  return [
    method,
    line('content-md5'),
    line('content-type'),
    when ?? headerValue(headers, 'x-oss-date') ?? line('date'),
    ...ossHeaders(headers),
    canonicalResource(target),
  ].join('\n');
}

export function signOss(accessKeySecret: string, stringToSign: string): string {
  return createHmac('sha1', accessKeySecret).update(stringToSign).digest('base64');
}

function ossHeaders(headers: readonly string[]): string[] {
  const lines: string[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    if (name.startsWith('x-oss-')) lines.push(`${name}:${headers[i + 1]!.trim()}`);
  }
  return lines.sort();
}

function canonicalResource({ bucket, key, query }: OssTarget): string {
  const path = bucket === '' ? '/' : `/${bucket}/${key}`;
  const signed = query
    .filter(([name]) => SUB_RESOURCES.has(name))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .sort();
  return signed.length === 0 ? path : `${path}?${signed.join('&')}`;
}
