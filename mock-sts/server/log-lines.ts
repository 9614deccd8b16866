/**
 * What happens in the mock, line by line, for `--log json`: each call, and what somebody changed
 * through the admin API. No secret and no token; key ids masked.
 */
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
