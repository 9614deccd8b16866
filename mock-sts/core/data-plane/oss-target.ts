/** What an OSS request is about: bucket, key and parameters of its URL. */
import { headerValue, type WireRequest } from '../wire/request.ts';

export interface OssTarget {
  /** Empty for the service itself. */
  readonly bucket: string;
  /** Decoded; empty for a bucket. */
  readonly key: string;
  /** Decoded, in the order of the URL. */
  readonly query: readonly (readonly [name: string, value: string])[];
}

const OSS_HOST = /^(?:([a-z0-9][a-z0-9-]{1,62})\.)?oss-[a-z0-9-]+\.aliyuncs\.com(?::\d+)?$/;
/** Only a signed URL of OSS has one of these. */
const SIGNED_QUERY = /[?&](?:x-oss-signature|OSSAccessKeyId)=/;

/** Bucket in the host name, as in the cloud, or first in the path. Undefined where nobody can decode the path. */
export function targetOf({ url, headers }: WireRequest): OssTarget | undefined {
  const [path = '/', ...rest] = url.split('?');
  const query = [...new URLSearchParams(rest.join('?'))];
  let decoded: string;
  try {
    decoded = decodeURIComponent(path).slice(1);
  } catch {
    return undefined;
  }
  const [, inHost] = OSS_HOST.exec(headerValue(headers, 'host') ?? '') ?? [];
  if (inHost !== undefined) return { bucket: inHost, key: decoded, query };
  const slash = decoded.indexOf('/');
  return slash < 0
    ? { bucket: decoded, key: '', query }
    : { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1), query };
}

/** Whether a request to `/`, which RPC has too, is meant for OSS: by its host name or its signature. */
export function isForOss({ url, headers }: WireRequest, authorization: string): boolean {
  return (
    authorization.startsWith('OSS') ||
    SIGNED_QUERY.test(url) ||
    OSS_HOST.test(headerValue(headers, 'host') ?? '')
  );
}

/** The first value of a parameter. */
export function parameterOf({ query }: OssTarget, name: string): string | undefined {
  return query.find(([candidate]) => candidate === name)?.[1];
}
