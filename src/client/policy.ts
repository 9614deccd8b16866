/**
 * The cache policy: every number that the cache core decides by, with its default, in one table.
 *
 * Windows scale with the credential's lifetime, because a fixed lead fails at one end: 15 minutes
 * before expiry is sensible for an hour's credential and means a refresh on every call for one of
 * 15 minutes. What is not here: the time a single AssumeRole call may take, which is the shell's.
 */
import { badInput, type Problem } from '../kernel/errors.ts';

export interface CachePolicy {
  /** Prefetch window by lifetime: the first step whose `lifetimeMsMax` is not exceeded holds. */
  readonly prefetchSteps: readonly PrefetchStep[];
  /** The prefetch window is at most this share of the lifetime, above 0 and at most 0.5. */
  readonly prefetchShareMax: number;
  /**
   * The refresh instant is drawn uniformly over this share of the prefetch window, from its start:
   * processes that started together do not refresh together.
   */
  readonly jitterShare: number;
  /** Longest stale window; it shrinks to half of what the jitter leaves of the prefetch window. */
  readonly staleWindowMs: number;
  /** A credential is not handed over when less is left: it has to reach the service alive. */
  readonly expiryMarginMs: number;
  /** Ceiling of the wait after the first failure; it doubles with each further one. */
  readonly backoffBaseMs: number;
  /** The same after a throttled call, which needs at least the quota's next second. */
  readonly throttledBaseMs: number;
  /** Highest ceiling while the credential is fresh: eight tries fit in a window of eight minutes. */
  readonly backoffCapMs: number;
  /** Highest ceiling in the stale window and without a usable credential. */
  readonly urgentCapMs: number;
  /** A longer wish of STS (`x-acs-retry-after`) is cut to this. */
  readonly retryAfterCapMs: number;
  /** After a fatal failure no call is made for a time drawn between these. */
  readonly fatalHoldMsMin: number;
  readonly fatalHoldMsMax: number;
  /** Without a usable credential, requests wait through retries this long after the first try began. */
  readonly patienceMs: number;
  /** And through at most this many tries. */
  readonly triesMax: number;
  /** Requests that may wait at once; further ones fail at once. */
  readonly waitersMax: number;
  /** A credential that a service rejects sooner than this after its issue counts as a failure. */
  readonly rejectionGraceMs: number;
}

export interface PrefetchStep {
  readonly lifetimeMsMax: number;
  readonly windowMs: number;
}

const MINUTE_MS = 60_000;

/**
 * Window steps as the AWS SDKs settled on them in 2026 (5, 15, 60 minutes by lifetime), the longest
 * halved: a session of Alibaba Cloud lasts at most 12 hours, and half an hour holds dozens of tries.
 */
export const DEFAULT_POLICY: CachePolicy = Object.freeze({
  prefetchSteps: Object.freeze([
    Object.freeze({ lifetimeMsMax: 20 * MINUTE_MS, windowMs: 5 * MINUTE_MS }),
    Object.freeze({ lifetimeMsMax: 90 * MINUTE_MS, windowMs: 15 * MINUTE_MS }),
    Object.freeze({ lifetimeMsMax: Number.POSITIVE_INFINITY, windowMs: 30 * MINUTE_MS }),
  ]),
  prefetchShareMax: 1 / 3,
  jitterShare: 0.5,
  staleWindowMs: MINUTE_MS,
  expiryMarginMs: 5_000,
  backoffBaseMs: 1_000,
  throttledBaseMs: 2_000,
  backoffCapMs: MINUTE_MS,
  urgentCapMs: 10_000,
  retryAfterCapMs: 2 * MINUTE_MS,
  fatalHoldMsMin: 1_000,
  fatalHoldMsMax: 5_000,
  patienceMs: 20_000,
  triesMax: 8,
  waitersMax: 100_000,
  rejectionGraceMs: MINUTE_MS,
});

/** Defaults with `options` laid over them, checked and frozen. Throws HarnessError with all problems. */
export function cachePolicy(options: Partial<CachePolicy> = {}): CachePolicy {
  const policy = { ...DEFAULT_POLICY, ...options };
  const problems = problemsOf(policy);
  if (problems.length > 0) throw badInput('CLIENT_POLICY_INVALID', problems);
  const prefetchSteps = Object.freeze(
    policy.prefetchSteps.map((step) => Object.freeze({ ...step })),
  );
  return Object.freeze({ ...policy, prefetchSteps });
}

/** Leads before expiry; prefetchMs > staleMs > marginMs > 0 for every lifetime above 0. */
export interface Windows {
  readonly prefetchMs: number;
  readonly staleMs: number;
  readonly marginMs: number;
}

export function windowsOf(policy: CachePolicy, lifetimeMs: number): Windows {
  const step = policy.prefetchSteps.find((candidate) => lifetimeMs <= candidate.lifetimeMsMax)!;
  const prefetchMs = Math.min(step.windowMs, lifetimeMs * policy.prefetchShareMax);
  const afterJitterMs = prefetchMs * (1 - policy.jitterShare);
  const staleMs = Math.min(policy.staleWindowMs, afterJitterMs / 2);
  return { prefetchMs, staleMs, marginMs: Math.min(policy.expiryMarginMs, staleMs / 2) };
}

type Rule = { readonly allowed: string; readonly holds: (value: number) => boolean };

const POSITIVE: Rule = { allowed: 'milliseconds above 0', holds: (v) => v > 0 && v < Infinity };
const COUNT: Rule = {
  allowed: 'a whole number from 1',
  holds: (v) => v >= 1 && Number.isInteger(v),
};

const RULES: Readonly<Record<Exclude<keyof CachePolicy, 'prefetchSteps'>, Rule>> = {
  prefetchShareMax: { allowed: 'a share above 0 and at most 0.5', holds: (v) => v > 0 && v <= 0.5 },
  jitterShare: { allowed: 'a share from 0 to 0.9', holds: (v) => v >= 0 && v <= 0.9 },
  staleWindowMs: POSITIVE,
  expiryMarginMs: POSITIVE,
  backoffBaseMs: POSITIVE,
  throttledBaseMs: POSITIVE,
  backoffCapMs: POSITIVE,
  urgentCapMs: POSITIVE,
  retryAfterCapMs: POSITIVE,
  fatalHoldMsMin: POSITIVE,
  fatalHoldMsMax: POSITIVE,
  patienceMs: { allowed: 'milliseconds from 0', holds: (v) => v >= 0 && v < Infinity },
  triesMax: COUNT,
  waitersMax: COUNT,
  rejectionGraceMs: POSITIVE,
};

function problemsOf(policy: CachePolicy): Problem[] {
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(policy)) {
    if (name === 'prefetchSteps') continue;
    const rule = Object.hasOwn(RULES, name) ? RULES[name as keyof typeof RULES] : undefined;
    if (rule === undefined) {
      problems.push(problem(name, 'an unknown option', Object.keys(DEFAULT_POLICY).join(', ')));
    } else if (typeof value !== 'number' || !rule.holds(value)) {
      problems.push(problem(name, String(value), rule.allowed));
    }
  }
  if (policy.fatalHoldMsMin > policy.fatalHoldMsMax) {
    problems.push(
      problem('fatalHoldMsMin', String(policy.fatalHoldMsMin), 'at most fatalHoldMsMax'),
    );
  }
  if (policy.urgentCapMs > policy.backoffCapMs) {
    problems.push(problem('urgentCapMs', String(policy.urgentCapMs), 'at most backoffCapMs'));
  }
  if (!areSteps(policy.prefetchSteps)) {
    const allowed = 'steps of rising lifetimeMsMax, the last Infinity, each windowMs above 0';
    problems.push(
      problem('prefetchSteps', JSON.stringify(policy.prefetchSteps) ?? 'nothing', allowed),
    );
  }
  return problems;
}

function areSteps(steps: readonly PrefetchStep[]): boolean {
  if (!Array.isArray(steps) || steps.at(-1)?.lifetimeMsMax !== Number.POSITIVE_INFINITY)
    return false;
  return steps.every(
    (step, i) => step.windowMs > 0 && (i === 0 || step.lifetimeMsMax > steps[i - 1].lifetimeMsMax),
  );
}

function problem(path: string, found: string, allowed: string): Problem {
  return { file: 'cache policy', path, found, allowed };
}
