/**
 * What a signed OSS request asks for, and what becomes of it once the policies allow it: put, get,
 * head and delete of an object, the lists. Ranges, conditions, copies, parts, versions and forms are
 * not there; what asks for another sub-resource is refused as a method of none.
 * Sources: Alibaba Cloud, "PutObject", "GetObject", "HeadObject", "DeleteObject", "ListBuckets";
 * "RAM policies" of OSS for the actions.
 */
import { createHash } from 'node:crypto';
import { headerValue, type WireRequest } from '../wire/request.ts';
import type { OssErrorName } from './oss-errors.ts';
import { listObjects } from './oss-listing.ts';
import type { OssObject, OssStore } from './oss-store.ts';
import type { OssTarget } from './oss-target.ts';
import { ossXml, XML_TYPE } from './oss-xml.ts';
import type { ProductAnswer } from './product-answer.ts';

const OCTETS = 'application/octet-stream';
/** They choose another operation than method and target do. */
const OTHER_OPERATIONS = new Set(
  (
    'acl append asyncFetch bucketInfo comp cors delete encryption inventory lifecycle live location ' +
    'logging partNumber policy qos qosInfo referer regionList replication restore stat symlink ' +
    'tagging transferAcceleration uploadId uploads versionId versioning versions website worm'
  ).split(' '),
);

export type OssDone = Pick<ProductAnswer, 'status' | 'contentType' | 'body' | 'headers'>;

export interface OssOperation {
  /** Without `oss:`. */
  readonly action: string;
  /** Behind the account in the ARN. */
  readonly resource: string;
  readonly run: (store: OssStore) => OssDone | OssErrorName;
}

export function operationOf(request: WireRequest, target: OssTarget): OssOperation | undefined {
  const { method, headers } = request;
  const { bucket, key, query } = target;
  if (query.some(([name]) => OTHER_OPERATIONS.has(name))) return undefined;
  if (bucket === '') {
    return method === 'GET' ? { action: 'ListBuckets', resource: '*', run: bucketList } : undefined;
  }
  if (key === '') {
    const run = (store: OssStore) => objectList(store, target);
    return method === 'GET' ? { action: 'ListObjects', resource: bucket, run } : undefined;
  }
  const resource = `${bucket}/${key}`;
  switch (method) {
    case 'GET':
    case 'HEAD':
      return { action: 'GetObject', resource, run: (store) => reading(store, target) };
    case 'PUT':
      return headerValue(headers, 'x-oss-copy-source') === undefined
        ? { action: 'PutObject', resource, run: (store) => putting(store, target, request) }
        : undefined;
    case 'DELETE':
      return { action: 'DeleteObject', resource, run: (store) => deleting(store, target) };
    default:
      return undefined;
  }
}

function bucketList(store: OssStore): OssDone {
  const buckets = store.bucketNames().map((name) => ['Bucket', [['Name', name]]] as const);
  return xml(ossXml('ListAllMyBucketsResult', [['Buckets', buckets]]));
}

function objectList(store: OssStore, target: OssTarget): OssDone | OssErrorName {
  const body = listObjects(store, target);
  return body === undefined ? 'badArgument' : xml(body);
}

function reading(store: OssStore, { bucket, key }: OssTarget): OssDone | OssErrorName {
  const object = store.get(bucket, key);
  if (object === undefined) return 'noSuchKey';
  return {
    status: 200,
    contentType: object.contentType,
    body: object.body,
    headers: headersOf(object),
  };
}

function putting(store: OssStore, target: OssTarget, request: WireRequest): OssDone | OssErrorName {
  const { headers, body, nowMs } = request;
  const digest = headerValue(headers, 'content-md5');
  if (digest !== undefined && digest !== createHash('md5').update(body).digest('base64')) {
    return 'badDigest';
  }
  const contentType = headerValue(headers, 'content-type') ?? OCTETS;
  const object = { body, contentType, meta: metaOf(headers), modifiedAtMs: nowMs };
  const kept = store.put(target.bucket, target.key, object);
  if (kept === undefined) return 'full';
  return { ...xml(''), headers: { etag: `"${kept.etag}"` } };
}

/** Also of a key that is not there. */
function deleting(store: OssStore, { bucket, key }: OssTarget): OssDone {
  store.delete(bucket, key);
  return { ...xml(''), status: 204 };
}

function xml(body: string): OssDone {
  return { status: 200, contentType: XML_TYPE, body, headers: {} };
}

function headersOf({ body, meta, etag, modifiedAtMs }: OssObject): OssDone['headers'] {
  return {
    ...meta,
    etag: `"${etag}"`,
    'last-modified': new Date(modifiedAtMs).toUTCString(),
    // Said here, since an answer to HEAD has the length without the bytes.
    'content-length': String(body.length),
    'x-oss-object-type': 'Normal',
    'x-oss-storage-class': 'Standard',
  };
}

function metaOf(headers: readonly string[]): Readonly<Record<string, string>> {
  const meta: Record<string, string> = {};
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    if (name.startsWith('x-oss-meta-')) meta[name] = headers[i + 1]!;
  }
  return meta;
}
