import { describe, expect, it } from 'vitest';
import { failureOf } from '../client/core-driver.ts';
import { driverOf, START_MS } from './model-driver.ts';

describe.each(['alicloud-java', 'alicloud-python'])('%s', (name) => {
  it('makes one call for all who ask within 5 s, and all wait for it', () => {
    const driver = driverOf(name, { latencyMs: 4_999 });
    driver.ask(100);
    driver.settle();
    expect(driver.calls).toHaveLength(1);
    expect(driver.stalled).toHaveLength(100);
    driver.advanceTo(driver.cache.quietUntilMs);
    driver.ask(50);
    driver.settle();
    expect(driver.calls).toHaveLength(2);
    expect(driver.answered.at(-1)!.waitedMs).toBe(4_999);
  });

  it('lets whoever waited 5 s for the lock refresh without it', () => {
    const driver = driverOf(name, { latencyMs: 7_000 });
    driver.ask(100);
    driver.advanceBy(3_000);
    driver.ask(10);
    driver.settle();
    // 99 waited in vain until 5 s; the ten were served when the first call was answered at 7 s.
    expect(driver.calls).toHaveLength(100);
    expect(driver.calls.filter((atMs) => atMs === START_MS + 5_000)).toHaveLength(99);
    expect(driver.answered.slice(0, 11).map(({ atMs }) => atMs - START_MS)).toEqual(
      Array(11).fill(7_000),
    );
    expect(driver.answered.at(-1)!.waitedMs, '5 s and a call').toBe(12_000);
  });

  it('throws though the credential is good for 15 minutes; who waits tries in turn', () => {
    const driver = driverOf(name, { latencyMs: 1_000 });
    driver.warmTo(900_000);
    driver.sts = failureOf('throttled');
    const startMs = driver.nowMs;
    driver.ask(20);
    driver.settle();
    expect(driver.failed).toHaveLength(20);
    expect(driver.calls).toHaveLength(20);
    // One a second until the wait is over at 5 s, then the rest together.
    const atSeconds = driver.calls.map((atMs) => (atMs - startMs) / 1_000);
    expect(atSeconds.slice(0, 5)).toEqual([0, 1, 2, 3, 4]);
    expect(atSeconds.slice(5)).toEqual(Array(15).fill(5));
    expect(driver.failed.at(-1)!.waitedMs, 'the wait and a call').toBe(6_000);
  });

  it('keeps the lock for its holder when somebody without it is answered', () => {
    const driver = driverOf(name, { latencyMs: 9_000 });
    driver.ask();
    driver.latencyMs = 50;
    driver.sts = failureOf('transient');
    driver.ask();
    driver.advanceBy(6_000);
    expect(driver.failed).toHaveLength(1);
    driver.ask();
    expect(driver.calls, 'who comes now waits').toHaveLength(2);
    driver.settle();
    expect(driver.calls).toHaveLength(2);
    expect(driver.answered.at(-1)!.atMs - START_MS).toBe(9_000);
  });

  it('does not throw where somebody else has refreshed meanwhile', () => {
    const driver = driverOf(name, { latencyMs: 8_000 });
    driver.warmTo(900_000);
    driver.sts = failureOf('transient');
    driver.ask();
    driver.sts = 'issued';
    driver.latencyMs = 1_000;
    driver.ask();
    driver.settle();
    expect(driver.failed).toHaveLength(0);
    const [late, first] = [driver.answered[1]!, driver.answered[0]!];
    expect(late).toMatchObject({ waitedMs: 8_000, credential: first.credential });
  });

  it('with 900 s makes a call for each request, one after the other, and all at once from 5 s on', () => {
    const driver = driverOf(name, { durationSeconds: 900, latencyMs: 500 });
    driver.ask(30);
    driver.settle();
    expect(driver.calls).toHaveLength(30);
    expect(driver.calls[9]! - driver.calls[8]!).toBe(500);
    expect(driver.calls.filter((atMs) => atMs === START_MS + 5_000).length).toBeGreaterThan(19);
  });
});

describe('alicloud-java and alicloud-python when a credential is expired on arrival', () => {
  it.each([
    ['alicloud-java', 1_000],
    // 1 s after the second that its clock shows, of which 300 ms have passed.
    ['alicloud-python', 700],
  ])('%s serves the old one for %i ms more', (name, forMs) => {
    const driver = driverOf(name);
    const old = driver.warmTo(900_000);
    driver.nowMs += 250;
    driver.lifetimeMs = -5_000;
    driver.ask();
    driver.settle();
    expect(driver.answered.at(-1)!.credential).toBe(old);
    expect(driver.cache.quietUntilMs - driver.nowMs).toBe(forMs);
  });

  it('fails without an old one', () => {
    const driver = driverOf('alicloud-java');
    driver.lifetimeMs = -5_000;
    driver.ask();
    driver.settle();
    expect(driver.failed[0]!.failure!.code).toBe('ExpiredOnArrival');
  });
});

describe('alicloud-csharp', () => {
  it('gives whoever waited 5 s the credential in hand, and makes no further call', () => {
    const driver = driverOf('alicloud-csharp', { latencyMs: 8_000 });
    const old = driver.warmTo(900_000);
    driver.ask(100);
    driver.settle();
    expect(driver.calls).toHaveLength(1);
    const served = driver.answered.filter(({ credential }) => credential === old);
    expect(served).toHaveLength(99);
    expect(served.every(({ waitedMs }) => waitedMs === 5_000)).toBe(true);
  });

  it('fails them when there is none', () => {
    const driver = driverOf('alicloud-csharp', { latencyMs: 8_000 });
    driver.ask(10);
    driver.settle();
    expect(driver.failed).toHaveLength(9);
    expect(driver.failed[0]).toMatchObject({ waitedMs: 5_000, failure: { code: 'LockWaitOver' } });
  });

  it('so hands out an expired one while STS hangs', () => {
    const driver = driverOf('alicloud-csharp');
    const old = driver.warmTo(900_000);
    driver.latencyMs = 60_000;
    driver.advanceTo(old.expiresAtMs + 60_000);
    driver.ask(2);
    driver.settle();
    expect(driver.answered[0]).toMatchObject({ credential: old, waitedMs: 5_000 });
    expect(driver.failed).toHaveLength(1);
  });
});

describe('aws-java-v2', () => {
  it('prefetches at an instant drawn from 300 to 120 s before expiry', () => {
    const leads = Array.from({ length: 400 }, (_, seed) => {
      const driver = driverOf('aws-java-v2', { seed });
      driver.ask();
      driver.settle();
      return (driver.cache.current!.expiresAtMs - driver.cache.quietUntilMs) / 1_000;
    });
    expect(Math.max(...leads)).toBeLessThanOrEqual(300);
    expect(Math.max(...leads)).toBeGreaterThan(297);
    expect(Math.min(...leads)).toBeGreaterThan(120);
    expect(Math.min(...leads)).toBeLessThan(123);
  });

  it('lets one caller do it; the others are served', () => {
    const driver = driverOf('aws-java-v2');
    driver.ask();
    driver.settle();
    driver.advanceTo(driver.cache.quietUntilMs);
    driver.ask(100);
    driver.settle();
    expect(driver.calls).toHaveLength(2);
    expect(driver.stalled).toHaveLength(2);
  });

  it('swallows failures until 60 s are left, one caller after the other, and then throws', () => {
    const driver = driverOf('aws-java-v2');
    const old = driver.warmTo(300_000);
    driver.advanceTo(driver.cache.quietUntilMs);
    driver.sts = failureOf('fatal');
    for (let i = 1; i <= 3; i += 1) {
      driver.ask(2);
      driver.settle();
      expect(driver.calls, 'without any backoff').toHaveLength(i);
    }
    expect(driver.failed).toHaveLength(0);
    driver.advanceTo(old.expiresAtMs - 60_000);
    driver.ask(2);
    driver.settle();
    expect(driver.failed).toHaveLength(2);
  });

  it('repeats a failed call three times, holding the lock', () => {
    const driver = driverOf('aws-java-v2', { latencyMs: 0 });
    driver.sts = failureOf('transient');
    driver.ask();
    driver.settle();
    expect(driver.calls).toHaveLength(4);
    expect(driver.nowMs - START_MS).toBeLessThan(100 + 200 + 400);
    expect(driver.failed).toHaveLength(1);
  });

  it('takes a credential that is stale on arrival for good for one second', () => {
    const driver = driverOf('aws-java-v2');
    driver.lifetimeMs = 30_000;
    driver.ask(5);
    driver.settle();
    // The first of those who queued finds it due already, and refreshes; and so on.
    expect(driver.calls.length).toBeGreaterThan(1);
    const callCount = driver.calls.length;
    driver.ask(2);
    expect(driver.calls, 'one of two looks after it').toHaveLength(callCount + 1);
    expect(driver.answered.at(-1)!.waitedMs).toBe(0);
  });

  it('with 900 s refreshes as usual', () => {
    const driver = driverOf('aws-java-v2', { durationSeconds: 900 });
    driver.askEvery(1_000, driver.nowMs + 3_600_000);
    expect(driver.calls.length).toBeGreaterThanOrEqual(5);
    expect(driver.calls.length).toBeLessThanOrEqual(7);
  });
});

describe('aws-java-v2-async', () => {
  it('refreshes in the background, by a timer between 300 and 120 s before expiry; nobody waits', () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const driver = driverOf('aws-java-v2-async', { seed });
      driver.ask();
      driver.settle();
      const old = driver.cache.current!;
      driver.advanceTo(old.expiresAtMs);
      const leadSeconds = (old.expiresAtMs - driver.calls[1]!) / 1_000;
      expect(leadSeconds).toBeLessThanOrEqual(300);
      expect(leadSeconds).toBeGreaterThanOrEqual(120);
      driver.ask();
      expect(driver.answered.at(-1)!.waitedMs).toBe(0);
      expect(driver.cache.current).not.toBe(old);
    }
  });

  it('makes one call for the jobs that requests start meanwhile, unless they wait over 5 s', () => {
    const driver = driverOf('aws-java-v2-async', { latencyMs: 1_000 });
    driver.warmTo(300_000);
    driver.advanceTo(driver.cache.quietUntilMs);
    driver.ask(300);
    driver.settle();
    expect(driver.calls).toHaveLength(1);
    expect(driver.stalled).toHaveLength(0);
  });

  it('of slow calls makes as many as there may be jobs', () => {
    const driver = driverOf('aws-java-v2-async', { latencyMs: 8_000 });
    driver.warmTo(300_000);
    driver.advanceTo(driver.cache.quietUntilMs);
    driver.ask(300);
    expect(driver.cache.quietUntilMs, 'further requests start none').toBe(
      driver.cache.current!.expiresAtMs - 60_000,
    );
    driver.settle();
    expect(driver.calls).toHaveLength(101);
    expect(driver.stalled).toHaveLength(0);
  });

  it('makes no second attempt by itself after a failure', () => {
    const driver = driverOf('aws-java-v2-async');
    const old = driver.warmTo(300_000);
    driver.sts = failureOf('fatal');
    driver.advanceTo(old.expiresAtMs + 60_000);
    expect(driver.calls).toHaveLength(1);
    expect(driver.cache.timerAtMs).toBeUndefined();
  });
});

describe('botocore', () => {
  it('lets one caller refresh from 900 s on, and all wait from 600 s on, for ever', () => {
    const driver = driverOf('botocore', { latencyMs: 50_000 });
    const old = driver.warmTo(900_000);
    driver.ask(10);
    expect(driver.calls).toHaveLength(1);
    expect(driver.waiting).toBe(1);
    driver.sts = failureOf('fatal');
    driver.settle();
    driver.advanceTo(old.expiresAtMs - 600_000);
    driver.sts = 'issued';
    driver.lifetimeMs = 60_000_000;
    driver.ask(10);
    driver.settle();
    expect(driver.calls).toHaveLength(1);
  });

  it('serialises all who find it stale, and serves them from one call', () => {
    const driver = driverOf('botocore', { latencyMs: 50_000 });
    driver.ask(100);
    driver.settle();
    expect(driver.calls).toHaveLength(1);
    expect(driver.stalled).toHaveLength(100);
  });

  it('swallows a failure of the advisory window even where it ends in the mandatory one', () => {
    const driver = driverOf('botocore', { latencyMs: 10_000 });
    const old = driver.warmTo(900_000);
    driver.advanceTo(old.expiresAtMs - 605_000);
    driver.sts = failureOf('fatal');
    driver.ask();
    driver.settle();
    expect(driver.answered.at(-1)!.credential).toBe(old);
    driver.ask();
    driver.settle();
    expect(driver.failed).toHaveLength(1);
  });

  it('makes five attempts, waiting up to 1, 2, 4 and 8 s', () => {
    const driver = driverOf('botocore', { latencyMs: 0 });
    driver.sts = failureOf('throttled');
    driver.ask();
    driver.settle();
    expect(driver.calls).toHaveLength(5);
    driver.calls.slice(1).forEach((atMs, i) => {
      expect(atMs - driver.calls[i]!).toBeLessThan(1_000 * 2 ** i);
    });
  });

  it('with 900 s, too, serves from one call all who waited for it', () => {
    const driver = driverOf('botocore', { durationSeconds: 900 });
    driver.ask(100);
    driver.settle();
    expect(driver.calls).toHaveLength(1);
  });

  it('with 900 s calls back to back, one caller at a time', () => {
    const driver = driverOf('botocore', { durationSeconds: 900, latencyMs: 100 });
    driver.askEvery(10, driver.nowMs + 10_000);
    expect(driver.calls.length).toBeGreaterThan(85);
    expect(driver.calls.length).toBeLessThanOrEqual(100);
  });
});
