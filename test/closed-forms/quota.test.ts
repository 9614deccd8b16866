/**
 * What a quota of Q calls a second does to a burst, in each of the three ways to count.
 */
import { describe, expect, test, vi } from 'vitest';
import type { SubjectResult } from '../../src/measure/result.ts';
import { type Sketch, simulated } from '../run/virtual/simulated.ts';
import { EVEN_STS, referenceWith } from './fleet.ts';
import { expectNear } from './near.ts';
import { poissonExcess } from './poisson.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

describe('throttled by a fixed window', () => {
  test('a herd of N loses N - Q calls in its first second', async () => {
    // Calls take a second, so that no retry falls into it.
    const { windows } = await simulated({
      duration: '1m',
      hosts: 1,
      processesPerHost: 250,
      start: '{ mode: together, within: 0s }',
      load: '{ rate: 1/s }',
      latency: '{ median: 1s, p99: 1s }',
      quota: '{ perAccount: 100/s }',
      windows: ['{ name: first, at: 0s, for: 1s }'],
    });
    expect(windows.first!.totals.assumeRole).toMatchObject({
      calls: 250,
      succeeded: 100,
      throttled: 150,
    });
  });

  test('Poisson calls lose the sum over seconds of E[(X - Q)+]', async () => {
    const seconds = 600;
    const rates = [90, 100, 120];
    const steps = rates.map((rate, i) => `{ at: ${i * seconds}s, rate: ${rate}/s }`);
    const { windows } = await simulated({
      latency: EVEN_STS.latency,
      duration: `${rates.length * seconds}s`,
      hosts: 1,
      load: `{ steps: [${steps.join(', ')}] }`,
      client: 'uncached',
      quota: '{ perAccount: 100/s }',
      windows: rates.map(
        (rate, i) => `{ name: at-${rate}, at: ${i * seconds}s, for: ${seconds}s }`,
      ),
    });
    for (const rate of rates) {
      const excess = poissonExcess(rate, 100);
      const { throttled } = windows[`at-${rate}`]!.totals.assumeRole;
      // Seconds are independent: three standard errors of their sum.
      expectNear(
        throttled,
        { expected: seconds * excess.mean, within: 3 * Math.sqrt(seconds * excess.variance) },
        `at ${rate} calls a second`,
      );
    }
  });
});

describe('a herd that starts cold', () => {
  const quota = 100;
  /** Retries are drawn uniformly up to here after each throttled call. */
  const ceilingSeconds = 2;
  const persistent = referenceWith({
    leadSeconds: 900,
    spreadSeconds: 450,
    throttledBaseMs: 1_000 * ceilingSeconds,
    urgentCapMs: 1_000 * ceilingSeconds,
    triesMax: 1_000,
    patienceMs: 600_000,
  });
  const drained = async (processes: number, limiter: string, faults: readonly string[] = []) => {
    const subject = await simulated({
      latency: EVEN_STS.latency,
      duration: '3m',
      hosts: 1,
      processesPerHost: processes,
      start: '{ mode: together, within: 0s }',
      load: '{ rate: 0 }',
      client: persistent,
      quota: `{ perAccount: 100/s, limiter: ${limiter} }`,
      faults,
    });
    expect(subject.totals.assumeRole.succeeded).toBe(processes);
    return lastSuccess(subject);
  };

  /** Known to the second. */
  const expectBetween = (last: Second, { low, high }: { low: number; high: number }) => {
    expect(last.before).toBeGreaterThanOrEqual(low);
    expect(last.from).toBeLessThanOrEqual(high);
  };

  // N - B calls have to wait for Q a second: the fluid limit of a queue, and a bound that no policy
  // can beat. Drawing again within c after each refusal, M clients make 2 M / c calls a second. They
  // use the quota up until M = Q c / 2 are left, and these are through c later at the latest.
  const afterFluid = (fluidSeconds: number) => ({
    low: fluidSeconds,
    high: fluidSeconds + ceilingSeconds / 2,
  });

  test.each([
    [3_000, 500],
    [3_000, 100],
  ])(
    'is through a token bucket (N - B) / Q after the start: N = %i, B = %i',
    async (processes, burst) => {
      const last = await drained(processes, `{ token-bucket: { burst: ${burst} } }`);
      expectBetween(last, afterFluid((processes - burst) / quota));
    },
  );

  test('wastes a bucket that holds one call while that waits for the next caller', async () => {
    // Each call takes 1 / Q of refill and then c / (2 M) until one of M clients comes: in all
    // N / Q + (c / 2) (1 + 1/2 + ... + 1/N), at most, since the first calls all come at once.
    const processes = 1_000;
    const harmonic = Array.from({ length: processes }, (_, i) => 1 / (i + 1));
    const waited = (ceilingSeconds / 2) * harmonic.reduce((sum, part) => sum + part, 0);
    const last = await drained(processes, '{ token-bucket: { burst: 1 } }');
    expectBetween(last, { low: (processes - 1) / quota, high: processes / quota + waited });
    expect(last.from).toBeGreaterThan(processes / quota + 0.7 * waited);
  });

  test.each([1_000, 3_000])(
    'is through a fixed window N / Q after the start: N = %i',
    async (processes) => {
      expectBetween(await drained(processes, 'fixed-window'), afterFluid(processes / quota));
    },
  );

  test('is through as soon after an outage that it kept retrying against', async () => {
    // Retries do not keep the overload alive once its cause is gone ("Metastable Failures in
    // Distributed Systems", Bronson and others, HotOS 2021): they are no denser than at a start.
    const outage = 60;
    const last = await drained(1_000, 'fixed-window', [
      `{ kind: outage, at: 0s, for: ${outage}s }`,
    ]);
    expectBetween(last, afterFluid(outage + 1_000 / quota));
  });
});

interface Second {
  readonly from: number;
  readonly before: number;
}

/** The second in which the last call succeeded. */
function lastSuccess({ timeline }: SubjectResult): Second {
  const last = timeline.findLast(({ assumeRole, throttled }) => assumeRole > throttled)!;
  return { from: last.at, before: last.at + last.seconds };
}

describe('the most calls that succeed in any second', () => {
  const quota = 50;

  test('is twice the quota with a fixed window, across its edge', async () => {
    const subject = await simulated({
      latency: EVEN_STS.latency,
      duration: '1m',
      hosts: 2 * quota,
      start: `{ mode: bursts, bursts: [{ at: 900ms, hosts: ${quota}, within: 99ms }, { at: 1s, hosts: ${quota}, within: 99ms }] }`,
      load: '{ rate: 1/s }',
      quota: `{ perAccount: ${quota}/s }`,
    });
    expect(subject.quotas[0]).toMatchObject({
      throttled: 0,
      succeededPeakPerSecond: quota,
      succeededSlidingPeakPerSecond: 2 * quota,
    });
  });

  const saturated = (limiter: string): Sketch => ({
    latency: EVEN_STS.latency,
    duration: '1m',
    hosts: 1,
    load: `{ arrivals: even, rate: ${20 * quota}/s }`,
    client: 'uncached',
    quota: `{ perAccount: ${quota}/s, limiter: ${limiter} }`,
  });

  test('is the quota with a sliding log, however many come', async () => {
    const { quotas } = await simulated(saturated('sliding-window'));
    expect(quotas[0]!.succeededSlidingPeakPerSecond).toBe(quota);
  });

  test.each([1, 50, 200])(
    'is quota + burst with a token bucket, less the one at the end of a half-open second: burst %i',
    async (burst) => {
      // The bucket is full when the first call comes, and what refills in a second is the quota; its
      // last call would pass at the very end of the second, which belongs to the next one.
      const { quotas } = await simulated(saturated(`{ token-bucket: { burst: ${burst} } }`));
      expect(quotas[0]!.succeededSlidingPeakPerSecond).toBe(quota + burst - 1);
      expect(quotas[0]!.succeededBurst).toBeCloseTo(burst, 9);
    },
  );
});
