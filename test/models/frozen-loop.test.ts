import { describe, expect, it } from 'vitest';
import { failureOf } from '../client/core-driver.ts';
import { driverOf, START_MS } from './model-driver.ts';

describe('alicloud-python-async', () => {
  it.each([2, 5, 100])(
    'of %i at once stands still 5 s for all but the first, each calls',
    (count) => {
      const driver = driverOf('alicloud-python-async');
      driver.ask(count);
      driver.settle();
      expect(driver.calls).toHaveLength(count);
      expect(driver.calls.map((atMs) => atMs - START_MS)).toEqual(
        Array.from({ length: count }, (_, i) => i * 5_000),
      );
      const thawedMs = (count - 1) * 5_000;
      expect(driver.answered[0]!.waitedMs, 'answered after 50 ms, seen when all is over').toBe(
        thawedMs,
      );
      expect(driver.answered.at(-1)!.waitedMs).toBe(thawedMs + 50);
    },
  );

  it('serves those who come during the freeze when it is over, without a call', () => {
    const driver = driverOf('alicloud-python-async');
    driver.warmTo(900_000);
    driver.ask();
    driver.advanceBy(20);
    driver.ask();
    driver.askEvery(10, driver.nowMs + 4_000);
    expect(driver.answered, 'neither hits nor answers are processed').toHaveLength(0);
    driver.settle();
    expect(driver.calls).toHaveLength(2);
    expect(driver.failed).toHaveLength(0);
    expect(Math.max(...driver.answered.map(({ waitedMs }) => waitedMs))).toBe(5_050);
  });

  it('keeps the lock for its holder when somebody without it is answered', () => {
    const driver = driverOf('alicloud-python-async', { latencyMs: 9_000 });
    driver.ask();
    driver.latencyMs = 50;
    driver.sts = failureOf('transient');
    driver.ask();
    driver.advanceBy(6_000);
    expect(driver.failed).toHaveLength(1);
    driver.sts = 'issued';
    driver.ask();
    expect(driver.cache.timerAtMs, 'it freezes the loop').toBe(driver.nowMs + 5_000);
    driver.settle();
    expect(driver.calls.map((atMs) => atMs - START_MS)).toEqual([0, 5_000, 11_000]);
  });

  it('does not freeze for one at a time', () => {
    const driver = driverOf('alicloud-python-async');
    driver.ask();
    driver.settle();
    driver.ask(100);
    expect(driver.stalled).toHaveLength(1);
    expect(driver.calls).toHaveLength(1);
  });

  it('freezes again and again while refreshes fail', () => {
    const driver = driverOf('alicloud-python-async');
    driver.sts = failureOf('throttled');
    driver.ask(2);
    driver.advanceBy(1_000);
    driver.ask(3);
    driver.settle();
    // After the first freeze its answer has failed: of the three, one gets the lock and two freeze.
    expect(driver.calls.map((atMs) => atMs - START_MS)).toEqual([0, 5_000, 5_000, 10_000, 15_000]);
    expect(driver.failed).toHaveLength(5);
  });

  it('with 900 s freezes for every request that comes while another is answered', () => {
    const driver = driverOf('alicloud-python-async', { durationSeconds: 900 });
    driver.ask();
    driver.settle();
    driver.ask(4);
    driver.settle();
    expect(driver.calls).toHaveLength(5);
    expect(driver.answered.at(-1)!.waitedMs).toBe(15_050);
  });
});
