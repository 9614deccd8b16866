/**
 * What users hold their client to in a test: each expectation looks at a result and says what it
 * found. They are the one place that judges for the vitest matchers.
 */
import type { Result, SubjectResult } from '../../measure/result.ts';
import { counted, type Finding, placeText, plain } from './finding.ts';
import {
  groupOf,
  type InGroup,
  type InPart,
  ofText,
  partOf,
  refused,
  soundSubject,
} from './part.ts';

/** No request has to wait for a credential. */
export function noStalls(result: Result, options: InPart = {}): Finding {
  const { subject, text, of, counts, buckets } = partOf(result, options);
  const { stalled, longestStallSeconds: longest } = counts;
  const first = buckets?.find((bucket) => bucket.stalled > 0);
  const long =
    longest === undefined || stalled === 0 ? '' : `, the longest for ${plain(longest)} s`;
  return {
    passed: stalled === 0,
    expected: `no request stalls${text}`,
    seen: `${counted(stalled, 'request')} stalled${long}`,
    first: first && placeText(subject, first, counted(first.stalled, 'request')),
    of,
  };
}

export type CallsOptions = InPart & {
  /** Counts the calls of the busiest aligned second, in place of all. */
  readonly inAnySecond?: boolean;
};

/** STS receives no more than `max` AssumeRole calls. */
export function callsAtMost(result: Result, max: number, options: CallsOptions = {}): Finding {
  if (!(max >= 0)) throw refused('calls', String(max), 'a number from 0');
  const { subject, text, of, counts, buckets = [] } = partOf(result, options);
  const isPeak = options.inAnySecond === true;
  const calls = isPeak ? counts.callsPeakPerSecond : counts.calls;
  let total = 0;
  const first = buckets.find((bucket) => {
    total += bucket.assumeRole;
    return (isPeak ? bucket.assumeRolePeakPerSecond : total) > max;
  });
  const what =
    first &&
    (isPeak
      ? `${counted(first.assumeRolePeakPerSecond, 'call')} in a second`
      : `${counted(total, 'call')} so far`);
  const span = isPeak ? ' in a second' : '';
  return {
    passed: calls <= max,
    expected: `at most ${counted(max, 'AssumeRole call')}${span}${text}`,
    seen: `${counted(calls, 'call')}${span}, by ${counted(subject.processes, 'process', 'processes')}`,
    first: first && placeText(subject, first, what!),
    of,
  };
}

/** No caller is ever handed a credential that has ended. */
export function noExpiredCredential(result: Result, options: InGroup = {}): Finding {
  const subject = soundSubject(result, options);
  const { totals, text } = groupOf(subject, options);
  const { servedExpired, minRemainingSeconds: least } = totals.credentials;
  const left = least === null ? 'none had an end' : `the least had ${plain(least)} s left`;
  return {
    passed: servedExpired === 0,
    expected: `no request is handed an expired credential${text}`,
    seen: `${counted(servedExpired, 'request')} with an expired credential; ${left}`,
    first: undefined,
    of: ofText(result, subject),
  };
}

/** Every request gets a credential. */
export function noFailedRequest(result: Result, options: InGroup = {}): Finding {
  const subject = soundSubject(result, options);
  const { totals, text } = groupOf(subject, options);
  const { failed, offered } = totals.requests;
  return {
    passed: failed === 0,
    expected: `no request fails${text}`,
    seen: `${counted(failed, 'request')} of ${offered.toLocaleString('en-US')} failed`,
    // Errors are counted for the subject as a whole.
    first: failed === 0 || text !== '' ? undefined : firstError(subject),
    of: ofText(result, subject),
  };
}

function firstError({ errors }: SubjectResult): string | undefined {
  const [earliest] = errors
    .filter(({ source }) => source === 'request')
    .sort((a, b) => a.firstAt - b.firstAt);
  return earliest && `at ${plain(earliest.firstAt)} s: ${earliest.code}, ${earliest.count} times`;
}
