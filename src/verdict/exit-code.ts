/** How a run's command ends. A signal comes first: whoever sent it knows why the rest is missing. */
import { EXIT, type ExitCode } from '../kernel/errors.ts';
import type { Result } from '../measure/result.ts';

export function exitCodeOf(
  result: Pick<Result, 'verdict'>,
  signal?: 'SIGINT' | 'SIGTERM',
): ExitCode {
  if (signal === 'SIGINT') return EXIT.interrupted;
  if (signal === 'SIGTERM') return EXIT.terminated;
  switch (result.verdict) {
    case 'passed':
      return EXIT.passed;
    case 'failed':
      return EXIT.thresholdFailed;
    case 'invalid':
      return EXIT.invalidRun;
    case 'aborted':
      return EXIT.abortedByThreshold;
  }
}
