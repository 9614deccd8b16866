/**
 * Evenly spaced arrivals by their numbers, and the last arrival before an instant: both hold what
 * walking the stream one by one finds, to the last bit, since a simulation that skips depends on it.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ArrivalStream } from '../../src/scenario/arrivals.ts';
import { EvenArrivals } from '../../src/scenario/even-arrivals.ts';
import { type Plan, planOf } from '../../src/scenario/plan.ts';
import { scenarioWith } from '../scenario/example.ts';

const END_MS = 60_000;

const loads = fc.constantFrom<Record<string, unknown>>(
  { rate: '50/s' },
  { rate: '7/s', spikes: [{ at: '20s', for: '10s', factor: 9 }] },
  {
    curve: [
      ['0s', '3/s'],
      ['21s', '90/s'],
      ['21s', '0/s'],
      ['40s', '0/s'],
      ['59s', '33/s'],
    ],
  },
  {
    steps: [
      { at: 0, rate: '0/s' },
      { at: '10s', rate: '31/s' },
      { at: '30s', rate: '0/s' },
    ],
  },
  { rate: '0/s' },
);
const starts = fc.constantFrom(
  { mode: 'together', within: '0s' },
  { mode: 'together', within: '9s' },
  { mode: 'rolling', at: '5s', over: '30s' },
);
const fleets = fc.record({
  load: loads,
  start: starts,
  hosts: fc.integer({ min: 1, max: 5 }),
  processesPerHost: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(),
});

type Fleet = typeof fleets extends fc.Arbitrary<infer Each> ? Each : never;

function planWith(arrivals: 'even' | 'poisson', { load, seed, ...fields }: Fleet): Plan {
  const top = { duration: '60s', seed };
  return planOf(scenarioWith(top, { ...fields, load: { ...load, arrivals } }));
}

function walked(plan: Plan, process: number): number[] {
  const arrivals = new ArrivalStream(plan, plan.processes[process]!);
  const all: number[] = [];
  for (; arrivals.atMs < END_MS; arrivals.advance()) all.push(arrivals.atMs);
  return all;
}

/** The next number that a double can hold, above or below. */
function beside(ms: number, direction: -1 | 1): number {
  const bits = new BigInt64Array(1);
  const value = new Float64Array(bits.buffer);
  value[0] = ms;
  bits[0]! += BigInt(direction);
  return value[0];
}

/** Anywhere; at an arrival; and as near to one as can be told. */
const places = fc.record({
  ms: fc.double({ min: 0, max: END_MS, noNaN: true }),
  share: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  direction: fc.constantFrom<-1 | 0 | 1>(-1, 0, 1),
  isAtOne: fc.boolean(),
});

type Spot = typeof places extends fc.Arbitrary<infer Each> ? Each : never;

function instantOf({ ms, share, direction, isAtOne }: Spot, all: readonly number[]): number {
  const one = all[Math.floor(share * all.length)];
  if (!isAtOne || one === undefined || one === 0) return ms;
  return direction === 0 ? one : beside(one, direction);
}

test('the number of the first even arrival from an instant on counts those before it', () => {
  fc.assert(
    fc.property(fleets, places, (fleet, place) => {
      const plan = planWith('even', fleet);
      for (const [process, planned] of plan.processes.entries()) {
        const all = walked(plan, process);
        const even = new EvenArrivals(plan, planned);
        const first = even.firstFrom(0);
        const atMs = instantOf(place, all);
        const before = all.filter((ms) => ms < atMs).length;
        expect(even.firstFrom(atMs) - first).toBe(before);
        expect(even.firstFrom(END_MS) - first).toBe(all.length);
      }
    }),
  );
});

test('the same holds of what comes a while after each arrival', () => {
  fc.assert(
    fc.property(fleets, places, fc.constantFrom(5, 0.1, 1_234.5), (fleet, place, shiftMs) => {
      const plan = planWith('even', fleet);
      for (const [process, planned] of plan.processes.entries()) {
        const all = walked(plan, process);
        const even = new EvenArrivals(plan, planned);
        const ends = all.map((ms) => ms + shiftMs);
        const atMs = Math.min(END_MS, instantOf(place, ends));
        const before = ends.filter((ms) => ms < atMs).length;
        expect(even.firstFrom(atMs, shiftMs) - even.firstFrom(0)).toBe(before);
      }
    }),
  );
});

test('the last arrival before an instant is the one that a walk finds, wherever the stream stands', () => {
  const kinds = fc.constantFrom<'even' | 'poisson'>('even', 'poisson');
  const standing = fc.double({ min: 0, max: 1.2 * END_MS, noNaN: true });
  fc.assert(
    fc.property(kinds, fleets, places, standing, (kind, fleet, place, standsAtMs) => {
      const plan = planWith(kind, fleet);
      for (const [process, planned] of plan.processes.entries()) {
        const all = walked(plan, process);
        const arrivals = new ArrivalStream(plan, planned);
        arrivals.seek(standsAtMs);
        const atMs = instantOf(place, all);
        const last = all.findLast((ms) => ms < atMs) ?? Number.NEGATIVE_INFINITY;
        expect(arrivals.lastBefore(atMs)).toBe(last);
        expect(arrivals.lastBefore(2 * END_MS)).toBe(all.at(-1) ?? Number.NEGATIVE_INFINITY);
        // And it can be sent anywhere from there.
        arrivals.seek(atMs);
        expect(arrivals.atMs).toBe(all.find((ms) => ms >= atMs) ?? Number.POSITIVE_INFINITY);
      }
    }),
  );
});
