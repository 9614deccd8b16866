import { expect, test } from 'vitest';
import { planOf } from '../../src/scenario/plan.ts';
import { app, scenarioWith } from './example.ts';

const startsOf = (fields: Record<string, unknown>) => {
  const plan = planOf(scenarioWith({}, fields));
  return plan.processes.map(({ startMs }) => startMs);
};

test('processes that start together do so at instants of their own within the time given', () => {
  const starts = startsOf({ hosts: 20, start: { mode: 'together', at: '5s', within: '2s' } });
  expect(Math.min(...starts)).toBeGreaterThanOrEqual(5_000);
  expect(Math.max(...starts)).toBeLessThan(7_000);
  expect(new Set(starts).size).toBe(60);
});

test('a rolling start takes hosts one after another, evenly, all processes of a host at once', () => {
  const start = { mode: 'rolling', at: '1s', over: '8s' };
  expect(startsOf({ hosts: 4, processesPerHost: 2, start })).toEqual([
    1_000, 1_000, 3_000, 3_000, 5_000, 5_000, 7_000, 7_000,
  ]);
});

test('bursts bring up their hosts in order, each host at one instant within its burst', () => {
  const bursts = [
    { at: '10s', hosts: 1, within: '0s' },
    { at: '20s', hosts: 2, within: '3s' },
  ];
  const starts = startsOf({ hosts: 3, processesPerHost: 2, start: { mode: 'bursts', bursts } });
  expect(starts.slice(0, 2)).toEqual([10_000, 10_000]);
  expect(starts[2]).toBe(starts[3]);
  expect(starts[4]).toBe(starts[5]);
  expect(starts[2]).not.toBe(starts[4]);
  for (const startMs of starts.slice(2)) {
    expect(startMs).toBeGreaterThanOrEqual(20_000);
    expect(startMs).toBeLessThan(23_000);
  }
});

test('processes are numbered through all apps, hosts likewise', () => {
  const plan = planOf(scenarioWith({ apps: { a: app, b: { ...app, hosts: 1 } } }));
  expect(plan.hosts).toBe(3);
  expect(plan.processes.map(({ index, app: of, host, name }) => [index, of, host, name])).toEqual([
    [0, 0, 0, 'a.h0.p0'],
    [1, 0, 0, 'a.h0.p1'],
    [2, 0, 0, 'a.h0.p2'],
    [3, 0, 1, 'a.h1.p0'],
    [4, 0, 1, 'a.h1.p1'],
    [5, 0, 1, 'a.h1.p2'],
    [6, 1, 2, 'b.h0.p0'],
    [7, 1, 2, 'b.h0.p1'],
    [8, 1, 2, 'b.h0.p2'],
  ]);
});

test('another seed draws other starts, the same seed the same', () => {
  const scenario = scenarioWith();
  const starts = (seed: number) => planOf(scenario, seed).processes.map(({ startMs }) => startMs);
  expect(starts(1)).toEqual(starts(1));
  expect(starts(1)).not.toEqual(starts(2));
});
