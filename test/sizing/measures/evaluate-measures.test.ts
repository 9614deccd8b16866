import { describe, expect, it } from 'vitest';
import { evaluateMeasures } from '../../../src/sizing/measures/evaluate-measures.ts';
import type { Measure } from '../../../src/sizing/measures/measure.ts';
import type { Needs, Sizer } from '../../../src/sizing/measures/needs.ts';
import type { SituationName } from '../../../src/sizing/size-report.ts';
import { scenarioWith } from '../../scenario/example.ts';

const needs: Needs = [
  { situation: 'coldStart', quotaPerSecond: 300 },
  { situation: 'expiryHerd', quotaPerSecond: 250 },
];

/** A knob of the fake scenario: kept where nobody else looks. */
const knob = (name: 'hosts' | 'processesPerHost', values: readonly number[]): Measure => ({
  name: name === 'hosts' ? 'rolling-start' : 'jitter-window',
  title: `more ${name}`,
  unit: 'seconds',
  sideEffects: ['it costs'],
  rangeIn: () => ({
    values,
    change: (base, value) => ({
      ...base,
      apps: base.apps.map((app) => ({ ...app, [name]: value })),
    }),
    settingText: (value) => `${name} ${value}`,
  }),
});

const none: Measure = {
  ...knob('hosts', [1]),
  name: 'session-duration',
  rangeIn: () => ({ notApplicable: 'not here' }),
};

/** Needs fall with the knobs; `asked` keeps who was asked for what. */
function world(extra = 0) {
  const asked: string[] = [];
  const sizer =
    (who: string, more: number): Sizer =>
    async (scenario, situations) => {
      const { hosts, processesPerHost } = scenario.apps[0]!;
      asked.push(`${who} ${hosts} ${processesPerHost} ${situations.join()}`);
      const need: Partial<Record<SituationName, number>> = {
        coldStart: 300 - 10 * (hosts - 2) + more,
        expiryHerd: 250 - 10 * (processesPerHost - 3) + more,
      };
      return situations.map((situation) => ({
        situation,
        quotaPerSecond: Math.max(1, need[situation]!),
      }));
    };
  return { asked, search: sizer('search', 0), confirm: sizer('confirm', extra) };
}

const steps = Array.from({ length: 40 }, (_, i) => i + 3);
const scenario = scenarioWith();
const inputs = { scenario, needs, withinPerSecond: 100, replications: 60 };

describe('evaluateMeasures', () => {
  it('finds the smallest step that does all that the largest can do', async () => {
    const { search, confirm } = world();
    const measures = [knob('hosts', steps)];
    const { measures: rows } = await evaluateMeasures({ ...inputs, search, confirm, measures });
    // 300 - 10 × (22 - 2) is 100.
    expect(rows).toMatchObject([
      {
        verdict: 'helps',
        setting: 'hosts 22',
        value: 22,
        quotaPerSecond: 250,
        situations: [
          { situation: 'coldStart', quotaPerSecond: 100 },
          { situation: 'expiryHerd', quotaPerSecond: 250 },
        ],
      },
    ]);
  });

  it('goes a step further where all seeds together need more than the few', async () => {
    const { search, confirm } = world(25);
    const measures = [knob('hosts', steps)];
    const { measures: rows } = await evaluateMeasures({ ...inputs, search, confirm, measures });
    expect(rows[0]).toMatchObject({ setting: 'hosts 25' });
  });

  it('puts together what mends different situations, and tries the whole', async () => {
    const { search, confirm } = world();
    const measures = [none, knob('hosts', steps), knob('processesPerHost', steps)];
    const report = await evaluateMeasures({ ...inputs, search, confirm, measures });
    expect(report.measures.map(({ verdict }) => verdict)).toEqual([
      'helps',
      'helps',
      'not applicable',
    ]);
    expect(report.together).toEqual({
      names: ['rolling-start', 'jitter-window'],
      quotaPerSecond: 100,
      suffices: true,
    });
  });

  it('ranks what suffices first, in the order of the table, and what is too little by its need', async () => {
    const { search, confirm } = world();
    const onlyCold = needs.slice(0, 1);
    const weak = { ...knob('hosts', [3, 4]), title: 'weak' };
    const weaker = { ...knob('hosts', [3]), title: 'weaker' };
    const strong = { ...knob('hosts', steps), title: 'strong' };
    const report = await evaluateMeasures({
      ...inputs,
      needs: onlyCold,
      search,
      confirm,
      measures: [none, weaker, weak, strong],
    });
    expect(report.measures.map(({ title, verdict }) => [title, verdict])).toEqual([
      ['strong', 'suffices'],
      ['weak', 'does not help'],
      ['weaker', 'does not help'],
      ['more hosts', 'not applicable'],
    ]);
    expect(report.together).toBeNull();
  });

  it('asks nothing where the quota is enough', async () => {
    const { search, confirm, asked } = world();
    const report = await evaluateMeasures({ ...inputs, withinPerSecond: 300, search, confirm });
    expect(report).toMatchObject({ failing: [], measures: [], neededPerSecond: 300 });
    expect(asked).toEqual([]);
  });

  it('bisects, and asks the many seeds once', async () => {
    const { search, confirm, asked } = world();
    const measures = [knob('hosts', steps)];
    await evaluateMeasures({ ...inputs, search, confirm, measures });
    expect(asked.filter((line) => line.startsWith('confirm'))).toHaveLength(1);
    expect(asked.length).toBeLessThan(10);
  });
});
