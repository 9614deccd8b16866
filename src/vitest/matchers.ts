/**
 * Matchers for results: a shell around `src/verdict/expectations`, which judges. A result of a run that
 * was invalid or ended early makes a matcher throw, with `.not` too: it tells nothing either way.
 */
import type { Result } from '../measure/result.ts';
import { checksHold } from '../verdict/checks/checks-hold.ts';
import type { CheckReport } from '../verdict/checks/report.ts';
import {
  type CallsOptions,
  callsAtMost,
  noExpiredCredential,
  noFailedRequest,
  noStalls,
} from '../verdict/expectations/expectations.ts';
import { type Finding, findingText } from '../verdict/expectations/finding.ts';
import type { InGroup, InPart, OfSubject } from '../verdict/expectations/part.ts';
import { type QuotaOptions, withinQuota } from '../verdict/expectations/quota.ts';
import { thresholdsHold } from '../verdict/expectations/thresholds-hold.ts';

/** What `expect(result)` gains. */
export interface ResultMatchers {
  /** No request has to wait for a credential: `toHaveNoStalls({ after: 'start' })`. */
  toHaveNoStalls(options?: InPart): void;
  /** No call is refused by a quota, and no second uses more than `share` of it. */
  toStayWithinQuota(options?: QuotaOptions): void;
  /** STS receives at most `max` AssumeRole calls: `toCallAssumeRoleAtMost(8)`. */
  toCallAssumeRoleAtMost(max: number, options?: CallsOptions): void;
  /** No request is handed a credential that has ended. */
  toServeNoExpiredCredential(options?: InGroup): void;
  /** Every request gets its credential. */
  toFailNoRequest(options?: InGroup): void;
  /** The thresholds that the result was judged by hold, or those given in their place. */
  toPassThresholds(expressions?: readonly string[], options?: OfSubject): void;
}

/** What `expect(report)` gains, for a report of `check()`. */
export interface ReportMatchers {
  /** No check failed; those that do not apply to the client are left out. */
  toPassAllChecks(options?: ExceptChecks): void;
}

export interface ExceptChecks {
  /** Names of checks that may fail. Each has to be there, and to fail: an exception that is none goes. */
  readonly except?: readonly string[];
}

interface MatcherState {
  readonly isNot: boolean;
}

interface Matched {
  readonly pass: boolean;
  readonly message: () => string;
}

/** For `expect.extend`, which `import 'sts-harness/vitest'` has done. */
export const matchers = {
  toHaveNoStalls: matcherOf(noStalls),
  toStayWithinQuota: matcherOf(withinQuota),
  toCallAssumeRoleAtMost: matcherOf(callsAtMost),
  toServeNoExpiredCredential: matcherOf(noExpiredCredential),
  toFailNoRequest: matcherOf(noFailedRequest),
  toPassThresholds: matcherOf(thresholdsHold),
  toPassAllChecks(this: MatcherState, received: unknown, options: ExceptChecks = {}): Matched {
    const { passed, text } = checksHold(reportFrom(received), options.except ?? []);
    return { pass: passed, message: () => text };
  },
};

function matcherOf<Rest extends readonly unknown[]>(
  find: (result: Result, ...rest: Rest) => Finding,
) {
  return function (this: MatcherState, received: unknown, ...rest: Rest): Matched {
    const finding = find(resultFrom(received), ...rest);
    return { pass: finding.passed, message: () => findingText(finding, this) };
  };
}

function reportFrom(received: unknown): CheckReport {
  if (typeof received === 'object' && received !== null && 'checks' in received) {
    return received as CheckReport;
  }
  throw new TypeError('expect() was given no report of check(): write expect(await check(…))');
}

/** A promise that somebody forgot to await is the likeliest other thing. */
function resultFrom(received: unknown): Result {
  if (typeof received === 'object' && received !== null) {
    if ('subjects' in received && Array.isArray(received.subjects)) return received as Result;
    if ('then' in received) {
      throw new TypeError('expect() was given a promise: write expect(await simulate(…))');
    }
  }
  throw new TypeError('expect() was given no result of simulate(), run() or readResult()');
}
