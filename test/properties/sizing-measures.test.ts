/** What the table of measures says, simulated again. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cachePolicy } from '../../src/client/policy.ts';
import { referenceOptions } from '../../src/run/subjects/reference-options.ts';
import { ALL_MEASURES } from '../../src/sizing/measures/all-measures.ts';
import { evaluateMeasures } from '../../src/sizing/measures/evaluate-measures.ts';
import type { SituationName } from '../../src/sizing/size-report.ts';
import { scenarioWith } from '../scenario/example.ts';
import { fleetOf, simulated } from '../sizing/measures/fleets.ts';

const WITHIN = 50;
const SITUATIONS: readonly SituationName[] = ['coldStart', 'steadyState', 'expiryHerd'];

test('what is said to suffice does so with seeds that nobody searched with', async () => {
  const role = { arn: 'acs:ram::1100000000000001:role/a', maxSessionDuration: '4h' };
  const scenario = fleetOf(200, { role });
  const needs = await simulated(6)(scenario, SITUATIONS);
  const { measures, failing } = await evaluateMeasures({
    scenario,
    needs,
    withinPerSecond: WITHIN,
    replications: 12,
    search: simulated(4),
    confirm: simulated(12),
  });
  expect(failing).toContain('coldStart');
  expect(failing).toContain('expiryHerd');
  const mended = measures.filter(({ verdict }) => verdict === 'suffices' || verdict === 'helps');
  expect(mended.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['jitter-window', 'rolling-start', 'share-per-host']),
  );
  for (const { name, value, situations } of mended) {
    const range = ALL_MEASURES.find((each) => each.name === name)!.rangeIn(scenario, WITHIN);
    if ('notApplicable' in range) throw new Error(name);
    const fits = situations.flatMap(({ situation, quotaPerSecond }) =>
      quotaPerSecond !== null && quotaPerSecond <= WITHIN ? [situation] : [],
    );
    const fresh = await simulated(12, 987_654)(range.change(scenario, value ?? 1), fits);
    for (const { situation, quotaPerSecond } of fresh) {
      expect(quotaPerSecond, `${name} in ${situation}`).toBeLessThanOrEqual(WITHIN);
    }
  }
});

test('a longer jitter window needs no larger quota', async () => {
  const scenario = fleetOf(400);
  const jitter = ALL_MEASURES.find(({ name }) => name === 'jitter-window')!;
  const range = jitter.rangeIn(scenario, WITHIN);
  if ('notApplicable' in range) throw new Error(range.notApplicable);
  const needOf = async (seconds: number) => {
    const [need] = await simulated(4)(range.change(scenario, seconds), ['expiryHerd']);
    return need!.quotaPerSecond!;
  };
  let before = await needOf(2);
  for (const seconds of [4, 8, 16, 32, 64, 128, 256, 512]) {
    const need = await needOf(seconds);
    // Peaks of small counts: one call more is chance.
    expect(need, `${seconds} s`).toBeLessThanOrEqual(before + 1);
    before = need;
  }
  expect(before).toBeLessThan(10);
});

test('every step of every measure is a scenario that can be run', () => {
  const fields = fc.record({
    hosts: fc.integer({ min: 1, max: 12 }),
    processesPerHost: fc.integer({ min: 1, max: 9 }),
    client: fc.constantFrom(
      'reference',
      { subject: 'reference', policy: { jitterShare: 0 } },
      { subject: 'reference', policy: { jitterShare: 0.9, prefetchShareMax: 0.2 } },
      { subject: 'reference', share: 'host' },
      'preset:alicloud-go',
      'uncached',
      'static-keys',
    ),
    sessionDuration: fc.constantFrom('15m', '1h', '2h'),
    start: fc.constantFrom({ mode: 'together', within: '0s' }, { mode: 'rolling', over: '30s' }),
  });
  const role = { arn: 'acs:ram::1100000000000001:role/a', maxSessionDuration: '3h' };
  fc.assert(
    fc.property(fields, fc.integer({ min: 1, max: 500 }), (changes, within) => {
      const scenario = scenarioWith({ duration: '3h' }, { ...changes, role });
      for (const { rangeIn } of ALL_MEASURES) {
        const range = rangeIn(scenario, within);
        if ('notApplicable' in range) {
          expect(range.notApplicable).not.toBe('');
          continue;
        }
        expect(range.values.length).toBeGreaterThan(0);
        expect(range.values).toEqual([...range.values].sort((a, b) => a - b));
        for (const value of range.values) {
          const [app] = range.change(scenario, value).apps;
          expect(app!.hosts).toBeGreaterThan(0);
          expect(app!.sessionDurationMs).toBeLessThanOrEqual(app!.role.maxSessionDurationMs);
          if (app!.client.subject === 'reference') {
            cachePolicy(referenceOptions(app!.client.options).policy);
          }
          expect(range.settingText(value)).not.toMatch(/NaN|undefined|Infinity/);
        }
      }
    }),
  );
});
