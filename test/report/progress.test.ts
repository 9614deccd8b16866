import { expect, test } from 'vitest';
import { type ProgressState, progressLine } from '../../src/report/progress.ts';

const state: ProgressState = {
  subject: 'reference',
  subjectIndex: 0,
  subjectCount: 4,
  shape: {
    windows: [
      { name: 'fleet-start', atMs: 0, forMs: 30_000 },
      { name: 'first-refresh', atMs: 3_600_000, forMs: 30_000 },
    ],
    endMs: 3_630_000,
  },
  elapsedMs: 65_400,
  now: { virtualMs: 12_000, completed: 240_226, stalled: 1_284, calls: 352, throttled: 2 },
  before: { virtualMs: 11_000, completed: 220_113, stalled: 1_284, calls: 320, throttled: 2 },
};

test('the line says where the run is, its rates since the reading before, and what went wrong', () => {
  expect(progressLine(state, 120)).toBe(
    '1/4 reference · 1:05 · fleet-start, 18 s left · 20,113 requests/s · 1,284 stalled · 32 AssumeRole/s · 2 throttled',
  );
});

test('where it is narrow, words give way first, then the phase, and the figures stay', () => {
  expect(progressLine(state, 100)).toBe(
    '1/4 reference · 1:05 · fleet-start · 20,113/s · 1,284 stalled · 32 calls/s · 2 throttled',
  );
  expect(progressLine(state, 79)).toBe(
    '1/4 reference · 1:05 · 20,113/s · 1,284 stalled · 32 calls/s · 2 throttled',
  );
});

test('the line keeps to the width', () => {
  expect(progressLine(state, 40)).toHaveLength(40);
});

test('without a reading before, rates are since the start; without time between, none', () => {
  expect(progressLine({ ...state, before: undefined }, 120)).toContain(' 20,019 requests/s ');
  expect(progressLine({ ...state, before: state.now }, 120)).toContain(' 0 requests/s ');
});

test.each([
  [-500, 'setting up'],
  [100_000, 'between windows, at 100 s'],
  [3_600_000, 'first-refresh, 30 s left'],
  [3_630_000, 'ending'],
])('at %d ms the phase is %j', (virtualMs, phase) => {
  const line = progressLine({ ...state, now: { ...state.now, virtualMs } }, 120);
  expect(line.split(' · ')[2]).toBe(phase);
});

test('a run of one subject does not count subjects', () => {
  expect(progressLine({ ...state, subjectCount: 1 }, 120)).toMatch(/^reference · /);
});
