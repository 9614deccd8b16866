import { expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/parse.ts';
import { planOf } from '../../src/scenario/plan.ts';
import { cutAfter, pilotOf, type Stage, stagesOf, withQuota } from '../../src/sizing/situations.ts';
import { type Sketch, sketched } from '../run/virtual/simulated.ts';

const SKETCH: Sketch = {
  duration: '3h',
  hosts: 10,
  start: '{ mode: rolling, at: 5s, over: 10s }',
  load: '{ curve: [[0s, 10/s], [1h, 50/s], [2h, 20/s], [5h, 900/s]] }',
  faults: ['{ kind: background, at: 1h, for: 5m, rate: 7/s }', '{ kind: outage, at: 2h, for: 1m }'],
  windows: ['{ name: first, at: 0s, for: 10m }', '{ name: last, at: 2h, for: 10m }'],
};
const OUTAGE = { outageFromMs: 2_700_000, outageMs: 600_000 };
const SECOND_MS = 1_000;

function stages(sketch: Partial<Sketch> = {}, outage = OUTAGE as Parameters<typeof stagesOf>[1]) {
  const scenario = parseScenario(sketched({ ...SKETCH, ...sketch }), 'test.yaml');
  const list = stagesOf(scenario, outage);
  const named = (name: Stage['name']) => list.find((stage) => stage.name === name)!;
  return { scenario, list, named };
}

test('start and what follows it are one simulation of the scenario as it is, without a quota', () => {
  const { scenario, named } = stages();
  const cold = named('coldStart');
  const steady = named('steadyState');
  expect(cold.scenario).toBe(steady.scenario);
  expect(cold.scenario).toEqual({
    ...scenario,
    sts: { ...scenario.sts, quotaPerAccount: undefined, quotaPerRole: undefined },
  });
  // The last start is at 15 s at the latest, and a session lasts an hour.
  expect([cold.fromMs, cold.toMs]).toEqual([0, 1_815 * SECOND_MS]);
  expect([steady.fromMs, steady.toMs]).toEqual([1_815 * SECOND_MS, scenario.durationMs]);
});

test('a herd begins at one instant, at the peak of the scenario’s own time, with others’ use alone', () => {
  const { named } = stages();
  const herd = named('expiryHerd');
  const plan = planOf(herd.scenario);
  expect(new Set(plan.processes.map(({ startMs }) => startMs))).toEqual(new Set([0]));
  expect(plan.curves[0]!.ratePerSecondAt(0)).toBe(50);
  expect(plan.curves[0]!.ratePerSecondAt(herd.toMs)).toBe(50);
  expect(herd.scenario.faults).toMatchObject([{ kind: 'background', atMs: 0, forMs: herd.toMs }]);
  expect([herd.fromMs, herd.toMs]).toEqual([1_800 * SECOND_MS, 4_500 * SECOND_MS]);
});

test('recovery begins where the outage ends, and a window with it', () => {
  const { named } = stages();
  const { scenario, fromMs, toMs } = named('recovery');
  expect(fromMs).toBe(3_300 * SECOND_MS);
  expect(toMs).toBe(fromMs + 1_800 * SECOND_MS);
  expect(scenario.faults.map(({ kind }) => kind)).toEqual(['background', 'outage']);
  expect(scenario.faults[1]).toMatchObject({ atMs: 2_700_000, forMs: 600_000 });
  expect(scenario.windows).toMatchObject([{ atMs: fromMs, forMs: toMs - fromMs }]);
});

test('without a refresh there is no recovery, and without time after the start no steady state', () => {
  const { list } = stages(
    { duration: '10m', windows: [], faults: [] },
    { outageFromMs: undefined, outageMs: 600_000 },
  );
  expect(list.map(({ name }) => name)).toEqual(['coldStart', 'expiryHerd']);
  expect(list[0]!.toMs).toBe(600 * SECOND_MS);
});

test('a stage alone ends with it, windows too, and a quota begins with it', () => {
  const { named } = stages();
  const alone = cutAfter(named('coldStart'));
  expect(alone.scenario.durationMs).toBe(1_815 * SECOND_MS);
  expect(alone.scenario.windows.map(({ name }) => name)).toEqual(['first']);
  const quota = {
    quotaPerAccount: 40,
    quotaPerRole: undefined,
    limiter: { algorithm: 'fixed-window' },
  } as const;
  expect(withQuota(named('recovery'), quota).sts).toMatchObject({
    quotaPerAccount: 40,
    quotaFromMs: named('recovery').fromMs,
  });
});

test('the pilot has no outage of any kind, and lasts until each process has come due', () => {
  const { scenario } = stages();
  const pilot = pilotOf(scenario);
  expect(pilot.faults.map(({ kind }) => kind)).toEqual(['background']);
  expect(pilot.durationMs).toBe((15 + 1.25 * 3_600) * SECOND_MS);
});
