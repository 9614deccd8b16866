import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { jitterSecondsFor } from '../../../src/sizing/closed-forms.ts';
import { ALL_MEASURES } from '../../../src/sizing/measures/all-measures.ts';
import { evaluateMeasures } from '../../../src/sizing/measures/evaluate-measures.ts';
import type { MeasureRange } from '../../../src/sizing/measures/measure.ts';
import type { MeasureName } from '../../../src/sizing/measures/measures-report.ts';
import { jitterWindow } from '../../../src/sizing/measures/refresh-measures.ts';
import { sizeWithMeasures } from '../../../src/sizing/measures/size-with-measures.ts';
import { scenarioWith } from '../../scenario/example.ts';
import { fleetOf, simulated } from './fleets.ts';

const measureNamed = (name: MeasureName) => ALL_MEASURES.find((each) => each.name === name)!;

function rangeOf(name: MeasureName, scenario: Scenario): MeasureRange {
  const range = measureNamed(name).rangeIn(scenario, 100);
  if ('notApplicable' in range) throw new Error(range.notApplicable);
  return range;
}

function reasonOf(name: MeasureName, scenario: Scenario): string {
  const range = measureNamed(name).rangeIn(scenario, 100);
  return 'notApplicable' in range ? range.notApplicable : 'applicable';
}

const role = { arn: 'acs:ram::1100000000000001:role/role-a-prd' };

describe('what a measure is for', () => {
  it.each<[MeasureName, string, Record<string, unknown>, RegExp]>([
    [
      'jitter-window',
      'a model',
      { client: 'preset:alicloud-go' },
      /^preset:alicloud-go: its jitter/,
    ],
    ['jitter-window', 'no cache', { client: 'uncached' }, /each request asks STS/],
    ['jitter-window', 'no calls', { client: 'static-keys' }, /no app asks STS/],
    [
      'jitter-window',
      'the longest window',
      { client: { subject: 'reference', policy: { jitterShare: 0.9 } } },
      /as long as the lead allows/,
    ],
    ['prefetch-lead', 'a model', { client: 'preset:alicloud-go' }, /its lead is fixed/],
    ['session-duration', 'the role’s maximum', {}, /MaxSessionDuration of 60 min; UpdateRole/],
    ['session-duration', 'no cache', { client: 'preset:alicloud-php-fpm' }, /each request asks/],
    ['share-per-host', 'one process a host', { processesPerHost: 1 }, /one client as it is/],
    [
      'share-per-host',
      'hosts that share',
      { client: { subject: 'reference', share: 'host' } },
      /one client as it is/,
    ],
    ['spreading-client', 'the reference client', {}, /spread their refreshes as it is/],
    ['regional-endpoints', 'one host', { hosts: 1 }, /cannot be divided/],
    ['rolling-start', 'keys', { client: 'static-keys' }, /no app asks STS/],
  ])('%s is not for %s', (name, _what, fields, reason) => {
    expect(reasonOf(name, scenarioWith({}, fields))).toMatch(reason);
  });

  it('a rolling start is not tried for longer than the scenario can show', () => {
    expect(reasonOf('rolling-start', scenarioWith({ duration: '10s' }))).toMatch(/so short a time/);
    expect(rangeOf('rolling-start', scenarioWith({ duration: '1h' })).values.at(-1)).toBe(900);
  });
});

describe('the change of a measure', () => {
  it('lengthens sessions to the role’s maximum and no further, and the scenario with them', () => {
    const scenario = scenarioWith({}, { role: { ...role, maxSessionDuration: '4h' } });
    const { values, change } = rangeOf('session-duration', scenario);
    expect([values[0], values.at(-1)]).toEqual([4_500, 14_400]);
    const changed = change(scenario, 99_999);
    expect(changed.apps[0]!.sessionDurationMs).toBe(14_400_000);
    expect(changed.durationMs).toBe(28_800_000);
  });

  it('sets the window in the policy, whatever else the policy says', () => {
    const client = { subject: 'reference', policy: { jitterShare: 0.1, triesMax: 3 } };
    const scenario = scenarioWith({}, { client });
    const { values, change, settingText } = rangeOf('jitter-window', scenario);
    // A lead of 15 minutes.
    expect(values.at(-1)).toBe(810);
    expect(change(scenario, 450).apps[0]!.client.options).toEqual({
      share: 'process',
      policy: { jitterShare: 0.5, triesMax: 3 },
    });
    expect(settingText(450)).toBe('each refresh drawn over 7.5 min: jitterShare 0.5 (a)');
  });

  it('gives a host of another client one process for all of its requests', () => {
    const scenario = scenarioWith({}, { client: 'preset:alicloud-go' });
    const [app] = rangeOf('share-per-host', scenario).change(scenario, 1).apps;
    expect(app).toMatchObject({ hosts: 2, processesPerHost: 1, work: { concurrency: 192 } });
  });

  it('leaves a region the largest share of hosts and load', () => {
    const scenario = scenarioWith({}, { hosts: 7 });
    const { values, change } = rangeOf('regional-endpoints', scenario);
    expect(values).toEqual([2, 3, 4, 5, 6, 7]);
    const [app] = change(scenario, 2).apps;
    expect(app!.hosts).toBe(4);
    expect(app!.load.curve[0]!.ratePerSecond).toBeCloseTo((600 * 4) / 7);
  });

  it('leaves other apps as they are', () => {
    const app = { role, hosts: 2, processesPerHost: 2, load: { rate: '1/s' } };
    const apps = { a: app, b: { ...app, client: 'static-keys' } };
    const scenario = scenarioWith({ apps });
    for (const { rangeIn } of ALL_MEASURES) {
      const range = rangeIn(scenario, 1);
      if ('notApplicable' in range) continue;
      expect(range.change(scenario, range.values.at(-1)!).apps[1]).toBe(scenario.apps[1]);
    }
  });
});

describe('the jitter that a fleet in step needs', () => {
  it.each([
    [500, 7.5],
    [1_000, 15],
    [3_000, 46.5],
    [10_000, 160],
  ])(
    'for %i processes and 100 calls a second is within 5 %% of the closed form',
    async (processes, published) => {
      const scenario = fleetOf(processes);
      const { measures } = await evaluateMeasures({
        scenario,
        needs: [{ situation: 'expiryHerd', quotaPerSecond: processes }],
        withinPerSecond: 100,
        replications: 4,
        search: simulated(1),
        confirm: simulated(4),
        measures: [jitterWindow],
      });
      const [row] = measures;
      expect(row).toMatchObject({ verdict: 'suffices', unit: 'seconds' });
      const formula = jitterSecondsFor({ processes, quotaPerSecond: 100 });
      expect(Math.abs(row!.value! / formula - 1)).toBeLessThan(0.05);
      expect(Math.abs(row!.value! / published - 1)).toBeLessThan(0.05);
    },
  );
});

describe('sizeWithMeasures', () => {
  it('names what no cache can help, and the documented way out', async () => {
    const scenario = scenarioWith(
      { duration: '4s', sts: { quota: { perAccount: '100/s' } } },
      { client: 'uncached', load: { rate: '150/s' } },
    );
    const { measures } = await sizeWithMeasures(scenario, { replications: 2 }, undefined);
    expect(measures?.perRequest).toMatchObject({ apps: ['a'], peakPerSecond: 150 });
    expect(measures?.perRequest?.wayOut).toMatch(/sign the URLs/);
    expect(measures?.perRequest?.source).toMatch(/assumerole$/);
    const verdicts = new Map(measures!.measures.map(({ name, verdict }) => [name, verdict]));
    expect(verdicts.get('jitter-window')).toBe('not applicable');
    expect(verdicts.get('spreading-client')).toBe('suffices');
  });

  it('looks at the clients that are simulated, and at what is to suffice', async () => {
    const scenario = fleetOf(60, { client: 'reference', load: { rate: '3000/s' } });
    const { measures } = await sizeWithMeasures(
      scenario,
      { replications: 2, subject: 'preset:alicloud-go', situations: ['expiryHerd'] },
      20,
    );
    expect(measures).toMatchObject({ withinPerSecond: 20, failing: ['expiryHerd'] });
    const spreading = measures!.measures.find(({ name }) => name === 'spreading-client');
    expect(spreading?.setting).toBe('reference in place of preset:alicloud-go');
  });
});
