import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Waiters } from '../../../src/run/virtual/waiters.ts';

/** Those who wait, in an order that does not depend on their numbers. */
function listOf(waiters: Waiters): string[] {
  const list: string[] = [];
  waiters.forEach((process, askedMs) => {
    list.push(`${process} asked at ${askedMs}`);
  });
  return list.sort();
}

test('a waiter is known by its number until it was answered', () => {
  const waiters = new Waiters();
  const one = waiters.add(7, 1_000.25);
  const other = waiters.add(7, 1_000.25);
  expect(one).not.toBe(other);
  expect([waiters.process(one), waiters.asked(one)]).toEqual([7, 1_000.25]);
  waiters.release(one);
  expect(waiters.count).toBe(1);
  expect(listOf(waiters)).toEqual(['7 asked at 1000.25']);
});

test('an answered waiter’s number is used again, so that numbers stay as few as those who wait', () => {
  const waiters = new Waiters();
  const numbers = new Set<number>();
  for (let index = 0; index < 10_000; index += 1) {
    const waiter = waiters.add(0, index);
    numbers.add(waiter);
    waiters.release(waiter);
  }
  expect(numbers.size).toBe(1);
});

test('nobody is answered twice', () => {
  const waiters = new Waiters();
  const waiter = waiters.add(0, 5);
  waiters.release(waiter);
  expect(() => waiters.release(waiter)).toThrow(`waiter ${waiter} was answered twice`);
  expect(waiters.count).toBe(0);
});

test('whoever comes and goes, those who wait are the ones that a map holds', () => {
  // Bursts of some hundreds, so that the first 256 places do not do.
  const step = fc.record({
    added: fc.integer({ min: 0, max: 400 }),
    share: fc.constantFrom(0, 0.3, 1),
    oldestFirst: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      const waiters = new Waiters();
      const held = new Map<number, string>();
      let nowMs = 0;
      for (const { added, share, oldestFirst } of steps) {
        for (let i = 0; i < added; i += 1) {
          nowMs += 0.5;
          const waiter = waiters.add(i % 7, nowMs);
          expect(held.has(waiter)).toBe(false);
          held.set(waiter, `${i % 7} asked at ${nowMs}`);
        }
        const numbers = oldestFirst ? [...held.keys()] : [...held.keys()].reverse();
        for (const waiter of numbers.slice(0, Math.floor(share * numbers.length))) {
          const said = `${waiters.process(waiter)} asked at ${waiters.asked(waiter)}`;
          expect(said).toBe(held.get(waiter));
          waiters.release(waiter);
          held.delete(waiter);
        }
      }
      expect(waiters.count).toBe(held.size);
      expect(listOf(waiters)).toEqual([...held.values()].sort());
    }),
    { numRuns: 50 },
  );
});
