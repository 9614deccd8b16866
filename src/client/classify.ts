/**
 * What kind of failure an answer of STS is, and what may be told about it. Codes come from the STS
 * error tables ("AssumeRole", error codes) and the gateway's common errors; a `302` without a body
 * is named as a sign of throttling in "FAQ about RAM roles and STS tokens".
 */
import type { CallerProof } from '../kernel/sts/credentials.ts';
import { percentEncode } from '../kernel/sts/wire.ts';
import type { FailureKind, StsFailure } from './failure.ts';

/** First match wins; a code matches an entry that it begins with. */
const KIND_BY_CODE: readonly (readonly [code: string, kind: FailureKind])[] = [
  ['Throttling', 'throttled'],
  ['Rejected.Throttling', 'throttled'],
  ['InternalError', 'transient'],
  ['ServiceUnavailable', 'transient'],
  // A new call has a new nonce and a new timestamp; a source token may be renewed by its owner.
  ['SignatureNonceUsed', 'transient'],
  ['InvalidTimeStamp.Expired', 'transient'],
  ['InvalidSecurityToken.Expired', 'transient'],
  ['NoPermission', 'fatal'],
  ['InvalidAccessKeyId', 'fatal'],
  ['Forbidden', 'fatal'],
  // Whoever writes the token renews it.
  ['AuthenticationFail.OIDCToken.Expired', 'transient'],
  ['AuthenticationFail', 'fatal'],
  ['SignatureDoesNotMatch', 'fatal'],
  ['IncompleteSignature', 'fatal'],
  ['InvalidSecurityToken', 'fatal'],
  ['InvalidParameter', 'fatal'],
  ['Missing', 'fatal'],
  ['EntityNotExist', 'fatal'],
];

export interface FailedAnswer {
  readonly status: number;
  /** Empty where the body had none. */
  readonly code: string;
  readonly message: string;
  readonly isEmpty: boolean;
  readonly requestId?: string;
  /** `x-acs-retry-after` as sent. */
  readonly retryAfter?: string;
}

/** `source`: what the call was made with, and must not be quoted. `party`: who answered. */
export function classify(answer: FailedAnswer, source: CallerProof, party = 'STS'): StsFailure {
  const kind = kindOf(answer);
  const retryAfterMs = parseRetryAfterMs(answer.retryAfter);
  const fallback = kind === 'throttled' ? 'Throttling' : 'BadResponse';
  return {
    kind,
    code: answer.code === '' ? fallback : clean(answer.code, source),
    message: clean(answer.message, source) || `${party} answered with status ${answer.status}`,
    status: answer.status,
    ...(answer.requestId === undefined ? {} : { requestId: clean(answer.requestId, source) }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** An unknown code is judged by the status: the same call, refused with 4xx, is refused again. */
function kindOf(answer: FailedAnswer): FailureKind {
  const known = KIND_BY_CODE.find(([code]) => answer.code.startsWith(code));
  if (known !== undefined) return known[1];
  if (answer.status === 429 || (answer.status === 302 && answer.isEmpty)) return 'throttled';
  if (answer.code === '' || answer.status === 408) return 'transient';
  return answer.status >= 400 && answer.status < 500 ? 'fatal' : 'transient';
}

/** Whole milliseconds; 0, negative numbers and garbage say nothing. */
function parseRetryAfterMs(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,12}$/.test(text)) return undefined;
  const waitMs = Number(text);
  return waitMs > 0 ? waitMs : undefined;
}

const MESSAGE_LENGTH_MAX = 300;

/**
 * STS quotes what it was sent (the string to sign of `SignatureDoesNotMatch` holds the token), so
 * its texts are cut where the quotation begins, and freed of the source's secret and token in every
 * encoding that a quotation may have, before they are cut to length.
 */
function clean(text: string, source: CallerProof): string {
  let cleaned = text.replace(/\bserver (string ?to ?sign|CanonicalRequest)\b.*$/is, '');
  for (const secret of secretsOf(source)) {
    if (secret === undefined || secret === '') continue;
    const once = percentEncode(secret);
    const json = JSON.stringify(secret).slice(1, -1);
    for (const form of [percentEncode(once), once, json, secret]) {
      cleaned = cleaned.replaceAll(form, '****');
    }
  }
  return cleaned.trim().slice(0, MESSAGE_LENGTH_MAX);
}

function secretsOf(source: CallerProof): readonly (string | undefined)[] {
  if ('oidcToken' in source) return [source.oidcToken];
  return [source.accessKeySecret, source.securityToken];
}

/** A call that got no answer, by the error's code; an unknown one is worth another try. */
const NETWORK_CODES: Readonly<Record<string, readonly [code: string, what: string]>> = {
  ECONNREFUSED: ['ConnectionRefused', '<party> refused the connection'],
  EHOSTUNREACH: ['HostUnreachable', 'no way leads to <party>'],
  ENETUNREACH: ['HostUnreachable', 'no way leads to <party>'],
  ECONNRESET: ['ConnectionReset', 'the connection to <party> broke'],
  EPIPE: ['ConnectionReset', 'the connection to <party> broke'],
  UND_ERR_SOCKET: ['ConnectionReset', 'the connection to <party> broke'],
  ENOTFOUND: ['HostNotFound', 'the name of the endpoint of <party> could not be resolved'],
  EAI_AGAIN: ['HostNotFound', 'the name of the endpoint of <party> could not be resolved'],
  ETIMEDOUT: ['Timeout', '<party> did not answer in time'],
  UND_ERR_CONNECT_TIMEOUT: ['Timeout', '<party> did not accept the connection in time'],
  UND_ERR_HEADERS_TIMEOUT: ['Timeout', '<party> did not answer in time'],
  UND_ERR_BODY_TIMEOUT: ['Timeout', '<party> did not answer in time'],
};

export const TIMEOUT: StsFailure = timeoutOf('STS');

export function timeoutOf(party: string): StsFailure {
  return { kind: 'transient', code: 'Timeout', message: `${party} did not answer in time` };
}

/** Error texts may quote a request or a certificate: only the error's code goes into the failure. */
export function networkFailure(error: unknown, party = 'STS'): StsFailure {
  const { code, name } = errorCode(error);
  if (name === 'AbortError' || name === 'TimeoutError' || name === 'RequestTimeoutError') {
    return timeoutOf(party);
  }
  const known = NETWORK_CODES[code];
  if (known !== undefined) {
    return { kind: 'transient', code: known[0], message: known[1].replace('<party>', party) };
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS|^ERR_SSL|^EPROTO$/.test(code)) {
    return {
      kind: 'fatal',
      code: 'TlsFailure',
      message: `no TLS connection to ${party} (${code})`,
    };
  }
  return {
    kind: 'transient',
    code: 'NetworkFailure',
    message: `no answer from ${party} (${code})`,
  };
}

function errorCode(error: unknown): { code: string; name: string } {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return {
    code: typeof code === 'string' && /^[\w.-]{1,60}$/.test(code) ? code : 'unknown error',
    name: typeof name === 'string' ? name : '',
  };
}

export function badResponse(what: string, status?: number): StsFailure {
  const at = status === undefined ? {} : { status };
  return { kind: 'transient', code: 'BadResponse', message: what, ...at };
}
