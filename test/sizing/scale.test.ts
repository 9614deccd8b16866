import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/parse.ts';
import { planOf } from '../../src/scenario/plan.ts';
import { afterMonths, scaled } from '../../src/sizing/scale.ts';
import { sketched } from '../run/virtual/simulated.ts';

const BURSTS =
  '{ mode: bursts, bursts: [{ at: 0s, hosts: 7 }, { at: 60s, hosts: 1 }, { at: 90s, hosts: 12 }] }';

function scenarioWith(start: string) {
  const text = sketched({ duration: '10m', hosts: 20, start, load: '{ rate: 100/s }' });
  return parseScenario(text, 'test.yaml');
}

test('bursts add up to the hosts, none is lost, and the plan has all of them', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 30, noNaN: true }), (hosts) => {
      const [app] = scaled(scenarioWith(BURSTS), { users: 1, hosts }).apps;
      const bursts = app!.start.mode === 'bursts' ? app!.start.bursts : [];
      expect(bursts.every((burst) => burst.hosts >= 1)).toBe(true);
      expect(bursts.reduce((sum, burst) => sum + burst.hosts, 0)).toBe(app!.hosts);
      expect(app!.hosts).toBeGreaterThanOrEqual(Math.round(20 * hosts));
      expect(app!.hosts).toBeLessThanOrEqual(Math.round(20 * hosts) + bursts.length);
    }),
  );
});

test('more users are more requests, more hosts are more processes, and neither is the other', () => {
  const scenario = scenarioWith('{ mode: rolling, over: 10s }');
  const users = planOf(scaled(scenario, { users: 3, hosts: 1 }));
  expect(users.processes).toHaveLength(20);
  expect(users.curves[0]!.ratePerSecondAt(0)).toBe(300);
  const hosts = planOf(scaled(scenario, { users: 1, hosts: 1.5 }));
  expect(hosts.processes).toHaveLength(30);
  expect(hosts.curves[0]!.ratePerSecondAt(0)).toBe(100);
});

test('a scenario as it is written stays the same', () => {
  const scenario = scenarioWith(BURSTS);
  expect(scaled(scenario, { users: 1, hosts: 1 })).toBe(scenario);
});

test('growth compounds, on top of a scale', () => {
  const growth = { users: 0.08, hosts: 0, months: 12 };
  const { users, hosts } = afterMonths({ users: 2, hosts: 1.5 }, growth, 12);
  expect(users).toBeCloseTo(2 * 1.08 ** 12, 12);
  expect(hosts).toBe(1.5);
});
