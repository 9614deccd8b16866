import { afterEach, expect, it } from 'vitest';
import { AlicloudStsTransport } from '../../src/client/alicloud-sts-transport.ts';
import { VirtualClock } from '../../src/kernel/virtual-clock.ts';
import { type Canned, cannedSts, issued, refused } from './canned-sts.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 8);
const REQUEST = {
  roleArn: 'acs:ram::1234567890123456:role/app',
  roleSessionName: 'test',
  durationSeconds: 3_600,
};
const SOURCE = { accessKeyId: 'LTAIsource', accessKeySecret: 'source-secret' };

const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function call(answer: Canned, signal = new AbortController().signal) {
  const sts = await cannedSts(() => answer);
  open.push(sts);
  const clock = new VirtualClock(NOW_MS);
  const transport = new AlicloudStsTransport({ endpoint: sts.endpoint, clock });
  return { sts, outcome: await transport.assumeRole(REQUEST, SOURCE, signal) };
}

it('gives the same outcome as our own transport, through the official client', async () => {
  const { sts, outcome } = await call(issued());
  expect(outcome).toEqual({
    kind: 'issued',
    credential: {
      accessKeyId: 'STS.issued',
      accessKeySecret: 'issued-secret',
      securityToken: 'CAISissued+/=',
      expiresAtMs: NOW_MS + 3_600_000,
    },
    serverAtMs: NOW_MS,
  });
  expect(sts.seen[0]!.headers['x-acs-date'], 'stamped by the clock given').toBe(
    '2026-11-22T08:00:00Z',
  );
  expect(sts.seen[0]!.url.searchParams.get('RoleArn')).toBe(REQUEST.roleArn);
});

it.each<[string, Canned, object]>([
  [
    'a throttle with the wait it asks for',
    {
      ...(refused(400, 'Throttling.User') as object as { status: number; body: string }),
      headers: { 'x-acs-retry-after': '700' },
    },
    {
      kind: 'throttled',
      code: 'Throttling.User',
      status: 400,
      requestId: 'R-1',
      retryAfterMs: 700,
    },
  ],
  [
    'no permission',
    refused(403, 'NoPermission', 'no'),
    { kind: 'fatal', code: 'NoPermission', message: 'no' },
  ],
  ['a server error', refused(503, 'ServiceUnavailable'), { kind: 'transient', status: 503 }],
  [
    'an answer that is not JSON',
    { status: 502, body: '<html>' },
    { kind: 'transient', code: 'BadResponse' },
  ],
  ['a broken connection', 'reset', { kind: 'transient', code: 'ConnectionReset' }],
])('tells %s', async (_, answer, expected) => {
  const { outcome } = await call(answer);
  expect(outcome).toMatchObject({ kind: 'failed', failure: expected });
});

it('ends when the signal aborts, though the package cannot', async () => {
  const { outcome } = await call(undefined, AbortSignal.abort());
  expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'Timeout' } });
});
