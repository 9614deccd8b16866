import { expect, it } from 'vitest';
import { AdjustableClock } from '../../../mock-sts/server/adjustable-clock.ts';
import { VirtualClock } from '../../../src/kernel/virtual-clock.ts';

function clocks() {
  const base = new VirtualClock(1_000);
  return { base, clock: new AdjustableClock(base) };
}

it('runs with its base, and ahead of it once it has been advanced', async () => {
  const { base, clock } = clocks();
  clock.advance(500);
  await base.settleTo(1_100);
  expect(clock.nowMs()).toBe(1_600);
  expect(() => clock.advance(-1)).toThrow(RangeError);
});

it('stands still while it is frozen, and goes on from there', async () => {
  const { base, clock } = clocks();
  clock.freeze();
  await base.settleTo(2_000);
  expect(clock.nowMs()).toBe(1_000);
  clock.advance(10);
  clock.resume();
  await base.settleTo(2_005);
  expect(clock.nowMs()).toBe(1_015);
});

it('fires timers by its own time, in their order, each once', async () => {
  const { base, clock } = clocks();
  const fired: string[] = [];
  clock.setTimer(1_300, () => fired.push('c'));
  clock.setTimer(1_100, () => fired.push('a'));
  clock.setTimer(1_200, () => fired.push('b'));
  clock.setTimer(1_150, () => fired.push('cancelled')).cancel();
  await base.settleTo(1_100);
  expect(fired).toEqual(['a']);
  clock.freeze();
  await base.settleTo(5_000);
  expect(fired).toEqual(['a']);
  clock.advance(100);
  expect(fired).toEqual(['a', 'b']);
  clock.resume();
  await base.settleTo(5_099);
  expect(fired).toEqual(['a', 'b']);
  await base.settleTo(5_100);
  expect(fired).toEqual(['a', 'b', 'c']);
});
