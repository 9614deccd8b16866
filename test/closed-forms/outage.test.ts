/**
 * How long STS may be gone. A client that refreshes L before the end, lets go of a credential s
 * before it, and needs D for a call, gets through an outage from its refresh on if and only if that
 * lasts no longer than L - s - D, and the last retry comes in time: so retries here are 50 ms apart
 * on average.
 */
import { describe, expect, test, vi } from 'vitest';
import type { GroupResult } from '../../src/measure/result.ts';
import { type Sketch, simulated } from '../run/virtual/simulated.ts';
import { CALL_SECONDS, EVEN_STS, referenceWith } from './fleet.ts';
import { expectNear } from './near.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const processes = 20;
/** Of one process. */
const ratePerSecond = 100;
const sessionSeconds = 1_000;

/** All start at zero; the outage begins a second before the refresh that is due then. */
const gone = (
  client: string,
  { refreshSeconds, seconds }: { readonly refreshSeconds: number; readonly seconds: number },
): Sketch => ({
  ...EVEN_STS,
  duration: '90m',
  hosts: 1,
  processesPerHost: processes,
  session: `${sessionSeconds}s`,
  start: '{ mode: together, within: 0s }',
  load: `{ rate: ${processes * ratePerSecond}/s }`,
  client,
  faults: [`{ kind: outage, at: ${refreshSeconds - 1}s, for: ${seconds + 1}s }`],
  windows: ['{ name: later, at: 50s, for: 80m }'],
});

const later = async (sketch: Sketch): Promise<GroupResult['totals']> =>
  (await simulated(sketch)).windows.later!.totals;

describe('the reference client, 200 s ahead and with a margin of 5 s', () => {
  const lead = 200;
  const margin = 5;
  const client = referenceWith({
    leadSeconds: lead,
    spreadSeconds: 0,
    expiryMarginMs: 1_000 * margin,
    backoffBaseMs: 100,
    backoffCapMs: 100,
    urgentCapMs: 100,
  });
  const totalsAfter = (seconds: number) =>
    later(gone(client, { refreshSeconds: sessionSeconds - lead, seconds }));

  test('gets through 194.8 s, and nobody notices', async () => {
    // A call that just failed comes back, waits 100 ms at most, and succeeds: 140 ms in all.
    const { requests, stalls, credentials } = await totalsAfter(lead - margin - 0.2);
    expect(requests.failed).toBe(0);
    expect(stalls.requests).toBe(0);
    expect(credentials.minRemainingSeconds).toBeGreaterThanOrEqual(margin);
  });

  test('does not get through 195.2 s', async () => {
    const { requests, credentials } = await totalsAfter(lead - margin + 0.2);
    expect(requests.failed).toBeGreaterThan(0);
    expect(credentials.servedExpired).toBe(0);
  });

  test('fails every request of the time that is missing, and serves nothing expired', async () => {
    const missing = 30;
    const { requests, credentials } = await totalsAfter(lead - margin + missing);
    const expected = processes * ratePerSecond * missing;
    // Three standard errors, and 140 ms until the last client has a credential again.
    const within = 3 * Math.sqrt(expected) + 0.14 * processes * ratePerSecond;
    expectNear(requests.failed, { expected, within });
    expect(credentials.servedExpired).toBe(0);
    expect(credentials.minRemainingSeconds).toBeGreaterThanOrEqual(margin);
  });
});

test('the default policy gets through all but the last 15 s of its lead, and a few calls', async () => {
  // Near the end its retries are drawn up to 10 s ahead, and its margin is 5 s. Refreshes of an
  // hour's credentials fall due from 2700 s on, none before the outage. It ends at 3584 s: a call
  // that has just failed is tried again by 3594 s, and answered before 3595 s.
  const outage = { refreshSeconds: 2_700, seconds: 900 - 5 - 10 - 1 };
  const { requests, stalls } = await later({
    ...gone('reference', outage),
    session: '1h',
  });
  expect(requests.failed).toBe(0);
  expect(stalls.requests).toBe(0);
});

describe('clients with a lead of 900 s', () => {
  const refreshSeconds = sessionSeconds - 900;
  const totalsAfter = (preset: string, seconds: number) =>
    later(gone(`preset:${preset}`, { refreshSeconds, seconds }));

  test('that serve through failures fail no request, and serve expired ones beyond the lead', async () => {
    const { requests, credentials } = await totalsAfter('alicloud-node', 930);
    expect(requests.failed).toBe(0);
    // From the end on, each request; how much longer than 30 s is a matter of its backoff.
    const expected = processes * ratePerSecond * 30;
    expect(credentials.servedExpired).toBeGreaterThan(expected - 3 * Math.sqrt(expected));
  });

  test('and none expired where STS is back long before the end', async () => {
    const { requests, credentials } = await totalsAfter('alicloud-node', 60);
    expect(requests.failed).toBe(0);
    expect(credentials.servedExpired).toBe(0);
  });

  test('that throw at a failed refresh get through no outage, whatever is left', async () => {
    // The formula is about clients that go on with what they have. This one fails requests in an
    // outage of a second with 15 minutes left: one at a time, since the lock lets one try at a time,
    // and a try takes D. From the first request on, Exp(lambda) after the outage's beginning, that
    // is 1/D tries, less the whole multiples of D in that wait: 1 / (e^(lambda D) - 1) on average.
    const { requests, credentials } = await totalsAfter('alicloud-java', 1);
    const growth = ratePerSecond * CALL_SECONDS;
    const variance = Math.exp(growth) / Math.expm1(growth) ** 2;
    expectNear(requests.failed, {
      expected: processes * (1 / CALL_SECONDS - 1 / Math.expm1(growth)),
      within: 3 * Math.sqrt(processes * variance),
    });
    expect(credentials.minRemainingSeconds).toBeGreaterThan(895);
  });
});
