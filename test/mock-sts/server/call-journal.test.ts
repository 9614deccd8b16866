import { expect, it } from 'vitest';
import { NORMAL } from '../../../mock-sts/core/decision.ts';
import type { WireAnswer } from '../../../mock-sts/core/wire/request.ts';
import { CallJournal, JOURNAL_ENTRIES_MAX } from '../../../mock-sts/server/call-journal.ts';

const call = (atMs: number, code = 'OK'): WireAnswer => ({
  status: 200,
  contentType: '',
  body: 'a body with a secret',
  requestId: `request-${atMs}`,
  retryAfterMs: undefined,
  latencyMs: 0,
  delivery: NORMAL,
  clockOffsetMs: 0,
  detail: {
    caller: undefined,
    outcome: { kind: 'refused', error: { code, status: 400, message: '' } },
    parameters: undefined,
  },
  accessKeyId: 'LTAI5tSomebodysKey',
  record: {
    atMs,
    action: 'AssumeRole',
    accountId: '',
    region: '',
    caller: '',
    roleArn: '',
    outcome: code === 'OK' ? 'succeeded' : 'failed',
    code,
    serviceMs: 0,
  },
});

it('keeps the last calls, oldest first, and counts all of them', () => {
  const journal = new CallJournal();
  const count = JOURNAL_ENTRIES_MAX + 500;
  for (let i = 0; i < count; i += 1) journal.append(call(i));
  const instants = journal.entries().map(({ atMs }) => atMs);
  expect(instants).toEqual(Array.from({ length: JOURNAL_ENTRIES_MAX }, (_, i) => i + 500));
  expect(journal.entries(3).map(({ atMs }) => atMs)).toEqual([count - 3, count - 2, count - 1]);
  expect(journal.entries(0)).toEqual([]);
  expect(journal.counters().calls).toBe(count);
});
