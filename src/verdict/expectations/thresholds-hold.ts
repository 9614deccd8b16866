/** Whether thresholds hold: those that the result was judged by, or others. */
import { HarnessError } from '../../kernel/errors.ts';
import type { Result } from '../../measure/result.ts';
import { evaluate } from '../evaluate.ts';
import { failureText } from '../judge.ts';
import { parseThresholdsFor } from '../thresholds.ts';
import { counted, type Finding } from './finding.ts';
import { type OfSubject, ofText, soundSubject } from './part.ts';

/** `expressions`: in place of the result's own, which are those of the subject under test. */
export function thresholdsHold(
  result: Result,
  expressions?: readonly string[],
  options: OfSubject = {},
): Finding {
  const subject = soundSubject(result, options);
  const judged =
    expressions === undefined
      ? subject.thresholds
      : parseThresholdsFor(result, expressions).map((each) => evaluate(each, subject));
  if (judged.length === 0) {
    throw new HarnessError(
      'EXPECTATION_INVALID',
      `${ofText(result, subject)}: no threshold is set`,
    );
  }
  const failed = judged.filter(({ passed, level }) => !passed && level === 'error');
  return {
    passed: failed.length === 0,
    expected: `${counted(judged.length, 'threshold holds', 'thresholds hold')}`,
    seen: failed.length === 0 ? 'all of them hold' : failed.map(failureText).join(' '),
    first: undefined,
    of: ofText(result, subject),
  };
}
