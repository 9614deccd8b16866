/** The timer queue against the obvious one: a list, sorted by instant and order of setting. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimerQueue } from '../../src/kernel/timer-queue.ts';

test('timers come out soonest first, equal instants in order of setting, cancelled ones never', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), atMs: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ kind: fc.constant('cancel' as const), index: fc.nat(50) }),
    fc.record({ kind: fc.constant('take' as const), nowMs: fc.integer({ min: 0, max: 20 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const queue = new TimerQueue();
      const cancels: (() => void)[] = [];
      let expected: { id: number; atMs: number }[] = [];
      const fired: number[] = [];
      for (const current of steps) {
        if (current.kind === 'add') {
          const id = cancels.length;
          cancels.push(queue.add(current.atMs, () => fired.push(id)));
          expected = [...expected, { id, atMs: current.atMs }].sort(
            (a, b) => a.atMs - b.atMs || a.id - b.id,
          );
        } else if (current.kind === 'cancel') {
          cancels[current.index]?.();
          expected = expected.filter(({ id }) => id !== current.index);
        } else {
          queue.takeDue(current.nowMs)?.();
          const due = expected[0];
          if (due !== undefined && due.atMs <= current.nowMs) {
            expected.shift();
            expect(fired.at(-1)).toBe(due.id);
          }
        }
        expect(queue.nextAtMs).toBe(expected[0]?.atMs);
      }
    }),
  );
});
