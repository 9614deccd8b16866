/**
 * How many AssumeRole calls a fleet makes, and when: the rate of a renewal process, and a herd.
 *
 * N clients, a session of T, a refresh L before its end. A client's calls are renewals, so over a
 * long time it makes 1 / E[interval] a second, whatever the intervals' distribution (the elementary
 * renewal theorem), and N clients N times that. A client here has one role; R roles of a process are
 * R apps, and count as R clients.
 *
 * Credentials end on whole seconds, as on the wire: floor(issue) + T. Where that matters to a mean
 * it is in the formula.
 */
import { expect, test, vi } from 'vitest';
import { type Sketch, simulated } from '../run/virtual/simulated.ts';
import { CALL_SECONDS, EVEN_STS, referenceWith } from './fleet.ts';
import { expectNear } from './near.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const HOUR = 3_600;

test('a busy fleet with a fixed lead makes N calls every T - L seconds, to the call', async () => {
  const processes = 200;
  const subject = await simulated({
    ...EVEN_STS,
    duration: '7h',
    hosts: processes,
    start: '{ mode: together, within: 45m }',
    load: `{ rate: ${processes * 50}/s }`,
    client: 'preset:alicloud-java',
    windows: ['{ name: steady, at: 3h, for: 3h }'],
  });
  // T = 3600 s, L = 900 s. At 50 requests a second each, one comes within the second in which the
  // credential turns stale (it fails to in e^-50 of the cases), so every interval is 2700 s exactly.
  const perHour = (processes * HOUR) / (HOUR - 900);
  expect(subject.windows.steady!.totals.assumeRole.calls).toBe(3 * perHour);
});

interface Renewal {
  readonly client: string;
  readonly sessionSeconds: number;
  /** Requests of one process. */
  readonly ratePerSecond: number;
  readonly processes: number;
  /** Of the time between two calls of one client. */
  readonly mean: number;
  readonly variance: number;
}

const spread = (lead: number, jitter: number): string =>
  referenceWith({ leadSeconds: lead, spreadSeconds: jitter });

/** Uniform over so many seconds. */
const uniformVariance = (seconds: number) => seconds ** 2 / 12;

const rare = 0.02;
const renewals: readonly (readonly [string, Renewal])[] = [
  [
    // The next request comes after Exp(rate) seconds. Of the sum only whole seconds count, because
    // the next credential's end is cut to one: E[floor(Exp)] = 1 / (e^rate - 1), a geometric mean.
    'a fixed lead, and few requests: T - L and the time to the next request',
    {
      client: 'preset:alicloud-java',
      sessionSeconds: 1_000,
      ratePerSecond: rare,
      processes: 200,
      mean: 1_000 - 900 + 1 / Math.expm1(rare),
      variance: Math.exp(rare) / Math.expm1(rare) ** 2,
    },
  ],
  [
    // A call crosses into the next second with probability D, and the client, who sees STS's clock
    // in whole seconds, then takes the lifetime for a second shorter.
    'a lead uniform on [L - J, L]: T - L + J/2',
    {
      client: spread(250, 225),
      sessionSeconds: 900,
      ratePerSecond: 1,
      processes: 400,
      mean: 900 - 250 + 225 / 2 - CALL_SECONDS,
      variance: uniformVariance(225),
    },
  ],
  [
    "the default policy's lead for an hour: uniform on [450 s, 900 s]",
    {
      client: 'reference',
      sessionSeconds: HOUR,
      ratePerSecond: 1,
      processes: 400,
      mean: HOUR - 900 + 450 / 2 - CALL_SECONDS,
      variance: uniformVariance(450),
    },
  ],
  [
    // Uniform between 5 and 2 minutes before the end, then the next request; the call's fraction of
    // a second, half a second on average, is cut off the session.
    'the lead that the AWS SDK for Java draws: uniform on [120 s, 300 s]',
    {
      client: 'preset:aws-java-v2',
      sessionSeconds: 900,
      ratePerSecond: 0.2,
      processes: 400,
      mean: 900 - 300 + 180 / 2 + 1 / 0.2 - 0.5,
      variance: uniformVariance(180) + 1 / 0.2 ** 2,
    },
  ],
];

test.each(renewals)('calls come at N / E[interval]: %s', async (_, renewal) => {
  const { client, sessionSeconds, ratePerSecond, processes, mean, variance } = renewal;
  const seconds = 24 * HOUR;
  const subject = await simulated({
    ...EVEN_STS,
    duration: '28h',
    hosts: processes,
    session: `${sessionSeconds}s`,
    // Phases at random from the beginning: no need to wait until the fleet has mixed.
    start: `{ mode: together, within: ${Math.round(mean)}s }`,
    load: `{ rate: ${processes * ratePerSecond}/s }`,
    client,
    windows: ['{ name: steady, at: 4h, for: 24h }'],
  });
  const expected = (processes * seconds) / mean;
  // The variance of a renewal count is seconds * variance / mean^3, and at most 1/4 for where the
  // window begins and ends in an interval. Four standard errors: 0.2 to 0.4 % of the count.
  const counted = Math.sqrt(processes * ((seconds * variance) / mean ** 3 + 0.25));
  expect(4 * counted).toBeLessThan(0.006 * expected);
  const { calls } = subject.windows.steady!.totals.assumeRole;
  expectNear(calls, { expected, within: 4 * counted });
});

/** A fleet that starts within 0.9 s, and a window of one second at each of its refreshes. */
const herd = (client: string, intervalSeconds: number): Sketch => ({
  ...EVEN_STS,
  duration: '24h',
  hosts: 200,
  start: '{ mode: together, within: 900ms }',
  load: '{ rate: 10k/s }',
  client,
  windows: Array.from(
    { length: (24 * HOUR) / intervalSeconds },
    (_, k) => `{ name: w${k}, at: ${k * intervalSeconds}s, for: 1s }`,
  ),
});

test.each([
  ['the reference client without jitter', referenceWith({ leadSeconds: 900, spreadSeconds: 0 })],
  ['a client with a fixed lead', 'preset:alicloud-java'],
])('a herd stays one for ever: %s', async (_, client) => {
  // N calls in one second, and again every T - L = 2700 s: a day later the herd is as dense as at
  // the start, and between those seconds there is not one call.
  const subject = await simulated(herd(client, 2_700));
  const windows = Object.values(subject.windows);
  expect(windows).toHaveLength(32);
  for (const { totals, at } of windows) {
    expect(totals.assumeRole.calls, `at ${at} s`).toBe(200);
  }
  expect(subject.totals.assumeRole.calls).toBe(32 * 200);
  expect(subject.totals.assumeRole.peakPerSecond).toBe(200);
});
