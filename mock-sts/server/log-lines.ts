/**
 * What happens in the mock, line by line, for `--log json`: each call, and what somebody changed
 * through the admin API. No secret and no token; key ids masked.
 */
import type { Writable } from 'node:stream';
import { maskKeyId } from '../../src/kernel/sts/credentials.ts';
import type { WireAnswer } from '../core/wire/request.ts';
import { withoutQuotation } from './action-trail.ts';

export function callLine({ record, requestId, accessKeyId, status, detail }: WireAnswer): string {
  const { outcome } = detail;
  return lineOf(record.atMs, record.outcome === 'succeeded' ? 'info' : 'warn', 'call', {
    action: record.action,
    outcome: record.outcome,
    code: record.code,
    status,
    account: record.accountId,
    caller: record.caller,
    role: record.roleArn,
    accessKeyId: accessKeyId === '' ? '' : maskKeyId(accessKeyId),
    requestId,
    latencyMs: Math.round(record.serviceMs * 1_000) / 1_000,
    ...(outcome.kind === 'refused' ? { error: withoutQuotation(outcome.error.message) } : {}),
  });
}

export function lineOf(
  atMs: number,
  level: 'info' | 'warn',
  event: string,
  fields: Readonly<Record<string, unknown>>,
): string {
  return `${JSON.stringify({ at: new Date(atMs).toISOString(), level, event, ...fields })}\n`;
}

/** Lines that a stream has not taken yet; a reader that is too slow loses some rather than the mock its memory. */
const WAITING_BYTES_MAX = 1_048_576;

/** Writes lines to a stream, drops those that it is too slow for, and says how many before the next. */
export function lineLog(
  stream: Pick<Writable, 'write' | 'writableLength'>,
): (line: string) => void {
  let dropped = 0;
  return (line) => {
    if (stream.writableLength > WAITING_BYTES_MAX) {
      dropped += 1;
      return;
    }
    if (dropped > 0) stream.write(`${JSON.stringify({ event: 'lines-dropped', dropped })}\n`);
    dropped = 0;
    stream.write(line);
  };
}
