import { describe, expect, it } from 'vitest';
import { failureOf } from '../client/core-driver.ts';
import { driverOf } from './model-driver.ts';

describe.each([
  ['alicloud-php-fpm', 60_000],
  ['alicloud-cli', 15_000],
  ['alicloud-pop-core', 3_000],
])('%s', (name, timeoutMs) => {
  it('makes a call for every request and serves each its own credential', () => {
    const driver = driverOf(name);
    for (let i = 0; i < 10; i += 1) {
      driver.ask(3);
      driver.settle();
    }
    expect(driver.calls).toHaveLength(30);
    expect(new Set(driver.answered.map(({ credential }) => credential)).size).toBe(30);
    expect(driver.cache.quietUntilMs).toBe(Number.NEGATIVE_INFINITY);
    expect(driver.preset.caches).toBe(false);
  });

  it(`fails with its call, and waits no longer than ${timeoutMs} ms`, () => {
    const driver = driverOf(name);
    driver.sts = failureOf('throttled');
    driver.ask();
    driver.settle();
    driver.latencyMs = 1e6;
    driver.ask();
    driver.settle();
    expect(driver.failed.map(({ waitedMs }) => waitedMs)).toEqual([50, timeoutMs]);
  });
});
