import { expect, test } from 'vitest';
import { HarnessError } from '../../src/kernel/errors.ts';
import {
  type Allowance,
  type Contender,
  contender,
  refuseUnlike,
} from '../../src/verdict/contenders.ts';
import { judge } from '../../src/verdict/judge.ts';
import { resultOf, subjectOf } from '../measure/documents.ts';
import { live, simulated } from './contenders.ts';

function refusalOf(
  baseline: Contender,
  candidate: Contender,
  allowed: readonly Allowance[] = [],
): HarnessError | undefined {
  try {
    refuseUnlike(baseline, candidate, allowed);
  } catch (error) {
    if (error instanceof HarnessError) return error;
    throw error;
  }
  return undefined;
}

const other = (name: string): Contender => ({ ...simulated(), subject: subjectOf(name) });
const seeded = (...seeds: number[]) =>
  simulated({ replications: { count: seeds.length, seeds, figures: {} } });

test.each<[Allowance, Contender, string]>([
  ['scenario', simulated({}, { scenarioHash: '1'.repeat(64) }), 'run.scenarioHash'],
  ['seed', simulated({}, { seed: 7 }), 'run.seed'],
  ['seed', seeded(42, 43), 'subjects[].replications.seeds'],
  ['engine', live([{}]), 'run.engine'],
  ['subject', other('uncached'), 'subjects[].name'],
])('another %s is refused, unless it is allowed', (allowance, candidate, path) => {
  expect(refusalOf(simulated(), candidate)).toMatchObject({
    code: 'RESULTS_UNLIKE',
    exitCode: 2,
    problems: [{ file: 'result.json', path }],
  });
  expect(refusalOf(simulated(), candidate, [allowance])).toBeUndefined();
});

test('all differences are told at once', () => {
  const candidate = { ...live([{}], { seed: 7 }), subject: subjectOf('uncached') };
  expect(refusalOf(simulated(), candidate)?.problems.map(({ path }) => path)).toEqual([
    'run.seed',
    'run.engine',
    'subjects[].name',
  ]);
});

test('an invalid run is refused with its own exit code, one that ended early as bad input', () => {
  const validity = { ...subjectOf('reference').validity, ok: false, reasons: ['Too busy.'] };
  expect(refusalOf(live([{ validity }]), live([{}]))).toMatchObject({ exitCode: 97 });
  expect(refusalOf(live([{}]), live([{ validity }]))).toMatchObject({ exitCode: 97 });
  expect(refusalOf(live([{}]), live([{ partial: true }]))).toMatchObject({
    code: 'RESULT_PARTIAL',
    exitCode: 2,
  });
});

test('a subject is the one under test, or the one that is named', () => {
  const result = judge(resultOf([subjectOf('reference'), subjectOf('alibaba-sdk')]), []);
  expect(contender('a.json', result).subject.name).toBe('reference');
  expect(contender('a.json', result, 'alibaba-sdk').subject.name).toBe('alibaba-sdk');
  expect(() => contender('a.json', result, 'alibaba')).toThrow(
    /a\.json at subjects: found no alibaba; allowed: one of: reference, alibaba-sdk/,
  );
});
