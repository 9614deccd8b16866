import { describe, expect, it } from 'vitest';
import { failureOf } from '../client/core-driver.ts';
import { driverOf } from './model-driver.ts';

describe('ali-oss', () => {
  it('makes one call for the first credential, for which all wait', () => {
    const driver = driverOf('ali-oss');
    driver.ask(100);
    driver.settle();
    expect(driver.calls).toHaveLength(1);
    expect(driver.stalled).toHaveLength(100);
  });

  it('every 300 s lets one of 500 refresh, while 499 sign with the old credential', () => {
    const driver = driverOf('ali-oss');
    driver.ask();
    driver.settle();
    const old = driver.cache.current;
    driver.advanceBy(299_999);
    driver.ask();
    expect(driver.calls).toHaveLength(1);
    driver.advanceBy(1);
    driver.ask(500);
    driver.settle();
    expect(driver.calls).toHaveLength(2);
    const served = driver.answered.slice(2);
    expect(served.filter(({ waitedMs }) => waitedMs > 0)).toHaveLength(1);
    expect(served.filter(({ credential }) => credential === old)).toHaveLength(499);
  });

  it('after a failure tries again a full interval after it began; one request fails', () => {
    const driver = driverOf('ali-oss');
    driver.ask();
    driver.settle();
    driver.advanceBy(300_000);
    driver.sts = failureOf('throttled');
    driver.ask(500);
    driver.settle();
    expect(driver.failed).toHaveLength(1);
    expect(driver.cache.quietUntilMs - driver.calls[1]!).toBe(300_000);
  });

  it('does not look at Expiration: it signs with an expired credential', () => {
    const driver = driverOf('ali-oss');
    driver.ask();
    driver.settle();
    const old = driver.cache.current!;
    driver.advanceTo(old.expiresAtMs + 1);
    driver.ask(2);
    expect(driver.answered.at(-1)!.credential).toBe(old);
    expect(driver.stalled, 'beside the first').toHaveLength(1);
  });
});

describe('azure-python', () => {
  it('lets the first caller from 300 s before expiry on refresh, others are served for 30 s', () => {
    const driver = driverOf('azure-python');
    const old = driver.warmTo(300_000);
    driver.sts = failureOf('transient');
    driver.advanceBy(400);
    driver.ask(20);
    driver.settle();
    expect(driver.calls).toHaveLength(1);
    expect(driver.stalled).toHaveLength(1);
    expect(driver.failed).toHaveLength(0);
    // Counted in whole seconds: from the second in which the last call began.
    expect(driver.cache.quietUntilMs).toBe(old.expiresAtMs - 270_000);
    driver.advanceTo(driver.cache.quietUntilMs);
    driver.ask(20);
    expect(driver.calls).toHaveLength(2);
  });

  it('without a token makes a call for each caller, and throws', () => {
    const driver = driverOf('azure-python');
    driver.sts = failureOf('transient');
    driver.ask(20);
    driver.settle();
    expect(driver.calls).toHaveLength(20);
    expect(driver.failed).toHaveLength(20);
  });

  it('swallows failures until expiry', () => {
    const driver = driverOf('azure-python');
    const old = driver.warmTo(300_000);
    driver.sts = failureOf('transient');
    driver.askEvery(1_000, old.expiresAtMs - 500);
    expect(driver.failed).toHaveLength(0);
    expect(driver.calls).toHaveLength(10);
    driver.advanceTo(old.expiresAtMs);
    driver.ask();
    driver.settle();
    expect(driver.failed).toHaveLength(1);
  });
});

describe('google-auth-python-nonblocking', () => {
  it('refreshes by one worker from 225 s before its end on; nobody waits', () => {
    const driver = driverOf('google-auth-python-nonblocking');
    driver.ask();
    driver.settle();
    driver.advanceTo(driver.cache.quietUntilMs);
    driver.ask(50);
    driver.settle();
    expect(driver.calls).toHaveLength(2);
    expect(driver.stalled).toHaveLength(1);
  });

  it('once the worker has failed lets each caller call, and throws, until one succeeds', () => {
    const driver = driverOf('google-auth-python-nonblocking');
    driver.ask();
    driver.settle();
    driver.advanceTo(driver.cache.quietUntilMs);
    driver.sts = failureOf('fatal');
    driver.ask();
    driver.settle();
    driver.ask(5);
    driver.settle();
    expect(driver.calls).toHaveLength(1 + 1 + 5);
    expect(driver.failed).toHaveLength(5);
    driver.sts = 'issued';
    driver.ask();
    driver.settle();
    driver.advanceTo(driver.cache.quietUntilMs);
    driver.ask();
    expect(driver.answered.at(-1)!.waitedMs, 'by a worker again').toBe(0);
  });

  it('is late by the way of the answer: it may serve what has just expired', () => {
    const driver = driverOf('google-auth-python-nonblocking', { latencyMs: 10_000 });
    driver.ask();
    driver.settle();
    const old = driver.cache.current!;
    driver.nowMs = old.expiresAtMs + 5_000;
    driver.ask();
    expect(driver.answered.at(-1)).toMatchObject({ credential: old, waitedMs: 0 });
  });
});
