/**
 * Who says to have signed an OSS request, and by what text: in the header or in the URL, version 1 or
 * 4. What can be refused without the secret is refused here.
 * Sources: Alibaba Cloud, the four pages on signatures of OSS, and its help pages by number
 * (`0002-00000209` to `0002-00000232`).
 */
import { headerValue, type WireRequest } from '../wire/request.ts';
import { type OssError, ossError } from './oss-errors.ts';
import { ossStringToSign, signOss } from './oss-signature.ts';
import {
  OSS4,
  OSS4_REQUEST,
  type Oss4Scope,
  oss4CanonicalRequest,
  oss4StringToSign,
  signOss4,
  UNSIGNED_PAYLOAD,
} from './oss-signature-v4.ts';
import { type OssTarget, parameterOf } from './oss-target.ts';

const SKEW_MS_MAX = 15 * 60_000;
const EXPIRES_SECONDS_MAX = 7 * 86_400;
const V1_HEADER = /^OSS ([^:\s]{1,128}):([A-Za-z0-9+/=]{28})$/;
const V4_PAIR = /^(Credential|AdditionalHeaders|Signature)=(.*)$/;
const V4_SIGNATURE = /^[0-9a-f]{64}$/;
const GMT = /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const ISO_BASIC = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

export interface OssClaim {
  readonly accessKeyId: string;
  readonly securityToken: string | undefined;
  readonly signature: string;
  /** What the server signs; holds the token. */
  readonly stringToSign: string;
  /** Of version 4: what `stringToSign` is a hash of. */
  readonly canonicalRequest?: string;
  readonly sign: (accessKeySecret: string) => string;
}

export function readOssClaim(
  request: WireRequest,
  target: OssTarget,
  region: string,
): OssClaim | OssError {
  const authorization = headerValue(request.headers, 'authorization');
  if (authorization !== undefined) {
    return authorization.startsWith(`${OSS4} `)
      ? v4InHeader(request, target, region, authorization.slice(OSS4.length + 1))
      : v1InHeader(request, target, authorization);
  }
  if (parameterOf(target, 'x-oss-signature-version') !== undefined) {
    return v4InUrl(request, target, region);
  }
  if (parameterOf(target, 'OSSAccessKeyId') !== undefined) return v1InUrl(request, target);
  return ossError('anonymous');
}

function v1InHeader(
  request: WireRequest,
  target: OssTarget,
  authorization: string,
): OssClaim | OssError {
  const { method, headers, nowMs } = request;
  const [, accessKeyId, signature] = V1_HEADER.exec(authorization) ?? [];
  if (accessKeyId === undefined || signature === undefined) return ossError('badAuthorization');
  const date = headerValue(headers, 'x-oss-date') ?? headerValue(headers, 'date') ?? '';
  const atMs = GMT.test(date) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(atMs)) return ossError('noDate');
  if (Math.abs(nowMs - atMs) > SKEW_MS_MAX) return ossError('skewed');
  const stringToSign = ossStringToSign(method, headers, target);
  return v1(accessKeyId, signature, headerValue(headers, 'x-oss-security-token'), stringToSign);
}

function v1InUrl({ method, headers, nowMs }: WireRequest, target: OssTarget): OssClaim | OssError {
  const accessKeyId = parameterOf(target, 'OSSAccessKeyId') ?? '';
  const expires = parameterOf(target, 'Expires') ?? '';
  const signature = parameterOf(target, 'Signature') ?? '';
  if (!/^\d{1,12}$/.test(expires)) return ossError('badExpires');
  if (nowMs > Number(expires) * 1_000) return ossError('expiredUrl');
  const stringToSign = ossStringToSign(method, headers, target, expires);
  return v1(accessKeyId, signature, parameterOf(target, 'security-token'), stringToSign);
}

function v1(
  accessKeyId: string,
  signature: string,
  securityToken: string | undefined,
  stringToSign: string,
): OssClaim {
  const sign = (secret: string) => signOss(secret, stringToSign);
  return { accessKeyId, securityToken, signature, stringToSign, sign };
}

function v4InHeader(
  request: WireRequest,
  target: OssTarget,
  region: string,
  parts: string,
): OssClaim | OssError {
  const { headers, nowMs } = request;
  const pairs = new Map<string, string>();
  for (const part of parts.split(',')) {
    const [, name, value] = V4_PAIR.exec(part.trim()) ?? [];
    if (name === undefined || value === undefined || pairs.has(name)) {
      return ossError('badAuthorization');
    }
    pairs.set(name, value);
  }
  const additional = pairs.get('AdditionalHeaders');
  if (additional === '') return ossError('badAuthorization');
  if (headerValue(headers, 'x-oss-content-sha256') !== UNSIGNED_PAYLOAD) {
    return ossError('badPayloadHash');
  }
  const atMs = signedAtMs(headers);
  if (atMs === undefined) return ossError('noDate');
  if (Math.abs(nowMs - atMs) > SKEW_MS_MAX) return ossError('skewed');
  return v4(request, target, region, {
    credential: pairs.get('Credential') ?? '',
    signature: pairs.get('Signature') ?? '',
    additional,
    securityToken: headerValue(headers, 'x-oss-security-token'),
    atMs,
  });
}

function v4InUrl(request: WireRequest, target: OssTarget, region: string): OssClaim | OssError {
  if (parameterOf(target, 'x-oss-signature-version') !== OSS4) return ossError('badAuthorization');
  const expires = parameterOf(target, 'x-oss-expires') ?? '';
  const seconds = /^\d{1,6}$/.test(expires) ? Number(expires) : 0;
  if (seconds < 1 || seconds > EXPIRES_SECONDS_MAX) return ossError('badExpires4');
  const atMs = instantOf(parameterOf(target, 'x-oss-date') ?? '');
  if (atMs === undefined) return ossError('noDate');
  if (request.nowMs < atMs - SKEW_MS_MAX) return ossError('skewed');
  if (request.nowMs > atMs + seconds * 1_000) return ossError('expiredUrl');
  return v4(request, target, region, {
    credential: parameterOf(target, 'x-oss-credential') ?? '',
    signature: parameterOf(target, 'x-oss-signature') ?? '',
    additional: parameterOf(target, 'x-oss-additional-headers'),
    securityToken: parameterOf(target, 'x-oss-security-token'),
    atMs,
  });
}

interface Oss4Parts {
  readonly credential: string;
  readonly signature: string;
  readonly additional: string | undefined;
  readonly securityToken: string | undefined;
  readonly atMs: number;
}

function v4(
  { method, headers }: WireRequest,
  target: OssTarget,
  region: string,
  { credential, signature, additional = '', securityToken, atMs }: Oss4Parts,
): OssClaim | OssError {
  const [accessKeyId = '', date = '', scopeRegion = '', product = '', request, ...more] =
    credential.split('/');
  const timestamp = basicInstant(atMs);
  if (accessKeyId === '' || request !== OSS4_REQUEST || more.length > 0) {
    return ossError('badAuthorization');
  }
  if (date !== timestamp.slice(0, 8)) return ossError('badScopeDate');
  if (scopeRegion !== region) return ossError('badScopeRegion');
  if (product !== 'oss') return ossError('badScopeProduct');
  if (!V4_SIGNATURE.test(signature)) return ossError('badAuthorization');
  const names = additional === '' ? [] : additional.split(';');
  if (names.some((name) => headerValue(headers, name) === undefined)) {
    return ossError('badAuthorization');
  }
  const scope: Oss4Scope = { date, region, product };
  const canonicalRequest = oss4CanonicalRequest({ method, headers, target, additional: names });
  const stringToSign = oss4StringToSign(timestamp, scope, canonicalRequest);
  const sign = (secret: string) => signOss4(secret, scope, stringToSign);
  return { accessKeyId, securityToken, signature, stringToSign, canonicalRequest, sign };
}

function signedAtMs(headers: readonly string[]): number | undefined {
  const own = headerValue(headers, 'x-oss-date');
  if (own !== undefined) return instantOf(own);
  const date = headerValue(headers, 'date') ?? '';
  return GMT.test(date) ? Date.parse(date) : undefined;
}

/** `20221220T084818Z` as milliseconds. */
function instantOf(text: string): number | undefined {
  const atMs = Date.parse(text.replace(ISO_BASIC, '$1-$2-$3T$4:$5:$6Z'));
  return ISO_BASIC.test(text) && !Number.isNaN(atMs) ? atMs : undefined;
}

function basicInstant(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}
