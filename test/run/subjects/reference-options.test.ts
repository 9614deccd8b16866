import { expect, test } from 'vitest';
import { HarnessError } from '../../../src/kernel/errors.ts';
import { referenceOptions } from '../../../src/run/subjects/reference-options.ts';

function refusalOf(options: Record<string, unknown>): HarnessError {
  try {
    referenceOptions(options);
  } catch (error) {
    if (error instanceof HarnessError) return error;
    throw error;
  }
  throw new Error('they were taken');
}

test('a process has a client of its own, with the default policy, where nothing else is said', () => {
  expect(referenceOptions({})).toEqual({ share: 'process', policy: {} });
});

test('a host can share one, and single numbers of the policy can be others', () => {
  const options = { share: 'host', policy: { jitterShare: 0 } };
  expect(referenceOptions(options)).toEqual(options);
});

test.each([
  [{ share: 'rack' }, 'SUBJECT_INVALID', 'share: found rack; allowed: process or host'],
  [{ policy: 'strict' }, 'SUBJECT_INVALID', 'policy: found strict; allowed: a mapping'],
  [{ policy: null }, 'SUBJECT_INVALID', 'policy: found null'],
  [{ policy: { jitterShare: 2 } }, 'CLIENT_POLICY_INVALID', 'jitterShare: found 2'],
  [{ policy: { jitter: 0 } }, 'CLIENT_POLICY_INVALID', 'jitter: found an unknown option'],
])('%j is refused with exit code 2', (options, code, text) => {
  const refused = refusalOf(options);
  expect(refused).toMatchObject({ code, exitCode: 2 });
  expect(refused.message).toContain(text);
});
