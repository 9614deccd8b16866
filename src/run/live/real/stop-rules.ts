/** What ends a run against real STS at once: pure rules over what calls came to. */

/** What a call came to. */
export interface CallEnd {
  readonly outcome: 'succeeded' | 'throttled' | 'failed';
  /** Of the error; `OK` for none. */
  readonly code: string;
}

/** Hard limits: given on the command line alone, and no scenario can lift them. */
export interface GuardRules {
  /** Most AssumeRole calls of the whole run. */
  readonly budget: number;
  /** Most calls in any second. */
  readonly ceilingPerSecond: number;
  readonly allowsThrottling: boolean;
  /** From 0 to 1: a larger share of failed calls ends the run. */
  readonly errorShareMax: number;
}

export interface GuardStop {
  readonly rule: 'budget' | 'throttling' | 'no-permission' | 'error-share' | 'asked';
  /** One sentence. */
  readonly text: string;
}

/** A share of fewer answers says nothing. */
const ANSWERS_MIN = 10;

export function stopOfBudget({ budget }: GuardRules): GuardStop {
  const text = `The budget of ${budget} AssumeRole calls is used up, and a client asked for one more.`;
  return { rule: 'budget', text };
}

/** `answers`: all so far, this one among them. */
export function stopAfter(
  { outcome, code }: CallEnd,
  answers: { readonly count: number; readonly failed: number },
  rules: GuardRules,
): GuardStop | undefined {
  if (outcome === 'throttled' && !rules.allowsThrottling) {
    const text = `STS throttled a call (${code}): the quota is shared with production, so no further call was sent.`;
    return { rule: 'throttling', text };
  }
  if (/(^|\.)NoPermission/.test(code)) {
    const text = `STS refused a call with ${code}: the caller may not assume the role, or the role does not trust it.`;
    return { rule: 'no-permission', text };
  }
  const { count, failed } = answers;
  if (count < ANSWERS_MIN || failed / count <= rules.errorShareMax) return undefined;
  const allowed = `more than the share of ${rules.errorShareMax * 100} % that is allowed`;
  const text = `${failed} of ${count} calls failed, the last of them with ${code}: ${allowed}.`;
  return { rule: 'error-share', text };
}
