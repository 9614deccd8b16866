import { expect, test } from 'vitest';
import { EXIT, HarnessError } from '../../src/kernel/errors.ts';
import { refuseContradictions } from '../../src/library/replay.ts';
import type { Result, SubjectResult } from '../../src/measure/result.ts';
import { resultOf, subjectOf, totalsOf } from '../measure/documents.ts';

const FILE = 'results/smoke-1/result.json';

function documentOf(figures: Partial<SubjectResult>): Result {
  const measured = resultOf([subjectOf('reference', figures)]);
  return { ...measured, verdict: 'passed', reasons: [] };
}

test('a result that contradicts itself is an internal error that names the file and each violation', () => {
  const totals = totalsOf({ requests: { offered: 2 }, assumeRole: { calls: 1 } });
  let thrown: unknown;
  try {
    refuseContradictions(documentOf({ totals }), FILE);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(HarnessError);
  const { code, exitCode, message, hint } = thrown as HarnessError;
  expect({ code, exitCode }).toEqual({
    code: 'RESULT_CONTRADICTS_ITSELF',
    exitCode: EXIT.internalError,
  });
  expect(message).toContain(`${FILE} is wrong:`);
  expect(message).toMatch(/offered 2 is not completed 0/);
  expect(message).toMatch(/AssumeRole calls 1 is not succeeded 0/);
  expect(hint).toContain('bug of sts-harness');
});

test('a result that does not is let through', () => {
  expect(() => refuseContradictions(documentOf({}), FILE)).not.toThrow();
});
