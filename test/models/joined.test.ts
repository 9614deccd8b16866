import { describe, expect, it } from 'vitest';
import { failureOf } from '../client/core-driver.ts';
import { driverOf } from './model-driver.ts';

const MINUTE_MS = 60_000;

describe.each(['aws-js-v3', 'google-auth-node'])('%s', (name) => {
  it('makes one call for all, cold and from 300 s before its end on', () => {
    const driver = driverOf(name);
    driver.ask(100);
    driver.settle();
    driver.advanceTo(driver.cache.quietUntilMs);
    driver.ask(100);
    driver.settle();
    expect(driver.calls).toHaveLength(2);
    expect(driver.stalled).toHaveLength(200);
  });

  it('rejects all who joined with one failure, though five minutes are left; the next tries again', () => {
    const driver = driverOf(name);
    driver.ask();
    driver.settle();
    driver.advanceTo(driver.cache.quietUntilMs);
    driver.sts = failureOf('fatal');
    driver.ask(100);
    driver.settle();
    expect(driver.failed).toHaveLength(100);
    driver.ask();
    driver.settle();
    expect(driver.calls).toHaveLength(3);
    expect(driver.failed).toHaveLength(101);
  });
});

describe('aws-js-v3', () => {
  it.each([
    ['transient', 300],
    ['throttled', 1_500],
  ] as const)('makes three attempts after a %s failure within %i ms', (kind, mostMs) => {
    const pausesMs = Array.from({ length: 100 }, (_, seed) => {
      const driver = driverOf('aws-js-v3', { seed, latencyMs: 0 });
      driver.sts = failureOf(kind);
      driver.ask();
      driver.settle();
      expect(driver.calls).toHaveLength(3);
      return driver.calls[2]! - driver.calls[0]!;
    });
    expect(Math.max(...pausesMs)).toBeLessThan(mostMs);
    expect(Math.max(...pausesMs)).toBeGreaterThan(0.7 * mostMs);
  });

  it('with 900 s calls once in 600 s', () => {
    const driver = driverOf('aws-js-v3', { durationSeconds: 900 });
    driver.askEvery(5_000, driver.nowMs + 10 * 600_000 - 1);
    expect(driver.calls).toHaveLength(10);
  });
});

describe('google-auth-node', () => {
  it('repeats a failed call after 100, 500 and 1500 ms', () => {
    const driver = driverOf('google-auth-node', { latencyMs: 0 });
    driver.sts = failureOf('transient');
    driver.ask();
    driver.settle();
    const [first, ...later] = driver.calls;
    expect(later.map((atMs) => atMs - first!)).toEqual([100, 600, 2_100]);
    expect(driver.failed).toHaveLength(1);
  });
});

describe('aws-go-v2', () => {
  it.each([
    [900, 5],
    [1_200, 5],
    [3_600, 15],
    [5_400, 15],
    [43_200, 60],
  ])(
    'with %i s lets one caller refresh from %i minutes before expiry on',
    (durationSeconds, lead) => {
      const driver = driverOf('aws-go-v2', { durationSeconds });
      const old = driver.warmTo(lead * MINUTE_MS);
      expect(driver.cache.quietUntilMs).toBe(old.expiresAtMs - lead * MINUTE_MS);
      driver.ask(50);
      driver.settle();
      expect(driver.calls).toHaveLength(1);
      expect(driver.stalled).toHaveLength(1);
    },
  );

  it('lets all wait for the same call from a minute before expiry on', () => {
    const driver = driverOf('aws-go-v2', { latencyMs: 30_000 });
    const old = driver.warmTo(15 * MINUTE_MS);
    driver.advanceTo(old.expiresAtMs - 70_000);
    driver.ask(5);
    expect(driver.waiting).toBe(1);
    driver.advanceBy(20_000);
    driver.ask(5);
    expect(driver.waiting).toBe(6);
    driver.settle();
    expect(driver.calls).toHaveLength(1);
  });

  it('after a failure serves the old one, even expired, and waits 300 to 599 whole seconds', () => {
    const waits = Array.from({ length: 200 }, (_, seed) => {
      const driver = driverOf('aws-go-v2', { seed, latencyMs: 0 });
      const old = driver.warmTo(15 * MINUTE_MS);
      driver.advanceTo(old.expiresAtMs + 1);
      driver.sts = failureOf('transient');
      driver.ask(3);
      driver.settle();
      expect(driver.calls).toHaveLength(3);
      expect(driver.answered.every(({ credential }) => credential === old)).toBe(true);
      return (driver.cache.quietUntilMs - driver.nowMs) / 1_000;
    });
    expect(waits.every((wait) => Number.isInteger(wait) && wait >= 300 && wait < 600)).toBe(true);
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(250);
  });

  it('throws a fatal failure at once for 1 to 4 s, without a call', () => {
    const driver = driverOf('aws-go-v2');
    const old = driver.warmTo(15 * MINUTE_MS);
    driver.sts = failureOf('fatal');
    driver.ask();
    driver.settle();
    driver.advanceBy(900);
    driver.ask(10);
    expect(driver.failed).toHaveLength(11);
    expect(driver.calls).toHaveLength(1);
    driver.advanceBy(3_200);
    driver.sts = 'issued';
    driver.ask();
    driver.settle();
    expect(driver.cache.current).not.toBe(old);
  });
});

describe('smithy-java', () => {
  it('refreshes by a timer at the beginning of the advisory window; nobody waits', () => {
    const driver = driverOf('smithy-java');
    const old = driver.warmTo(15 * MINUTE_MS);
    driver.advanceBy(0);
    expect(driver.calls).toEqual([old.expiresAtMs - 15 * MINUTE_MS]);
    driver.ask(10);
    expect(driver.stalled).toHaveLength(0);
    driver.settle();
    expect(driver.cache.current).not.toBe(old);
  });

  it('tries again by itself 5 to 10 minutes after a failure, and serves the old one until it ends', () => {
    const driver = driverOf('smithy-java', { durationSeconds: 900 });
    const old = driver.warmTo(5 * MINUTE_MS);
    driver.sts = failureOf('transient');
    driver.advanceTo(old.expiresAtMs - 1);
    driver.ask();
    expect(driver.answered.at(-1)!.credential).toBe(old);
    driver.advanceBy(1);
    driver.ask();
    expect(driver.failed, 'at once: no call is allowed yet').toHaveLength(1);
    expect(driver.stalled).toHaveLength(0);
    driver.advanceBy(10 * MINUTE_MS);
    const [first, second] = driver.calls as [number, number];
    expect(second - first).toBeGreaterThanOrEqual(5 * MINUTE_MS);
    expect(second - first).toBeLessThanOrEqual(10 * MINUTE_MS + 50);
  });

  it('of a lifetime within the advisory window takes only the mandatory one', () => {
    const driver = driverOf('smithy-java');
    driver.lifetimeMs = 200_000;
    driver.ask();
    driver.settle();
    const { expiresAtMs } = driver.cache.current!;
    expect(driver.cache.quietUntilMs).toBe(expiresAtMs - MINUTE_MS);
    driver.lifetimeMs = 30_000;
    driver.advanceTo(expiresAtMs);
    expect(driver.calls, 'and no more by itself').toHaveLength(2);
    expect(driver.cache.timerAtMs).toBeUndefined();
  });

  it('after a fatal failure makes a call of every request and serves nothing', () => {
    const driver = driverOf('smithy-java');
    driver.warmTo(15 * MINUTE_MS);
    driver.sts = failureOf('fatal');
    driver.advanceBy(1_000);
    for (let i = 0; i < 3; i += 1) {
      driver.ask(5);
      driver.settle();
    }
    expect(driver.calls).toHaveLength(4);
    expect(driver.failed).toHaveLength(15);
    driver.sts = 'issued';
    driver.ask();
    driver.settle();
    driver.ask();
    expect(driver.failed).toHaveLength(15);
  });
});

describe('azure-js', () => {
  it('refreshes in the background from 120 s before expiry on', () => {
    const driver = driverOf('azure-js');
    driver.warmTo(120_000);
    driver.ask(10);
    driver.settle();
    expect(driver.calls).toHaveLength(1);
    expect(driver.stalled).toHaveLength(0);
  });

  it('tries every 3 s until expiry, lets callers wait from 1 s before it on, and then throws', () => {
    const driver = driverOf('azure-js', { latencyMs: 0 });
    const old = driver.warmTo(120_000);
    driver.sts = failureOf('fatal');
    driver.ask();
    driver.advanceTo(old.expiresAtMs - 1_001);
    driver.ask();
    expect(driver.waiting).toBe(0);
    driver.advanceBy(1);
    driver.ask(4);
    expect(driver.waiting).toBe(4);
    driver.settle();
    expect(driver.failed).toHaveLength(4);
    expect(driver.calls.slice(1).every((atMs, i) => atMs - driver.calls[i]! === 3_000)).toBe(true);
    expect(driver.calls).toHaveLength(41);
    expect(driver.calls.at(-1)).toBe(old.expiresAtMs);
    driver.ask();
    driver.settle();
    expect(driver.calls, 'without a credential there is one attempt').toHaveLength(42);
    expect(driver.failed).toHaveLength(5);
  });
});
