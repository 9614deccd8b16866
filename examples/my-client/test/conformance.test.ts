/** What our client promises, of what a credential client should do: the names are those of `sts-harness check --list`. */
import { check } from 'sts-harness';
import 'sts-harness/vitest';
import { expect, test } from 'vitest';

const PROMISES = [
  'single-flight-first',
  'single-flight-refresh',
  'cached-requests-do-not-call',
  'refreshes-before-expiry',
  'refresh-does-not-block',
  'fleet-refreshes-are-spread',
  'serves-through-outage',
  'never-serves-expired',
  'recovers-after-outage',
  'shorter-expiration-is-honoured',
  'leap-over-expiry',
  'idle-client-lets-process-end',
];

test('the client keeps its promises', { timeout: 60_000 }, async () => {
  const client = new URL('../harness/subject.ts', import.meta.url);
  expect(await check({ client, only: PROMISES })).toPassAllChecks();
});
