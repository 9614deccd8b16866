/**
 * The RPC signature: HMAC-SHA1 over the sorted, percent-encoded parameters of query and form
 * (`SignatureVersion=1.0`).
 * Source: Alibaba Cloud, "Request syntax and signature method V2 for RPC APIs".
 */
import { createHmac } from 'node:crypto';
import { percentEncode } from './wire.ts';

/** `METHOD&%2F&<encoded k=v pairs>`, from every parameter except `Signature`. */
export function stringToSignV1(
  method: string,
  parameters: Iterable<readonly [string, string]>,
): string {
  const pairs = [...parameters]
    .filter(([name]) => name !== 'Signature')
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`);
  return `${method}&%2F&${percentEncode(pairs.join('&'))}`;
}

/** Base64 HMAC-SHA1; the key is the secret followed by `&`. */
export function signV1(accessKeySecret: string, stringToSign: string): string {
  return createHmac('sha1', `${accessKeySecret}&`).update(stringToSign).digest('base64');
}
