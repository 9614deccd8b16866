import { expect, test } from 'vitest';
import { commonClaims } from '../../../src/run/subjects/claims.ts';
import { lineUp } from '../../../src/run/subjects/line-up.ts';
import { app, scenarioWith } from '../../scenario/example.ts';

const role = { arn: 'acs:ram::12345:role/other' };

test('the command line says which subjects there are, in its order and instead of every app’s own', () => {
  const scenario = scenarioWith({ compare: ['uncached'] });
  expect(lineUp(scenario, ['static-keys', 'reference'])).toEqual([
    { name: 'static-keys', override: 'static-keys' },
    { name: 'reference', override: 'reference' },
  ]);
});

test('otherwise the scenario’s own client is under test, and what it names to compare stands beside', () => {
  const scenario = scenarioWith({ compare: ['uncached', 'static-keys'] });
  expect(lineUp(scenario, [])).toEqual([
    { name: 'reference', override: undefined },
    { name: 'uncached', override: 'uncached' },
    { name: 'static-keys', override: 'static-keys' },
  ]);
});

test('apps with different clients are under test together, as configured', () => {
  const apps = { a: app, b: { ...app, role, client: 'alibaba-sdk' } };
  expect(lineUp(scenarioWith({ apps, compare: ['reference'] }), [])).toEqual([
    { name: 'as configured', override: undefined },
    { name: 'reference', override: 'reference' },
  ]);
});

test('subjects promise together what each of them does, and nothing where one is silent', () => {
  const both = { claims: { singleFlight: true, neverServesExpired: true } };
  const one = { claims: { singleFlight: false, neverServesExpired: true } };
  expect(commonClaims([both, both])).toEqual(both);
  expect(commonClaims([both, one])).toEqual(one);
  expect(commonClaims([both, {}])).toEqual({});
  expect(commonClaims([{}])).toEqual({});
});
