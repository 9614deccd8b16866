/**
 * Waiting in a queue with one server and Poisson arrivals, where a process works on one request at a
 * time, and where a sender paces its calls. Mean waits after Pollaczek (1930) and Khinchin (1932),
 *
 *     Wq = lambda E[S^2] / (2 (1 - rho)),
 *
 * which for a constant service is rho / (2 mu (1 - rho)) (M/D/1), half of what exponential service
 * would give. The wait's distribution for a constant service is Erlang's (1909). Waits of requests
 * that follow each other are alike, so standard errors are taken from independent replications.
 */
import { describe, expect, test } from 'vitest';
import { Pace } from '../../src/client/paced-transport.ts';
import { stream } from '../../src/kernel/rng.ts';
import { type Sketch, simulated, simulateText, sketched } from '../run/virtual/simulated.ts';
import { momentsOf } from './moments.ts';
import { expectNear } from './near.ts';

const replications = 10;
/** Four standard errors that were estimated from ten values: one in three hundred exceeds them. */
const ERRORS = 4;

/** In units of the service: P(wait <= x). */
function erlangWaitCdf(rho: number, x: number): number {
  let sum = 0;
  let factorial = 1;
  for (let k = 0; k <= Math.floor(x); k += 1) {
    if (k > 0) factorial *= k;
    sum += ((-rho * (x - k)) ** k / factorial) * Math.exp(rho * (x - k));
  }
  return (1 - rho) * sum;
}

describe('a process that works on one request at a time', () => {
  /** Permanent keys: nothing but the work makes a request wait. */
  const worker = (seconds: number, ratePerSecond: number, service: string): Sketch => ({
    duration: `${seconds}s`,
    hosts: 1,
    load: `{ rate: ${ratePerSecond}/s }`,
    service,
    concurrency: 1,
    client: 'static-keys',
  });

  const meanRequestMs = async (sketch: Sketch) => {
    const means: number[] = [];
    await simulateText(sketched(sketch), {
      replications,
      onReplication: ({ result }) => means.push(result.latency.request.meanMs),
    });
    return momentsOf(means);
  };

  test.each([
    [0.5, 100],
    [0.8, 250],
    [0.95, 1_000],
  ])(
    'keeps requests waiting as M/D/1 says, at rho = %d',
    async (rho, seconds) => {
      const serviceMs = 1;
      const exactMs = (rho * serviceMs) / (2 * (1 - rho));
      const request = await meanRequestMs(
        worker(seconds, 1_000 * rho, '{ median: 1ms, p99: 1ms }'),
      );
      expectNear(request.mean - serviceMs, {
        expected: exactMs,
        within: ERRORS * request.standardError,
      });
      expect(request.standardError).toBeLessThan(0.01 * exactMs);
    },
    20_000,
  );

  test('keeps them waiting as Pollaczek and Khinchin say where the work is log-normal', async () => {
    // ln S is normal with sigma = ln(p99 / median) / z99: E[S^2] = median^2 exp(2 sigma^2).
    const medianMs = 1;
    const sigma = Math.log(4) / 2.326348;
    const meanMs = medianMs * Math.exp(sigma ** 2 / 2);
    const rho = 0.8;
    const perMs = rho / meanMs;
    const exactMs = (perMs * medianMs ** 2 * Math.exp(2 * sigma ** 2)) / (2 * (1 - rho));
    const request = await meanRequestMs(worker(400, 1_000 * perMs, '{ median: 1ms, p99: 4ms }'));
    expectNear(request.mean - meanMs, {
      expected: exactMs,
      within: ERRORS * request.standardError,
    });
    expect(request.standardError).toBeLessThan(0.01 * exactMs);
  }, 20_000);

  test('has waits with the distribution that Erlang gave', async () => {
    const rho = 0.5;
    const { latency } = await simulated(worker(2_000, 500, '{ median: 1ms, p99: 1ms }'));
    for (const [share, requestMs] of [
      [0.9, latency.request.p90Ms],
      [0.99, latency.request.p99Ms],
      [0.999, latency.request.p999Ms],
    ] as const) {
      // A million requests that share their luck with their neighbours in the queue: three standard
      // errors of 100,000 independent ones.
      const within = 3 * Math.sqrt((share * (1 - share)) / 1e5);
      expectNear(erlangWaitCdf(rho, requestMs - 1), { expected: share, within });
    }
  });
});

test.each([
  [0.5, 250_000],
  [0.8, 500_000],
  [0.95, 3_000_000],
])(
  'a sender that paces its calls delays them as M/D/1 says, at rho = %d',
  (rho, calls) => {
    // A bucket of one call: slots 1 / mu apart, and whoever comes earlier waits.
    const perSecond = 100;
    const exactMs = (1_000 * rho) / (2 * perSecond * (1 - rho));
    const means = Array.from({ length: replications }, (_, replication) => {
      const chance = stream(replication, 'calls of a sender');
      const pace = new Pace(perSecond);
      let nowMs = 0;
      let waitedMs = 0;
      for (let call = 0; call < calls; call += 1) {
        nowMs += (1_000 * chance.exponential()) / (rho * perSecond);
        waitedMs += pace.take(nowMs) - nowMs;
      }
      return waitedMs / calls;
    });
    const waits = momentsOf(means);
    expectNear(waits.mean, { expected: exactMs, within: ERRORS * waits.standardError });
    expect(waits.standardError).toBeLessThan(0.01 * exactMs);
  },
  20_000,
);
