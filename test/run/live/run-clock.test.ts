/** A jump of the run clock makes due what the jump passed, in order, and nothing else. */
import { expect, test } from 'vitest';
import { nextTurn } from '../../../src/kernel/real-clock.ts';
import { newRunClockShare, RunClock } from '../../../src/run/live/run-clock.ts';

const HOUR_MS = 3_600_000;

test('two clocks of one share agree, before and after a jump', () => {
  const share = newRunClockShare();
  const [one, other] = [new RunClock(share), new RunClock(share)];
  const beforeMs = other.nowMs();
  one.advance(HOUR_MS);
  expect(other.nowMs() - beforeMs).toBeGreaterThanOrEqual(HOUR_MS);
  expect(other.nowMs() - beforeMs).toBeLessThan(HOUR_MS + 10_000);
});

test('timers that a jump makes due fire in the next turns, soonest first; later ones wait', async () => {
  const clock = new RunClock(newRunClockShare());
  const startMs = clock.nowMs();
  const fired: string[] = [];
  clock.setTimer(startMs + HOUR_MS, () => fired.push('an hour'));
  clock.setTimer(startMs + HOUR_MS / 2, () => fired.push('half an hour'));
  clock.setTimer(startMs + 2 * HOUR_MS, () => fired.push('two hours'));
  clock.setTimer(startMs + HOUR_MS / 4, () => fired.push('cancelled')).cancel();
  expect(clock.nextTimerAtMs).toBe(startMs + HOUR_MS / 2);
  clock.advance(HOUR_MS);
  expect(fired).toEqual([]);
  await turns(3);
  expect(fired).toEqual(['half an hour', 'an hour']);
  expect(clock.nextTimerAtMs).toBe(startMs + 2 * HOUR_MS);
});

test('another thread’s clock fires its timers once it is told of the jump', async () => {
  const share = newRunClockShare();
  const [coordinator, shard] = [new RunClock(share), new RunClock(share)];
  let fired = false;
  shard.setTimer(shard.nowMs() + HOUR_MS, () => {
    fired = true;
  });
  coordinator.advance(2 * HOUR_MS);
  await turns(3);
  expect(fired).toBe(false);
  shard.rearm();
  await turns(3);
  expect(fired).toBe(true);
});

test('the clock never goes back', () => {
  const clock = new RunClock(newRunClockShare());
  expect(() => clock.advance(-1)).toThrow(RangeError);
  expect(() => clock.advance(Number.NaN)).toThrow(RangeError);
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise<void>((resolve) => nextTurn(resolve));
  }
}
