import { expect, test } from 'vitest';
import type { CallRecord } from '../../src/kernel/sts/call-record.ts';
import { CallLog } from '../../src/measure/call-log.ts';

const ZERO_AT_MS = 1_795_000_000_000;

function callAt(ms: number, change: Partial<CallRecord> = {}): CallRecord {
  return {
    atMs: ZERO_AT_MS + ms,
    action: 'AssumeRole',
    accountId: '100',
    region: 'cn-hangzhou',
    caller: 'checkout',
    roleArn: 'acs:ram::200:role/checkout',
    outcome: 'throttled',
    code: 'Throttling.User',
    throttledBy: 'account',
    serviceMs: 20,
    ...change,
  };
}

function logOf(calls: readonly CallRecord[], limit?: number): CallLog {
  const log = new CallLog(ZERO_AT_MS, limit);
  for (const call of calls) log.append(call);
  return log;
}

test.each<[field: string, change: Partial<CallRecord>]>([
  ['action', { action: 'GetCallerIdentity' }],
  ['account', { accountId: '101' }],
  ['region', { region: 'cn-shanghai' }],
  ['caller', { caller: 'search' }],
  ['role', { roleArn: 'acs:ram::200:role/search' }],
  ['outcome', { outcome: 'failed' }],
  ['code', { code: 'Throttling' }],
  ['scope that refused', { throttledBy: 'role' }],
])('a run of calls ends where the %s is another, and is taken up again', (_, change) => {
  const { kinds, kindIndex, atMs } = logOf([
    callAt(1),
    callAt(2),
    callAt(3, change),
    callAt(4),
    callAt(5, change),
    callAt(6, change),
  ]).export();
  expect([...kindIndex]).toEqual([0, 0, 1, 0, 1, 1]);
  expect([...atMs]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(kinds).toMatchObject([
    { count: 3, firstAtMs: 1, lastAtMs: 4 },
    { count: 3, firstAtMs: 3, lastAtMs: 6, kind: change },
  ]);
});

test('a call that nobody refused and one that a quota did are two kinds', () => {
  const { throttledBy: _, ...succeeded } = callAt(2, { outcome: 'succeeded', code: 'OK' });
  const { kinds } = logOf([callAt(1), succeeded, succeeded, callAt(4)]).export();
  expect(kinds.map(({ count, kind }) => [kind.outcome, kind.throttledBy, count])).toEqual([
    ['throttled', 'account', 2],
    ['succeeded', undefined, 2],
  ]);
});

test('a log tells at any time how many calls there were, those without a place among them', () => {
  const log = logOf([], 2);
  expect(log.count).toBe(0);
  for (let ms = 1; ms <= 5; ms += 1) {
    log.append(callAt(ms));
    expect(log.count).toBe(ms);
  }
  expect(log.export().atMs).toHaveLength(2);
  expect(log.export().kinds).toMatchObject([{ count: 5, firstAtMs: 1, lastAtMs: 5 }]);
});

test('an export stays as it was when the log goes on', () => {
  const log = logOf([callAt(1)]);
  const first = log.export();
  log.append(callAt(2));
  expect(first).toMatchObject({ kinds: [{ count: 1, lastAtMs: 1 }] });
  expect(first.atMs).toHaveLength(1);
});
