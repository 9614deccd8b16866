/** What the checks of a client allow where a promise is one of degree. */
import type { Problem } from '../../kernel/errors.ts';

export interface CheckLimits {
  /** Least that is left of a credential when it is served under steady load. */
  readonly spareMs: number;
  /** From the end of a trouble until requests are served again. */
  readonly recoverWithinMs: number;
  /** The longest that a request may wait for its answer, whatever STS does. */
  readonly answerWithinMs: number;
  /** Most calls of one client in any minute while STS refuses it, one request a second asking. */
  readonly callsPerMinuteMax: number;
  /** Most of a fleet that may refresh in one second. */
  readonly herdShareMax: number;
  /** Most of a fleet that may try again in one second. */
  readonly stampedeShareMax: number;
}

export const DEFAULT_LIMITS: CheckLimits = Object.freeze({
  spareMs: 60_000,
  recoverWithinMs: 60_000,
  answerWithinMs: 30_000,
  callsPerMinuteMax: 30,
  herdShareMax: 0.1,
  stampedeShareMax: 0.5,
});

type Rule = { readonly allowed: string; readonly holds: (value: number) => boolean };

const LENGTH: Rule = { allowed: 'milliseconds from 0', holds: (value) => value >= 0 };
const SHARE: Rule = { allowed: 'a share from 0 to 1', holds: (value) => value >= 0 && value <= 1 };
const COUNT: Rule = { allowed: 'a number from 0', holds: (value) => value >= 0 };

const RULES: Readonly<Record<keyof CheckLimits, Rule>> = {
  spareMs: LENGTH,
  recoverWithinMs: LENGTH,
  answerWithinMs: LENGTH,
  callsPerMinuteMax: COUNT,
  herdShareMax: SHARE,
  stampedeShareMax: SHARE,
};

export function limitProblems(limits: Readonly<Record<string, unknown>> | CheckLimits): Problem[] {
  return Object.entries(limits).flatMap(([name, value]) => {
    const rule = Object.hasOwn(RULES, name) ? RULES[name as keyof CheckLimits] : undefined;
    if (typeof value === 'number' && rule?.holds(value)) return [];
    const allowed = rule?.allowed ?? `one of ${Object.keys(RULES).join(', ')}`;
    return [{ file: 'check', path: `limits.${name}`, found: String(value), allowed }];
  });
}
