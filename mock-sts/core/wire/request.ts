/**
 * An HTTP exchange with STS as plain data, and the limits of a request.
 * Source: Alibaba Cloud, "Request structure" of the STS API reference.
 */
import type { CallRecord } from '../../../src/kernel/sts/call-record.ts';

/** A GET's URL may have 4 KB, a POST's body 10 MB. */
export const GET_URL_BYTES_MAX = 4 * 1_024;
export const POST_BODY_BYTES_MAX = 10 * 1_024 * 1_024;

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
}

export interface WireAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly requestId: string;
  /** For the header `x-acs-retry-after`, milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** How long to wait before it is sent. */
  readonly latencyMs: number;
  readonly record: CallRecord;
  /** As the request gave it; mask it before it is shown. */
  readonly accessKeyId: string;
}

/** The headers that say how to read a request. */
export interface LeadingHeaders {
  readonly authorization: string;
  readonly contentType: string;
  readonly accept: string;
}

/** The first value of each, empty if there is none; found in one walk. */
export function leadingHeaders(headers: readonly string[]): LeadingHeaders {
  let authorization = '';
  let contentType = '';
  let accept = '';
  for (let i = headers.length - 2; i >= 0; i -= 2) {
    const name = headers[i]!;
    if (name.length === 13 && name.toLowerCase() === 'authorization')
      authorization = headers[i + 1]!;
    else if (name.length === 12 && name.toLowerCase() === 'content-type')
      contentType = headers[i + 1]!;
    else if (name.length === 6 && name.toLowerCase() === 'accept') accept = headers[i + 1]!;
  }
  return { authorization, contentType, accept };
}

/** The first header of that name (lower case). */
export function headerValue(headers: readonly string[], name: string): string | undefined {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const candidate = headers[i]!;
    if (candidate.length === name.length && candidate.toLowerCase() === name) return headers[i + 1];
  }
  return undefined;
}
