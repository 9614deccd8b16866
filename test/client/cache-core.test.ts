import { describe, expect, it } from 'vitest';
import type { CacheCore } from '../../src/client/cache-core.ts';
import { cachePolicy } from '../../src/client/policy.ts';
import { CoreDriver, failureOf } from './core-driver.ts';

const HOUR_MS = 3_600_000;

function warm(seed = 1): CoreDriver {
  const driver = new CoreDriver(cachePolicy(), seed);
  driver.request();
  driver.succeed(HOUR_MS);
  return driver;
}

describe('cold start', () => {
  it('makes one call for all who ask, and gives all of them its credential', () => {
    const driver = new CoreDriver(cachePolicy());
    for (let i = 0; i < 500; i += 1) driver.request();
    expect(driver.startedAtMs).toHaveLength(1);
    driver.succeed(HOUR_MS);
    expect(driver.served).toBe(500);
  });

  it('lets requests wait through transient failures until patience or tries are used up', () => {
    const driver = new CoreDriver(cachePolicy());
    const startMs = driver.nowMs;
    driver.request();
    driver.fail(failureOf('transient'));
    driver.request();
    expect(driver.waiting.size).toBe(2);
    while (driver.waiting.size > 0) {
      driver.advanceTo(Number.POSITIVE_INFINITY);
      driver.fail(failureOf('transient'));
    }
    expect(driver.failed).toBe(2);
    expect(driver.startedAtMs.length).toBeGreaterThan(2);
    expect(driver.startedAtMs.length).toBeLessThanOrEqual(8);
    expect(driver.nowMs - startMs).toBeLessThanOrEqual(20_000);
  });

  it('fails at once on a fatal failure, and makes no call for a second', () => {
    const driver = new CoreDriver(cachePolicy());
    driver.request();
    driver.fail(failureOf('fatal'));
    expect(driver.failed).toBe(1);
    driver.nowMs += 999;
    expect(driver.request()).toMatchObject([{ kind: 'fail', failure: { kind: 'fatal' } }]);
    expect(driver.startedAtMs).toHaveLength(1);
    driver.nowMs += 9_002;
    driver.request();
    expect(driver.startedAtMs).toHaveLength(2);
  });

  it('makes no more tries than it may, however quick they fail', () => {
    const driver = new CoreDriver(cachePolicy({ triesMax: 2, patienceMs: 1e9 }));
    driver.request();
    driver.fail(failureOf('transient'));
    expect(driver.waiting.size).toBe(1);
    driver.advanceTo(Number.POSITIVE_INFINITY);
    driver.fail(failureOf('transient'));
    expect(driver.failed).toBe(1);
  });

  it('calls STS no more on its own when nobody waits', () => {
    const driver = new CoreDriver(cachePolicy());
    driver.request();
    driver.fail(failureOf('fatal'));
    expect(driver.core.timerAtMs).toBeUndefined();
  });

  it('refuses a waiter too many', () => {
    const driver = new CoreDriver(cachePolicy({ waitersMax: 2 }));
    driver.request();
    driver.request();
    expect(driver.request()).toMatchObject([{ kind: 'fail', failure: { code: 'TooManyWaiters' } }]);
    driver.succeed(HOUR_MS);
    expect(driver.served).toBe(2);
  });

  it('takes a credential that is about to expire for a failure, not for a reason to ask again', () => {
    const driver = new CoreDriver(cachePolicy({ patienceMs: 0 }));
    driver.request();
    driver.succeed(4_000);
    expect(driver.failed).toBe(1);
    expect(driver.core.current).toBeUndefined();
  });
});

describe('a warm cache', () => {
  it('refreshes by timer inside the prefetch window, serving meanwhile', () => {
    const driver = warm();
    const expiresAtMs = driver.core.current!.expiresAtMs;
    driver.advanceTo(Number.POSITIVE_INFINITY);
    const leadMs = expiresAtMs - driver.nowMs;
    expect(leadMs).toBeGreaterThan(450_000);
    expect(leadMs).toBeLessThanOrEqual(900_000);
    expect(driver.flights.size).toBe(1);
    expect(driver.core.quietUntilMs).toBe(expiresAtMs - 5_000);
    expect(driver.request()[0]?.kind).toBe('serve');
  });

  it('refreshes on request where the timer is late', () => {
    const driver = warm();
    driver.nowMs = driver.core.timerAtMs!;
    expect(driver.request().map(({ kind }) => kind)).toEqual(['serve', 'refresh']);
    expect(driver.core.timer(driver.nowMs)).toEqual([]);
  });

  it('waits as long as STS asks, and a little longer', () => {
    const driver = warm();
    driver.advanceTo(Number.POSITIVE_INFINITY);
    driver.fail(failureOf('throttled', 90_000));
    const waitMs = driver.core.timerAtMs! - driver.nowMs;
    expect(waitMs).toBeGreaterThan(90_000);
    expect(waitMs).toBeLessThan(92_000);
  });

  it('lets requests wait for the flight that is in the air when the credential ends', () => {
    const driver = warm();
    driver.advanceTo(Number.POSITIVE_INFINITY);
    driver.nowMs = driver.core.quietUntilMs;
    driver.request();
    expect(driver.waiting.size).toBe(1);
    driver.succeed(HOUR_MS);
    expect(driver.waiting.size).toBe(0);
  });

  it('ignores answers to flights that are not in the air', () => {
    const driver = warm();
    const { current } = driver.core;
    const credential = { ...current!, accessKeyId: 'STS.other' };
    expect(driver.core.refreshSucceeded(driver.nowMs, 1, credential)).toEqual([]);
    expect(driver.core.refreshFailed(driver.nowMs, 7, failureOf('fatal'))).toEqual([]);
    expect(driver.core.current).toBe(current);
    driver.advanceTo(Number.POSITIVE_INFINITY);
    driver.core.refreshFailed(driver.nowMs, 1, failureOf('fatal'));
    expect(driver.core.inFlight, 'the one in the air goes on').toBe(1);
  });
});

describe('a credential that a service rejects', () => {
  it('is replaced at once, and requests wait for the new one', () => {
    const driver = warm();
    driver.nowMs += 10 * 60_000;
    driver.invalidate();
    expect(driver.flights.size).toBe(1);
    driver.request();
    driver.succeed(HOUR_MS);
    expect(driver.served).toBe(2);
  });

  it('is not replaced again and again where each new one is rejected', () => {
    const driver = warm();
    const startMs = driver.nowMs;
    for (let round = 0; round < 200; round += 1) {
      driver.invalidate();
      driver.nowMs += 50;
      driver.request();
      if (driver.flights.size > 0) driver.succeed(HOUR_MS);
    }
    const seconds = (driver.nowMs - startMs) / 1_000;
    expect(driver.startedAtMs.length).toBeLessThan(seconds);
  });

  it('matters only while it is the current one', () => {
    const driver = warm();
    const core: CacheCore = driver.core;
    expect(core.invalidate(driver.nowMs, 'STS.0')).toEqual([]);
    expect(core.current).toBeDefined();
  });
});
