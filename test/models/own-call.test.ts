import { describe, expect, it } from 'vitest';
import { failureOf } from '../client/core-driver.ts';
import { driverOf, type ModelDriver } from './model-driver.ts';

const HOUR_MS = 3_600_000;

/** Until STS has failed so often; gives the whole seconds that the model waits after the last. */
function waitAfterFailures(driver: ModelDriver, count: number): number {
  for (let failures = 1; ; failures += 1) {
    driver.ask();
    driver.settle();
    const waitMs = driver.cache.quietUntilMs - driver.nowMs;
    if (failures === count) return waitMs / 1_000;
    driver.advanceTo(driver.cache.quietUntilMs);
  }
}

describe('alicloud-node', () => {
  it.each([1, 10, 100, 500])(
    'makes a call for each of %i callers at once, cold or stale',
    (count) => {
      const driver = driverOf('alicloud-node');
      driver.ask(count);
      driver.settle();
      expect(driver.calls).toHaveLength(count);
      driver.advanceTo(driver.cache.quietUntilMs);
      driver.ask(count);
      driver.settle();
      expect(driver.calls).toHaveLength(2 * count);
      expect(driver.answered.every(({ waitedMs }) => waitedMs === 50)).toBe(true);
      const keys = new Set(driver.answered.map(({ credential }) => credential!.accessKeyId));
      expect(keys.size, 'each has the credential of its own call').toBe(2 * count);
      driver.ask(count);
      expect(driver.calls).toHaveLength(2 * count);
    },
  );

  it.each([
    [200, 11],
    [1_000, 51],
    [2_000, 101],
  ])('at %i requests a second makes 1 + rate x latency = %i calls', (perSecond, count) => {
    const driver = driverOf('alicloud-node');
    driver.warmTo(900_001);
    driver.askEvery(1_000 / perSecond, driver.nowMs + 200);
    driver.settle();
    // A request that comes together with the first answer is served by it.
    expect(driver.calls.length).toBeGreaterThanOrEqual(count - 1);
    expect(driver.calls.length).toBeLessThanOrEqual(count);
  });

  it('refreshes from 900 s before expiry, not before', () => {
    const driver = driverOf('alicloud-node');
    const { expiresAtMs } = driver.warmTo(900_000);
    expect(driver.cache.quietUntilMs).toBe(expiresAtMs - 900_000);
    driver.nowMs -= 1;
    driver.ask();
    expect(driver.calls).toHaveLength(0);
    driver.nowMs += 1;
    driver.ask();
    expect(driver.calls).toHaveLength(1);
  });

  it('with 900 s makes a call for every request', () => {
    const driver = driverOf('alicloud-node', { durationSeconds: 900 });
    for (let request = 1; request <= 40; request += 1) {
      driver.ask();
      driver.settle();
      expect(driver.calls).toHaveLength(request);
    }
  });

  it.each([
    [960, 60],
    [1_200, 12],
    [3_600, 1.33],
  ])('with %i s makes about 3600 / (D - 900) = %f calls an hour', (durationSeconds, perHour) => {
    const driver = driverOf('alicloud-node', { durationSeconds });
    driver.askEvery(5_000, driver.nowMs + 6 * HOUR_MS);
    expect(driver.calls.length / 6).toBeGreaterThan(perHour * 0.9);
    expect(driver.calls.length / 6).toBeLessThan(perHour * 1.15);
  });

  it('swallows failures once it has a credential, and throws them before', () => {
    const driver = driverOf('alicloud-node');
    driver.sts = failureOf('throttled');
    driver.ask(3);
    driver.settle();
    expect(driver.failed).toHaveLength(3);
    expect(driver.calls).toHaveLength(3);
    driver.sts = 'issued';
    const old = driver.warmTo(900_000);
    driver.sts = failureOf('throttled');
    driver.ask(500);
    driver.settle();
    expect(driver.calls).toHaveLength(500);
    expect(driver.answered.every(({ credential }) => credential === old)).toBe(true);
    driver.ask(500);
    expect(driver.calls, 'until the next try none calls').toHaveLength(500);
  });

  it('counts one failure of a burst, and tries again after 1 to 9 whole seconds', () => {
    const waits = new Set<number>();
    for (let seed = 1; seed <= 200; seed += 1) {
      const driver = driverOf('alicloud-node', { seed });
      driver.warmTo(900_000);
      driver.sts = failureOf('throttled');
      driver.ask(5);
      driver.settle();
      waits.add((driver.cache.quietUntilMs - driver.nowMs) / 1_000);
    }
    expect([...waits].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it.each([
    [4, 9],
    [5, 15],
    [8, 127],
    [12, 2_047],
  ])('after failure %i in a row waits uniformly from 1 to %i s, without a cap', (count, most) => {
    const waits = Array.from({ length: 100 }, (_, seed) => {
      const driver = driverOf('alicloud-node', { seed });
      driver.warmTo(900_000);
      driver.sts = failureOf('transient');
      return waitAfterFailures(driver, count);
    });
    expect(waits.every((wait) => Number.isInteger(wait) && wait >= 1 && wait <= most)).toBe(true);
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    expect(mean).toBeGreaterThan(0.35 * most);
    expect(mean).toBeLessThan(0.65 * most);
  });

  it('goes on serving an expired credential long after STS has recovered', () => {
    const driver = driverOf('alicloud-node', { seed: 3 });
    const old = driver.warmTo(900_000);
    driver.sts = failureOf('transient');
    while (driver.cache.quietUntilMs - driver.nowMs < 600_000) {
      driver.advanceTo(driver.cache.quietUntilMs);
      driver.ask();
      driver.settle();
    }
    driver.sts = 'issued';
    driver.advanceTo(driver.cache.quietUntilMs - 1);
    driver.ask();
    expect(driver.answered.at(-1)).toMatchObject({ credential: old, waitedMs: 0 });
    expect(driver.nowMs).toBeGreaterThan(old.expiresAtMs);
    driver.advanceBy(1);
    driver.ask();
    driver.settle();
    expect(driver.answered.at(-1)!.credential!.expiresAtMs).toBeGreaterThan(driver.nowMs);
  });

  it('counts failures anew after a success', () => {
    const driver = driverOf('alicloud-node');
    driver.warmTo(900_000);
    driver.sts = failureOf('transient');
    waitAfterFailures(driver, 10);
    driver.sts = 'issued';
    driver.advanceTo(driver.cache.quietUntilMs);
    driver.ask();
    driver.settle();
    driver.sts = failureOf('transient');
    driver.advanceTo(driver.cache.quietUntilMs);
    expect(waitAfterFailures(driver, 1)).toBeLessThan(10);
  });

  it('serves a credential that was expired on arrival for 50 to 70 s', () => {
    const driver = driverOf('alicloud-node');
    driver.lifetimeMs = -1_000;
    driver.ask();
    driver.settle();
    expect(driver.answered[0]!.credential!.expiresAtMs).toBeLessThan(driver.nowMs);
    const forSeconds = (driver.cache.quietUntilMs - driver.nowMs) / 1_000;
    expect(forSeconds).toBeGreaterThanOrEqual(50);
    expect(forSeconds).toBeLessThanOrEqual(70);
    expect(Number.isInteger(forSeconds)).toBe(true);
  });

  it('ends a call that hangs after 5 s', () => {
    const driver = driverOf('alicloud-node', { latencyMs: 30_000 });
    driver.ask();
    driver.settle();
    expect(driver.failed[0]).toMatchObject({ waitedMs: 5_000, failure: { code: 'Timeout' } });
  });
});

describe.each(['alicloud-go', 'alicloud-go-sdk', 'alicloud-terraform'])('%s', (name) => {
  it('refreshes from the second in which 180 s are left', () => {
    const driver = driverOf(name);
    driver.warmTo(180_000);
    driver.nowMs -= 1;
    driver.ask();
    expect(driver.calls).toHaveLength(0);
    driver.nowMs += 1;
    driver.ask(7);
    expect(driver.calls, 'one for each').toHaveLength(7);
  });

  it('throws a failure although 180 s are left, and the next request tries again', () => {
    const driver = driverOf(name);
    driver.warmTo(180_000);
    driver.sts = failureOf('throttled');
    driver.ask(2);
    driver.settle();
    driver.ask();
    driver.settle();
    expect(driver.failed).toHaveLength(3);
    expect(driver.calls).toHaveLength(3);
  });

  it('with 900 s calls once in 720 s', () => {
    const driver = driverOf(name, { durationSeconds: 900 });
    driver.askEvery(5_000, driver.nowMs + 10 * 720_000 - 1);
    expect(driver.calls).toHaveLength(10);
  });
});

describe('alicloud-java-core', () => {
  it.each([
    [3_600, 180],
    [900, 45],
  ])('with %i s refreshes %i s before its end as counted from receipt', (durationSeconds, lead) => {
    const driver = driverOf('alicloud-java-core', { durationSeconds, latencyMs: 2_000 });
    driver.ask();
    driver.settle();
    expect(driver.cache.quietUntilMs - driver.nowMs).toBe((durationSeconds - lead) * 1_000);
    driver.advanceTo(driver.cache.quietUntilMs);
    driver.ask(4);
    expect(driver.calls).toHaveLength(5);
  });

  it('does not look at Expiration: a wrong clock of STS changes nothing', () => {
    const driver = driverOf('alicloud-java-core');
    driver.lifetimeMs = 60_000;
    driver.ask();
    driver.settle();
    expect(driver.cache.quietUntilMs - driver.nowMs).toBe(0.95 * HOUR_MS);
  });
});

describe('alicloud-python-core', () => {
  it('asks for an hour whatever is wanted, and refreshes after more than 2,880 whole seconds', () => {
    const driver = driverOf('alicloud-python-core', { durationSeconds: 900 });
    driver.ask();
    driver.settle();
    expect(driver.preset.durationSeconds).toBe(3_600);
    const receivedSecondMs = Math.floor(driver.nowMs / 1_000) * 1_000;
    expect(driver.cache.quietUntilMs).toBe(receivedSecondMs + 2_881_000);
  });
});

describe('google-auth-python', () => {
  it('refreshes 225 s before its end as counted from receipt, each caller by itself', () => {
    const driver = driverOf('google-auth-python');
    driver.ask();
    driver.settle();
    expect(driver.cache.quietUntilMs - driver.nowMs).toBe(HOUR_MS - 225_000);
    driver.advanceTo(driver.cache.quietUntilMs);
    driver.ask(9);
    expect(driver.calls).toHaveLength(10);
  });

  it('repeats a failed call after 1 s and 2 s, each give or take a tenth, and then throws', () => {
    const driver = driverOf('google-auth-python', { latencyMs: 0 });
    driver.sts = failureOf('transient');
    driver.ask();
    driver.settle();
    const [first, second, third] = driver.calls as [number, number, number];
    expect(driver.calls).toHaveLength(3);
    expect(Math.abs(second - first - 1_000)).toBeLessThanOrEqual(100);
    expect(Math.abs(third - second - 2_000)).toBeLessThanOrEqual(200);
    expect(driver.failed).toHaveLength(1);
  });

  it('does not repeat a call that will fail again', () => {
    const driver = driverOf('google-auth-python');
    driver.sts = failureOf('fatal');
    driver.ask();
    driver.settle();
    expect(driver.calls).toHaveLength(1);
  });
});
