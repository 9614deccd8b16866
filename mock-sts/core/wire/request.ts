/**
 * An HTTP exchange with STS as plain data, and the limits of a request.
 * Source: Alibaba Cloud, "Request structure" of the STS API reference.
 */
import type { CallRecord } from '../../../src/kernel/sts/call-record.ts';
import type { CallChance } from '../decider.ts';
import type { Delivery, Described, Issued, Refusal } from '../decision.ts';
import type { Caller } from '../identity.ts';
import type { RpcParameters } from './parameters.ts';

/** A GET's URL may have 4 KB, a POST's body 10 MB. */
export const GET_URL_BYTES_MAX = 4 * 1_024;
export const POST_BODY_BYTES_MAX = 10 * 1_024 * 1_024;
/** Not documented. Ten megabytes of them would keep everybody waiting while they are sorted. */
export const PARAMETERS_MAX = 5_000;

export interface WireRequest {
  readonly method: string;
  /** Path and query as received, one character a byte. */
  readonly url: string;
  /** Name, value, name, value, … as received (Node's `rawHeaders`). */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  readonly nowMs: number;
  /** It came over TLS. */
  readonly secure: boolean;
  /** The client's address, where the transport tells. */
  readonly sourceIp?: string | undefined;
  /** Of a caller in this process, whose chance is its own; others share the mock's. */
  readonly chance?: CallChance | undefined;
}

export interface WireAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly requestId: string;
  /** For the header `x-acs-retry-after`, milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** How long to wait before its head is sent; Infinity where it never is. */
  readonly latencyMs: number;
  readonly delivery: Delivery;
  /** How far its `Date` is ahead of the clock. */
  readonly clockOffsetMs: number;
  readonly record: CallRecord;
  /** As the request gave it; mask it before it is shown. */
  readonly accessKeyId: string;
  readonly detail: CallDetail;
}

/** Who asked what and what STS decided, for logs: to be read at once, before the next request. */
export interface CallDetail {
  readonly caller: Caller | undefined;
  readonly outcome: Issued | Described | Refusal;
  readonly parameters: Pick<RpcParameters, 'get'> | undefined;
}

/** The headers that say how to read a request. */
export interface LeadingHeaders {
  readonly authorization: string;
  readonly contentType: string;
  readonly accept: string;
}

let lastHeaders: readonly string[] = [];
let lastLeading: LeadingHeaders = { authorization: '', contentType: '', accept: '' };

/** The first value of each, empty if there is none. A server may pass the same list again. */
export function leadingHeaders(headers: readonly string[]): LeadingHeaders {
  if (headers !== lastHeaders) {
    lastHeaders = headers;
    lastLeading = {
      authorization: headerValue(headers, 'authorization') ?? '',
      contentType: headerValue(headers, 'content-type') ?? '',
      accept: headerValue(headers, 'accept') ?? '',
    };
  }
  return lastLeading;
}

/** The first header of that name (lower case). */
export function headerValue(headers: readonly string[], name: string): string | undefined {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const candidate = headers[i]!;
    if (candidate.length === name.length && candidate.toLowerCase() === name) return headers[i + 1];
  }
  return undefined;
}
