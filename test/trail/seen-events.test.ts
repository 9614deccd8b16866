/** Which events were there before: as a set says, up to a limit that is told. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SeenEvents } from '../../src/trail/seen-events.ts';

it('knows events as a set does', () => {
  const events = fc.array(
    fc.record({ id: fc.integer({ min: 0, max: 50 }), atMs: fc.constantFrom(1_000, 2_000) }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(events, (all) => {
      const seen = new SeenEvents();
      const set = new Set<string>();
      for (const { id, atMs } of all) {
        const key = `id-${id}@${atMs}`;
        expect(seen.isNew(`id-${id}`, atMs)).toBe(!set.has(key));
        set.add(key);
      }
    }),
  );
});

it('holds on while it grows', () => {
  const seen = new SeenEvents();
  const isNew = () => Array.from({ length: 200_000 }, (_, i) => seen.isNew(`event-${i}`, 1_000));
  expect(isNew().every(Boolean)).toBe(true);
  expect(isNew().some(Boolean)).toBe(false);
  expect(seen.unremembered).toBe(0);
});

it('takes what it has no room for as new, and says so', () => {
  const seen = new SeenEvents(2);
  const isNew = ['a', 'b', 'c', 'c', 'a'].map((id) => seen.isNew(id, 1_000));
  expect(isNew).toEqual([true, true, true, true, false]);
  expect(seen.unremembered).toBe(2);
});
