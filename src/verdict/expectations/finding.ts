/**
 * What an expectation found in a result: whether it holds, and the words for when it does not. They say
 * what was allowed, what was seen, and where it began.
 */
import type { SubjectResult, TimelineBucket } from '../../measure/result.ts';

export interface Finding {
  readonly passed: boolean;
  /** `no request stalls after the start` */
  readonly expected: string;
  /** `120 requests stalled, the longest for 0.134 s` */
  readonly seen: string;
  /** Where it began: `at 2700 s, in window refresh-in-step: 31 requests`. */
  readonly first: string | undefined;
  /** Whose figures they are. */
  readonly of: string;
}

/** Lines for whoever reads a failed test. `isNot`: the contrary was expected. */
export function findingText(finding: Finding, { isNot }: { readonly isNot: boolean }): string {
  const { expected, seen, first, of } = finding;
  return [
    `${isNot ? 'not expected' : 'expected'}: ${expected}`,
    `seen: ${seen}`,
    ...(first === undefined ? [] : [`first: ${first}`]),
    `of: ${of}`,
  ].join('\n');
}

/** `at 2700 s, in window refresh-in-step: 31 requests`. */
export function placeText(
  subject: SubjectResult,
  { at, seconds }: TimelineBucket,
  what: string,
): string {
  const window = Object.entries(subject.windows).find(
    ([, each]) => each.at <= at && at < each.at + each.seconds,
  );
  const where = window === undefined ? '' : `, in window ${window[0]}`;
  const span = seconds === 1 ? '' : `, in ${plain(seconds)} s`;
  return `at ${plain(at)} s${where}: ${what}${span}`;
}

/** Digits as written, up to a thousandth: an instant that is looked up in a result. */
export function plain(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}

/** `1 request`, `2,000 requests`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : plural}`;
}
