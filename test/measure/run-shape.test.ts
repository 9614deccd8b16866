import { expect, test } from 'vitest';
import { type Phase, shapeOf } from '../../src/measure/run-shape.ts';
import { planOf } from '../../src/scenario/plan.ts';
import { app, scenarioWith } from '../scenario/example.ts';

const AT_ONCE = { mode: 'together', within: '0s' };

function phasesOf(
  top: Record<string, unknown>,
  fields: Record<string, unknown> = {},
  endMs?: number,
): readonly Phase[] {
  const scenario = scenarioWith(top, { start: AT_ONCE, ...fields });
  const options = { endMs: endMs ?? scenario.durationMs, stallThresholdMs: 1 };
  return shapeOf(planOf(scenario), options).phases!;
}

const seconds = (phases: readonly Phase[]) =>
  phases.map(({ name, fromMs, toMs }) => [name, fromMs / 1_000, toMs / 1_000]);

test('cold start is over half a session after the last start, steady state begins after two', () => {
  expect(seconds(phasesOf({ duration: '3h' }))).toEqual([
    ['coldStart', 0, 1_800],
    ['steadyState', 7_200, 10_800],
  ]);
});

test('both count from the last start, at the next whole second', () => {
  // Hosts start at 0, 100.5 and 201 s; the last of them ends the start.
  const start = { mode: 'rolling', over: '301500ms' };
  expect(seconds(phasesOf({ duration: '3h' }, { start, hosts: 3 }))).toEqual([
    ['coldStart', 0, 2_001],
    ['steadyState', 7_401, 10_800],
  ]);
  const fraction = { mode: 'together', at: '250ms', within: '0s' };
  expect(seconds(phasesOf({ duration: '3h' }, { start: fraction }))).toEqual([
    ['coldStart', 0, 1_801],
    ['steadyState', 7_201, 10_800],
  ]);
});

test('the shortest session ends the cold start, the longest one delays the steady state', () => {
  const role = { arn: 'acs:ram::12345:role/other', maxSessionDuration: '2h' };
  const apps = {
    a: { ...app, start: AT_ONCE, sessionDuration: '900s' },
    b: { ...app, start: { mode: 'together', at: '1m', within: '0s' }, role, sessionDuration: '2h' },
  };
  expect(seconds(phasesOf({ duration: '5h', apps }))).toEqual([
    ['coldStart', 0, 60 + 450],
    ['steadyState', 60 + 14_400, 18_000],
  ]);
});

test.each([
  ['2h', [['coldStart', 0, 1_800]]],
  ['31m', [['coldStart', 0, 1_800]]],
  ['10m', [['coldStart', 0, 600]]],
])(
  'a scenario of %s has no steady state, and no more cold start than it lasts',
  (duration, phases) => {
    expect(seconds(phasesOf({ duration }))).toEqual(phases);
  },
);

test('a run that ends before its scenario has the phases until then', () => {
  expect(seconds(phasesOf({ duration: '3h' }, {}, 7_500_000))).toEqual([
    ['coldStart', 0, 1_800],
    ['steadyState', 7_200, 7_500],
  ]);
  expect(seconds(phasesOf({ duration: '3h' }, {}, 7_200_000))).toEqual([['coldStart', 0, 1_800]]);
});
