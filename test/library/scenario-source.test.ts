import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { HarnessError } from '../../src/kernel/errors.ts';
import { scenarioFrom } from '../../src/library/scenario-source.ts';
import type { ScenarioFile } from '../../src/scenario/schema.ts';

const PATH = 'scenarios/cold-start.yaml';
const text = readFileSync(PATH, 'utf8');

describe('the same scenario, however it is given', () => {
  const { hash } = scenarioFrom('cold-start');
  it.each([
    ['a path', PATH],
    ['a file URL', pathToFileURL(PATH)],
    ['YAML text', text],
    ['an object', parse(text) as ScenarioFile],
    ['one that was loaded before', scenarioFrom('cold-start')],
  ])('as %s', (_, source) => {
    expect(scenarioFrom(source).hash).toBe(hash);
  });
});

const GOOD: ScenarioFile = {
  duration: '10s',
  caller: { account: '1000000000000001', region: 'cn-shanghai' },
  apps: {
    demo: {
      role: { arn: 'acs:ram::1100000000000001:role/role-demo-prd' },
      hosts: 2,
      load: { rate: '40/s' },
    },
  },
};

it('an object has the name that it is given, and no question', () => {
  expect(scenarioFrom(GOOD, { name: 'mine' })).toMatchObject({ name: 'mine', question: '' });
  expect(scenarioFrom(GOOD).name).toBe('inline');
});

it('what is undefined in an object is not there', () => {
  const faults = undefined;
  expect(scenarioFrom({ ...GOOD, faults }).hash).toBe(scenarioFrom(GOOD).hash);
});

it('an object is not changed, and a later change of it changes no scenario', () => {
  const mine = structuredClone(GOOD);
  const { apps } = scenarioFrom(mine);
  expect(mine).toEqual(GOOD);
  expect(Object.isFrozen(mine)).toBe(false);
  mine.apps.demo!.hosts = 3;
  expect(apps[0]!.hosts).toBe(2);
});

it('problems of an object have their paths, and no lines', () => {
  const { demo } = GOOD.apps;
  const bad = { ...GOOD, duration: '10 parsecs', apps: { demo: { ...demo, hots: 2 } } };
  expect(() =>
    scenarioFrom(bad as ScenarioFile, { name: 'mine' }),
  ).toThrowErrorMatchingInlineSnapshot(`
    [HarnessError: 2 problems in the input:
      mine at duration: found "10 parsecs"; allowed: a duration with its unit, above zero and at most 31d, such as 24h
      mine at apps.demo.hots: found key "hots"; allowed: one of: user, role, sessionDuration, hosts, processesPerHost, start, client, load, work (did you mean hosts?)]
  `);
});

it.each([
  ['nothing', undefined],
  ['a function', () => {}],
  ['a list', []],
  ['a number too large for JSON', { seed: 1n }],
])('%s is no scenario', (_, source) => {
  const problem = expect(() => scenarioFrom(source as unknown as ScenarioFile));
  problem.toThrow(HarnessError);
  problem.toThrow(/inline/);
});
