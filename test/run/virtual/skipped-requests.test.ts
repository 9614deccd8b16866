import { expect, test } from 'vitest';
import { entryOf, simulateSeed } from '../../../src/run/virtual/simulate-seed.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';
import { type Sketch, sketched } from './simulated.ts';

/** Refreshes and throttled calls throughout, and requests that are skipped between them. */
const FLEET: Sketch = {
  duration: '2h',
  hosts: 8,
  processesPerHost: 4,
  session: '900s',
  start: '{ mode: rolling, over: 4s }',
  load: '{ rate: 60/s }',
  quota: '{ perAccount: 1/s, perRole: off, limiter: fixed-window }',
  windows: ['{ name: start, at: 0s, for: 10s }'],
};

const FEW: Sketch = { ...FLEET, duration: '45m', load: '{ rate: 20/s }' };

test.each([
  ['drawn', { ...FLEET, load: '{ rate: 600/s }' }],
  ['counted', FEW],
  ['evenly spaced', { ...FEW, load: '{ rate: 20/s, arrivals: even }' }],
])('calls and stalls are the same whether skipped requests, %s, are counted', async (_, sketch) => {
  const scenario = parseScenario(sketched(sketch), 'test.yaml');
  const task = {
    scenario,
    entry: entryOf(scenario, undefined),
    seed: 7,
    phases: [{ name: 'late', fromMs: 1_200_000, toMs: scenario.durationMs }],
  };
  const all = await simulateSeed({ ...task, countsSkipped: true });
  const bare = await simulateSeed({ ...task, countsSkipped: false });
  expect(bare.calls).toEqual(all.calls);
  for (const phase of [undefined, 'late']) {
    const [one, other] = [all, bare].map(({ result }) =>
      phase === undefined ? result.totals : result.phases[phase]!.totals,
    );
    expect(other!.assumeRole).toEqual(one!.assumeRole);
    expect(other!.stalls).toEqual(one!.stalls);
    expect(other!.requests.failed).toBe(one!.requests.failed);
  }
  expect(all.result.totals.stalls.requests).toBeGreaterThan(0);
  expect(all.result.totals.assumeRole.throttled).toBeGreaterThan(0);
  expect(bare.result.totals.requests.offered).toBeLessThan(all.result.totals.requests.offered);
});
