/**
 * STS's answer to AssumeRole, from the wire to an outcome.
 */
import type { CallerProof } from '../kernel/sts/credentials.ts';
import { parseTimestamp } from '../kernel/sts/wire.ts';
import { badResponse, classify } from './classify.ts';
import type { AssumeRoleOutcome } from './sts-transport.ts';

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
  /** `Date` header. */
  readonly date?: string | undefined;
  /** `x-acs-retry-after` header. */
  readonly retryAfter?: string | undefined;
}

export function readAnswer(answer: RawAnswer, source: CallerProof): AssumeRoleOutcome {
  const body = parseObject(answer.body);
  if (answer.status !== 200) {
    const requestId = text(body?.RequestId);
    const failure = classify(
      {
        status: answer.status,
        code: text(body?.Code) ?? '',
        message: text(body?.Message) ?? '',
        isEmpty: answer.body.trim() === '',
        ...(requestId === undefined ? {} : { requestId }),
        ...(answer.retryAfter === undefined ? {} : { retryAfter: answer.retryAfter }),
      },
      source,
    );
    return { kind: 'failed', failure };
  }
  if (body === undefined) return failed('the body is not a JSON object');
  return readCredentials(body.Credentials, serverAtMs(answer.date));
}

/** `Credentials` of the body, with the names of the wire. */
export function readCredentials(
  credentials: unknown,
  serverAtMs: number | undefined,
): AssumeRoleOutcome {
  if (typeof credentials !== 'object' || credentials === null) {
    return failed('the body has no Credentials');
  }
  const fields = credentials as Record<string, unknown>;
  const accessKeyId = text(fields.AccessKeyId);
  const accessKeySecret = text(fields.AccessKeySecret);
  const securityToken = text(fields.SecurityToken);
  const expiresAtMs = parseTimestamp(text(fields.Expiration) ?? '');
  if (!accessKeyId || !accessKeySecret || !securityToken) {
    return failed('Credentials lack a key, a secret or a token');
  }
  if (expiresAtMs === undefined) return failed('Credentials lack a readable Expiration');
  const credential = Object.freeze({ accessKeyId, accessKeySecret, securityToken, expiresAtMs });
  return { kind: 'issued', credential, ...(serverAtMs === undefined ? {} : { serverAtMs }) };
}

/** Epoch milliseconds of a `Date` header. */
export function serverAtMs(date: string | undefined): number | undefined {
  const atMs = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(atMs) ? undefined : atMs;
}

function failed(what: string): AssumeRoleOutcome {
  return { kind: 'failed', failure: badResponse(`STS answered with status 200, but ${what}`, 200) };
}

/** Undefined for a text that is no JSON object. */
export function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
