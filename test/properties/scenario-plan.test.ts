import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ArrivalMerge } from '../../src/scenario/arrival-merge.ts';
import { ArrivalStream, firstArrivalAtOrAfter } from '../../src/scenario/arrivals.ts';
import { type Plan, type PlannedProcess, planOf, sliceOf } from '../../src/scenario/plan.ts';
import { app, scenarioWith } from '../scenario/example.ts';

const END_MS = 60_000;

const start = fc.oneof(
  fc.constant({ mode: 'together', within: '2s' }),
  fc.constant({ mode: 'rolling', at: '1s', over: '20s' }),
);
const load = fc.oneof(
  fc.constant({ rate: '80/s' }),
  fc.constant({ rate: '0/s' }),
  fc.constant({ arrivals: 'even', rate: '50/s' }),
  fc.constant({
    curve: [
      ['5s', '0/s'],
      ['20s', '200/s'],
      ['20s', '10/s'],
      ['40s', '0/s'],
    ],
  }),
  fc.constant({
    arrivals: 'even',
    steps: [
      { at: 0, rate: '90/s' },
      { at: '30s', rate: '0/s' },
    ],
  }),
);
const fields = fc.record({
  hosts: fc.integer({ min: 1, max: 6 }),
  processesPerHost: fc.integer({ min: 1, max: 4 }),
  start,
  load,
});
const plans = fc
  .record({ a: fields, b: fields, seed: fc.integer({ min: 0, max: 2 ** 53 - 1 }) })
  .map(({ a, b, seed }) => {
    const apps = { a: { ...app, ...a }, b: { ...app, ...b } };
    return planOf(scenarioWith({ duration: '60s', apps, seed }));
  });

type Arrival = readonly [atMs: number, process: number];

/** Merged arrivals, from `fromMs` until `toMs`. */
function mergedOf(plan: Plan, processes: readonly PlannedProcess[], fromMs = 0, toMs = END_MS) {
  const merge = new ArrivalMerge(plan, processes);
  merge.seek(fromMs);
  const arrivals: Arrival[] = [];
  for (; merge.atMs < toMs; merge.advance()) arrivals.push([merge.atMs, merge.process]);
  return arrivals;
}

function walked(plan: Plan, process: PlannedProcess): number[] {
  const arrivals = new ArrivalStream(plan, process);
  const all: number[] = [];
  for (; arrivals.atMs < Number.POSITIVE_INFINITY; arrivals.advance()) all.push(arrivals.atMs);
  return all;
}

test('the slices add up to the plan, and processes of one host are in one slice', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 1, max: 9 }), (plan, n) => {
      const slices = Array.from({ length: n }, (_, i) => sliceOf(plan, i, n));
      const union = slices.flat().sort((a, b) => a.index - b.index);
      expect(union).toEqual(plan.processes);
      const hosts = slices.map((slice) => new Set(slice.map(({ host }) => host)));
      expect(hosts.reduce((sum, { size }) => sum + size, 0)).toBe(plan.hosts);
    }),
  );
});

test('seeking to an instant finds what walking there finds', () => {
  fc.assert(
    fc.property(
      plans,
      fc.nat(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (plan, pick, share) => {
        const process = plan.processes[pick % plan.processes.length]!;
        const all = walked(plan, process);
        const onArrival = all[Math.floor(share * all.length)] ?? END_MS;
        for (const atMs of [share * END_MS, onArrival, onArrival + 1e-9, END_MS, Infinity]) {
          const expected = all.find((dueMs) => dueMs >= atMs) ?? Number.POSITIVE_INFINITY;
          expect(firstArrivalAtOrAfter(plan, process, atMs)).toBe(expected);
        }
      },
    ),
  );
});

test('a stream that has run to its end can be sought back', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const process = plan.processes[0]!;
      const arrivals = new ArrivalStream(plan, process);
      const first = arrivals.atMs;
      arrivals.seek(END_MS);
      expect(arrivals.atMs).toBe(Number.POSITIVE_INFINITY);
      arrivals.advance();
      arrivals.seek(0);
      expect(arrivals.atMs).toBe(first);
    }),
  );
});

test('arrivals are ordered, none before its process has started or after the end', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      for (const process of plan.processes) {
        const all = walked(plan, process);
        expect(all).toEqual([...all].sort((a, b) => a - b));
        expect(all[0] ?? END_MS).toBeGreaterThanOrEqual(process.startMs);
        expect(all.at(-1) ?? 0).toBeLessThan(END_MS);
      }
    }),
    { numRuns: 30 },
  );
});

test('merging the slices gives the merged whole, in its order', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 1, max: 4 }), (plan, n) => {
      const whole = mergedOf(plan, plan.processes);
      const parts = Array.from({ length: n }, (_, i) => mergedOf(plan, sliceOf(plan, i, n))).flat();
      parts.sort(([atA, a], [atB, b]) => atA - atB || a - b);
      expect(parts).toEqual(whole);
    }),
    { numRuns: 30 },
  );
});

test('a merge sought to an instant goes on as one that walked there', () => {
  fc.assert(
    fc.property(plans, fc.double({ min: 0, max: END_MS, noNaN: true }), (plan, fromMs) => {
      const whole = mergedOf(plan, plan.processes);
      expect(mergedOf(plan, plan.processes, fromMs)).toEqual(
        whole.filter(([atMs]) => atMs >= fromMs),
      );
    }),
    { numRuns: 30 },
  );
});

test('adding processes to one app, or an app, changes nobody else’s start and arrivals', () => {
  const plan = (apps: object) => planOf(scenarioWith({ duration: '60s', apps }));
  const one = { ...app, hosts: 2, load: { rate: '30/s' } };
  const before = plan({ b: one });
  const after = plan({ a: { ...one, hosts: 5 }, b: one });
  const of = (given: Plan, name: string) => {
    const process = given.processes.find((candidate) => candidate.name === name)!;
    return [process.startMs, ...walked(given, process)];
  };
  for (const { name } of before.processes) expect(of(after, name)).toEqual(of(before, name));
  const more = plan({ b: { ...one, hosts: 3 } });
  const starts = (given: Plan) => given.processes.slice(0, 6).map(({ startMs }) => startMs);
  expect(starts(more)).toEqual(starts(before));
});
