/**
 * The outer form of a request, and its parameters.
 * Source: Alibaba Cloud, "Request structure" of the STS API reference.
 */
import { type StsError, stsError } from '../../../src/kernel/sts/error-codes.ts';
import type { WireRules } from '../config.ts';
import { AMPERSAND } from './bytes.ts';
import { decodePairs, type Pair, PlainParameters, type RpcParameters } from './parameters.ts';
import {
  GET_URL_BYTES_MAX,
  PARAMETERS_MAX,
  POST_BODY_BYTES_MAX,
  type WireRequest,
} from './request.ts';
import { ParameterScanner } from './scanner.ts';

const NO_BYTES = new Uint8Array();

export class RequestReader {
  private readonly requireTls: boolean;
  private readonly scanner = new ParameterScanner();

  constructor(rules: WireRules) {
    this.requireTls = rules.requireTls;
  }

  /** The first rule of form that the request breaks. */
  brokenRule(
    { method, url, body, secure }: WireRequest,
    contentType: string,
  ): StsError | undefined {
    if (this.requireTls && !secure) return stsError('InvalidProtocol.NeedSsl');
    if (method !== 'GET' && method !== 'POST') return stsError('UnsupportedHTTPMethod');
    if (method === 'GET' && url.length > GET_URL_BYTES_MAX) return stsError('RequestTooLarge.Url');
    if (body.length > POST_BODY_BYTES_MAX) return stsError('RequestTooLarge.Body');
    if (url !== '/' && !url.startsWith('/?')) return stsError('InvalidApi.NotFound');
    if (body.length > 0 && bodyKind(contentType) === 'other') {
      return stsError('InvalidParameter.ContentType');
    }
    return hasTooMany(url, body) ? stsError('RequestTooLarge.Parameters') : undefined;
  }

  /** Of v1 every one is signed; what V3 has in its body is signed by the body's hash. */
  parameters(request: WireRequest, contentType: string, acs3: boolean): RpcParameters {
    const kind = request.body.length === 0 ? 'other' : bodyKind(contentType);
    const form = kind === 'form' ? request.body : NO_BYTES;
    if (!acs3 && this.scanner.scan(request.method, request.url, form)) return this.scanner;
    const pairs = decodePairs(request.url, form);
    return new PlainParameters(
      acs3 && kind === 'json' ? [...pairs, ...jsonPairs(request.body)] : pairs,
    );
  }
}

/** A shorter request has no room for so many: most are not looked through. */
function hasTooMany(url: string, body: Uint8Array): boolean {
  if (url.length + body.length < 2 * PARAMETERS_MAX) return false;
  let count = url.includes('?') ? url.split('&').length : 0;
  for (const byte of body) if (byte === AMPERSAND) count += 1;
  return count + Math.min(body.length, 1) > PARAMETERS_MAX;
}

function bodyKind(contentType: string): 'form' | 'json' | 'other' {
  if (contentType.startsWith('application/x-www-form-urlencoded')) return 'form';
  return contentType.startsWith('application/json') ? 'json' : 'other';
}

/** Texts, numbers and flags of an object; anything else in a body says nothing to STS. */
function jsonPairs(body: Uint8Array): Pair[] {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return [];
  }
  if (typeof document !== 'object' || document === null) return [];
  return Object.entries(document)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => [name, String(value)]);
}
