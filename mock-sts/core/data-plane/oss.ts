/**
 * OSS, as far as a caller's credential is concerned: signature version 1 in the header, the token and
 * its end, and the policies of whoever signed. It keeps nothing: every object is there and is the
 * same few bytes, every bucket is empty.
 * Sources: Alibaba Cloud, "Include V1 signatures in the Authorization header", "HTTP 403 errors",
 * "RAM policies" of OSS.
 */
import type { Rng } from '../../../src/kernel/rng.ts';
import type { Authorizer } from '../authorize.ts';
import type { Delivery } from '../decision.ts';
import { requestId } from '../identifiers.ts';
import type { CallerIdentity } from '../identity.ts';
import type { PlaceFaults } from '../place-faults.ts';
import { requestContext } from '../request-context.ts';
import type { AccessKeys } from '../wire/access-keys.ts';
import { headerValue, POST_BODY_BYTES_MAX, type WireRequest } from '../wire/request.ts';
import { escapeXml } from '../wire/xml-text.ts';
import { type OssError, ossError, ossFaultError, ossKeyError } from './oss-errors.ts';
import { type OssTarget, ossStringToSign, signOss } from './oss-signature.ts';
import type { ProductAnswer } from './product-answer.ts';
import type { ServiceTimes } from './service-times.ts';

const SKEW_MS_MAX = 15 * 60_000;
const AUTHORIZATION = /^OSS ([^:\s]{1,128}):([A-Za-z0-9+/=]{28})$/;
const GMT = /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const XML_TYPE = 'application/xml';
const OBJECT = 'an object of the mock\n';

export interface OssDeps {
  readonly region: string;
  readonly keys: AccessKeys;
  readonly authorizer: Pick<Authorizer, 'check'>;
  readonly requestIds: Rng;
  readonly serviceTimes: ServiceTimes;
  readonly faults: PlaceFaults;
}

type Outcome = { readonly caller: CallerIdentity; readonly accessKeyId: string } | OssRefusal;

interface OssRefusal {
  readonly error: OssError;
  /** What the server signed, where the signature is wrong. */
  readonly stringToSign?: string;
  /** Where a fault has it delivered otherwise. */
  readonly delivery?: Delivery | undefined;
}

export class Oss {
  private readonly deps: OssDeps;

  constructor(deps: OssDeps) {
    this.deps = deps;
  }

  handle(request: WireRequest): ProductAnswer {
    const id = requestId(this.deps.requestIds).replaceAll('-', '').slice(0, 24);
    const target = targetOf(request);
    if (target === undefined)
      return this.refusal(request, id, { error: ossError('badAuthorization') });
    const outcome = this.admit(request, target);
    if ('error' in outcome) return this.refusal(request, id, outcome);
    const { caller, accessKeyId } = outcome;
    const struck = this.deps.faults.strikeCaller(caller, accessKeyId, request.nowMs);
    if (struck !== undefined) {
      const { error, delivery } = struck;
      return this.refusal(request, id, { error: ossFaultError(error), delivery });
    }
    const operation = operationOf(request.method, target);
    if (operation === undefined) return this.refusal(request, id, { error: ossError('noMethod') });
    const action = `oss:${operation.action}`;
    const denied = this.deps.authorizer.check(caller, {
      action,
      resource: `acs:oss:*:${caller.accountId}:${operation.resource}`,
      context: requestContext(caller, request.nowMs, request),
    });
    if (denied !== undefined) return this.refusal(request, id, { error: ossError('forbidden') });
    const serviceMs = this.deps.serviceTimes.drawMs(caller, action);
    return { ...operation.answer, headers: named(id), code: 'OK', serviceMs };
  }

  private admit(request: WireRequest, target: OssTarget): Outcome {
    const { method, headers, body } = request;
    const nowMs = this.deps.faults.serverMs(request.nowMs);
    const authorization = headerValue(headers, 'authorization');
    if (authorization === undefined) return { error: ossError('anonymous') };
    const [, accessKeyId, signature] = AUTHORIZATION.exec(authorization) ?? [];
    if (accessKeyId === undefined || signature === undefined) {
      return { error: ossError('badAuthorization') };
    }
    const date = headerValue(headers, 'x-oss-date') ?? headerValue(headers, 'date') ?? '';
    const atMs = GMT.test(date) ? Date.parse(date) : Number.NaN;
    if (Number.isNaN(atMs)) return { error: ossError('noDate') };
    if (Math.abs(nowMs - atMs) > SKEW_MS_MAX) return { error: ossError('skewed') };
    if (body.length > POST_BODY_BYTES_MAX) return { error: ossError('tooLarge') };
    const token = headerValue(headers, 'x-oss-security-token');
    const holder = this.deps.keys.find(accessKeyId, token, nowMs);
    if ('code' in holder) return { error: ossKeyError(holder) };
    const stringToSign = ossStringToSign(method, headers, target);
    return signOss(holder.key.secret, stringToSign) === signature
      ? { caller: holder.identity, accessKeyId }
      : { error: ossError('badSignature'), stringToSign: withoutToken(stringToSign) };
  }

  private refusal(
    { method, headers }: WireRequest,
    id: string,
    { error, stringToSign, delivery }: OssRefusal,
  ): ProductAnswer {
    const { code, status, message, number } = error;
    const host = headerValue(headers, 'host') ?? `oss-${this.deps.region}.aliyuncs.com`;
    const tree = {
      Code: code,
      Message: message,
      RequestId: id,
      HostId: host,
      ...(stringToSign === undefined ? {} : { StringToSign: stringToSign }),
      EC: number,
      RecommendDoc: `https://api.aliyun.com/troubleshoot?q=${number}`,
    };
    const body = method === 'HEAD' ? '' : `${XML_HEAD}<Error>${elements(tree)}</Error>`;
    return {
      status,
      contentType: XML_TYPE,
      body,
      headers: { ...named(id), 'x-oss-ec': number },
      code,
      ...(delivery === undefined ? {} : { delivery }),
    };
  }
}

function named(id: string): Readonly<Record<string, string>> {
  return { 'x-oss-request-id': id };
}

/** Bucket in the host name, as in the cloud, or first in the path, as for an address. */
function targetOf({ url, headers }: WireRequest): OssTarget | undefined {
  const [path = '/', ...rest] = url.split('?');
  const query = [...new URLSearchParams(rest.join('?'))];
  let decoded: string;
  try {
    decoded = decodeURIComponent(path).slice(1);
  } catch {
    return undefined;
  }
  const host = headerValue(headers, 'host') ?? '';
  const [, inHost] =
    /^([a-z0-9][a-z0-9-]{1,62})\.oss-[a-z0-9-]+\.aliyuncs\.com(?::\d+)?$/.exec(host) ?? [];
  if (inHost !== undefined) return { bucket: inHost, key: decoded, query };
  const slash = decoded.indexOf('/');
  return slash < 0
    ? { bucket: decoded, key: '', query }
    : { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1), query };
}

interface Operation {
  readonly action: string;
  /** Behind the account in the ARN. */
  readonly resource: string;
  readonly answer: Pick<ProductAnswer, 'status' | 'contentType' | 'body'>;
}

const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

function operationOf(method: string, { bucket, key }: OssTarget): Operation | undefined {
  if (bucket === '') {
    const body = `${XML_HEAD}<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>`;
    return method === 'GET' ? operation('ListBuckets', '*', 200, body) : undefined;
  }
  if (key === '') {
    const body = `${XML_HEAD}<ListBucketResult>${elements({ Name: bucket, KeyCount: '0', IsTruncated: 'false' })}</ListBucketResult>`;
    return method === 'GET' ? operation('ListObjects', bucket, 200, body) : undefined;
  }
  const object = `${bucket}/${key}`;
  switch (method) {
    case 'GET':
    case 'HEAD': {
      const { answer, ...rest } = operation('GetObject', object, 200, OBJECT);
      return { ...rest, answer: { ...answer, contentType: 'application/octet-stream' } };
    }
    case 'PUT':
    case 'POST':
      return operation('PutObject', object, 200, '');
    case 'DELETE':
      return operation('DeleteObject', object, 204, '');
    default:
      return undefined;
  }
}

function operation(action: string, resource: string, status: number, body: string): Operation {
  return { action, resource, answer: { status, contentType: XML_TYPE, body } };
}

/** As an answer may show it: without the token. */
function withoutToken(stringToSign: string): string {
  return stringToSign.replace(/^(x-oss-security-token):.*$/m, '$1:****');
}

function elements(tree: Readonly<Record<string, string>>): string {
  return Object.entries(tree)
    .map(([name, text]) => `<${name}>${escapeXml(text)}</${name}>`)
    .join('');
}
