/** A result that contradicts itself is our own bug: it is kept, and nobody may rely on it. */
import { EXIT, HarnessError } from '../kernel/errors.ts';
import { violations } from '../measure/invariants.ts';
import type { Result } from '../measure/result.ts';

export function refuseContradictions(result: Result, file: string): void {
  const found = violations(result);
  if (found.length === 0) return;
  throw new HarnessError(
    'RESULT_CONTRADICTS_ITSELF',
    `${file} is wrong:\n  ${found.join('\n  ')}`,
    {
      exitCode: EXIT.internalError,
      hint: 'This is a bug of sts-harness; please report it with the file.',
    },
  );
}
