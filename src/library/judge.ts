/** Thresholds held against a result that is there already, such as one read from a file. */
import type { Result } from '../measure/result.ts';
import { judge as judgeMeasured } from '../verdict/judge.ts';
import { parseThresholdsFor } from '../verdict/thresholds.ts';

export function judge(result: Result, thresholds: readonly string[]): Result {
  return judgeMeasured(result, parseThresholdsFor(result, thresholds));
}
