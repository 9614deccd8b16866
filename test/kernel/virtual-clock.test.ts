import { expect, it } from 'vitest';
import { VirtualClock } from '../../src/kernel/virtual-clock.ts';

it('fires timers in the order of their instants, each at its own, and stops where it was told', () => {
  const clock = new VirtualClock(100);
  const fired: [string, number][] = [];
  const note = (name: string) => () => fired.push([name, clock.nowMs()]);
  clock.setTimer(300, note('late'));
  clock.setTimer(200, () => {
    note('first')();
    clock.setTimer(150, note('overdue'));
    clock.setTimer(250, note('set on the way'));
  });
  clock.setTimer(210, note('cancelled')).cancel();
  clock.setTimer(1_000, note('beyond'));
  clock.advanceTo(500);
  expect(fired).toEqual([
    ['first', 200],
    ['overdue', 200],
    ['set on the way', 250],
    ['late', 300],
  ]);
  expect(clock.nowMs()).toBe(500);
  expect(clock.nextTimerAtMs).toBe(1_000);
});

it('lets promises run to their end between instants when it settles', async () => {
  const clock = new VirtualClock();
  const instants: number[] = [];
  const walk = async () => {
    for (let step = 1; step <= 3; step += 1) {
      await new Promise<void>((resolve) => clock.setTimer(clock.nowMs() + 10, resolve));
      await Promise.resolve().then(() => instants.push(clock.nowMs()));
    }
  };
  const walked = walk();
  await clock.settleTo(100);
  await walked;
  expect(instants).toEqual([10, 20, 30]);
  expect(clock.nowMs()).toBe(100);
});
