/** Requests to OSS as its SDKs sign them: version 1 or 4, in the header or in the URL. */
import { ossStringToSign, signOss } from '../../mock-sts/core/data-plane/oss-signature.ts';
import {
  oss4CanonicalRequest,
  oss4StringToSign,
  signOss4,
} from '../../mock-sts/core/data-plane/oss-signature-v4.ts';
import { type OssTarget, targetOf } from '../../mock-sts/core/data-plane/oss-target.ts';
import type { WireRequest } from '../../mock-sts/core/wire/request.ts';
import type { Credentials } from '../../src/kernel/sts/credentials.ts';
import { KEY, NOW_MS } from './landing.ts';

export const OSS_FORMS = ['v1', 'v1 url', 'v4', 'v4 url'] as const;
export type OssForm = (typeof OSS_FORMS)[number];

export interface OssAsk {
  readonly form?: OssForm;
  readonly method?: string;
  /** With its query. */
  readonly path?: string;
  readonly key?: Credentials;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Instead of the right one; an empty text for none. */
  readonly authorization?: string;
  /** Of the server. */
  readonly nowMs?: number;
  /** Of the client. */
  readonly signedAtMs?: number;
  /** Of a signed URL. */
  readonly expiresSeconds?: number;
  /** Of version 4. */
  readonly additional?: readonly string[];
  /** Of version 4, behind the key's id. */
  readonly scope?: string;
}

export function ossRequest(asked: OssAsk): WireRequest {
  const { form = 'v1', method = 'GET', key = KEY, nowMs = NOW_MS } = asked;
  const signedAtMs = asked.signedAtMs ?? nowMs;
  const inUrl = form.endsWith('url');
  const base: WireRequest = {
    ...{ method, url: asked.path ?? '/', nowMs, secure: false },
    body: Buffer.from(asked.body ?? ''),
    headers: headersOf(asked, inUrl, signedAtMs),
  };
  if (form === 'v4' || form === 'v4 url') return v4(base, asked, key, inUrl, signedAtMs);
  if (inUrl) return v1Url(base, asked, key, signedAtMs);
  const signature = signOss(
    key.accessKeySecret,
    ossStringToSign(method, base.headers, targetOr(base)),
  );
  return withAuthorization(base, asked.authorization ?? `OSS ${key.accessKeyId}:${signature}`);
}

function headersOf({ form, key, headers }: OssAsk, inUrl: boolean, signedAtMs: number): string[] {
  const token = key?.securityToken;
  const named: Record<string, string> = {
    Host: '127.0.0.1:8081',
    Date: new Date(signedAtMs).toUTCString(),
    ...(token === undefined || inUrl ? {} : { 'x-oss-security-token': token }),
    ...(form === 'v4' ? { 'x-oss-content-sha256': 'UNSIGNED-PAYLOAD' } : {}),
    ...headers,
  };
  return Object.entries(named)
    .filter(([, value]) => value !== '')
    .flat();
}

function v1Url(
  base: WireRequest,
  { expiresSeconds = 60 }: OssAsk,
  { accessKeyId, accessKeySecret, securityToken }: Credentials,
  signedAtMs: number,
): WireRequest {
  const expires = String(Math.floor(signedAtMs / 1_000) + expiresSeconds);
  const parameters = {
    ...{ OSSAccessKeyId: accessKeyId, Expires: expires },
    ...(securityToken === undefined ? {} : { 'security-token': securityToken }),
  };
  const unsigned = { ...base, url: withQuery(base.url, parameters) };
  const text = ossStringToSign(base.method, base.headers, targetOr(unsigned), expires);
  const signature = signOss(accessKeySecret, text);
  return { ...unsigned, url: withQuery(unsigned.url, { Signature: signature }) };
}

function v4(
  base: WireRequest,
  asked: OssAsk,
  { accessKeyId, accessKeySecret, securityToken }: Credentials,
  inUrl: boolean,
  signedAtMs: number,
): WireRequest {
  const { additional = [], expiresSeconds = 60 } = asked;
  const timestamp = `${new Date(signedAtMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const scope = asked.scope ?? `${timestamp.slice(0, 8)}/cn-hangzhou/oss/aliyun_v4_request`;
  const [date = '', region = '', product = ''] = scope.split('/');
  const parameters = {
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': `${accessKeyId}/${scope}`,
    'x-oss-date': timestamp,
    'x-oss-expires': String(expiresSeconds),
    ...(additional.length === 0 ? {} : { 'x-oss-additional-headers': additional.join(';') }),
    ...(securityToken === undefined ? {} : { 'x-oss-security-token': securityToken }),
  };
  const unsigned = inUrl ? { ...base, url: withQuery(base.url, parameters) } : base;
  const { method, headers } = unsigned;
  const canonical = oss4CanonicalRequest({
    ...{ method, headers, additional },
    target: targetOr(unsigned),
  });
  const text = oss4StringToSign(timestamp, { date, region, product }, canonical);
  const signature = signOss4(accessKeySecret, { date, region, product }, text);
  if (inUrl) return { ...unsigned, url: withQuery(unsigned.url, { 'x-oss-signature': signature }) };
  const names = additional.length === 0 ? '' : `AdditionalHeaders=${additional.join(';')},`;
  const right = `OSS4-HMAC-SHA256 Credential=${accessKeyId}/${scope},${names}Signature=${signature}`;
  return withAuthorization(unsigned, asked.authorization ?? right);
}

function targetOr(request: WireRequest): OssTarget {
  return targetOf(request) ?? { bucket: '', key: '', query: [] };
}

function withAuthorization(request: WireRequest, authorization: string): WireRequest {
  if (authorization === '') return request;
  return { ...request, headers: [...request.headers, 'Authorization', authorization] };
}

function withQuery(url: string, parameters: Readonly<Record<string, string>>): string {
  const query = Object.entries(parameters)
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .join('&');
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}
