/** One reading of the quota, per account or per role: what each situation needs, and what to ask for. */
import { failuresOf } from './confidence.ts';
import { type Evidence, keysIn, mostOf, seedNeed } from './evidence.ts';
import { expectedNeed } from './expected-need.ts';
import { ALGORITHMS } from './limiters.ts';
import { harmOf } from './objective.ts';
import { leastQuotaThatHolds } from './search.ts';
import type { Stage } from './situations.ts';
import type { Algorithm, Failures, Need, Reading, Scope } from './size-report.ts';
import type { StageReply } from './size-task.ts';
import type { Sizing } from './sizing.ts';
import type { Trials } from './trials.ts';

type ByLimiter = Readonly<Record<Algorithm, number | null>>;

export async function readingOf(
  scope: Scope,
  sizing: Sizing,
  evidence: Evidence,
  trials: Trials,
): Promise<Reading> {
  const needs = await Promise.all(
    sizing.stages.map((stage) => {
      const replies = evidence.bySituation.get(stage.name)!;
      return needIn(stage, { scope, sizing, replies, trials });
    }),
  );
  const deciding = needs.reduce<Need | undefined>(
    (most, need) => (most === undefined || isMore(need, most) ? need : most),
    undefined,
  );
  const { quotaPerAccount, quotaPerRole } = sizing.scenario.sts;
  const present = (scope === 'account' ? quotaPerAccount : quotaPerRole) ?? null;
  const quotaPerSecond = deciding?.quotaPerSecond ?? null;
  return {
    scope,
    quotaPerSecond,
    situation: deciding?.situation ?? null,
    limiter: deciding?.limiter ?? null,
    presentPerSecond: present,
    suffices: quotaPerSecond === null || present === null ? null : present >= quotaPerSecond,
    situations: needs,
    keys: keysOf(scope, [...evidence.bySituation.values()].flat()),
  };
}

function isMore({ quotaPerSecond: a }: Need, { quotaPerSecond: b }: Need): boolean {
  return b !== null && (a === null || a > b);
}

/** Most first. */
function keysOf(scope: Scope, replies: readonly StageReply[]): Reading['keys'] {
  const keys = keysIn(replies, scope).map((needs) => ({
    key: needs[0]!.key,
    quotaPerSecond: mostOf(needs.flatMap(({ byLimiter }) => Object.values(byLimiter))),
  }));
  const rank = (quota: number | null) => quota ?? Number.POSITIVE_INFINITY;
  return keys.sort((a, b) => rank(b.quotaPerSecond) - rank(a.quotaPerSecond));
}

interface Parts {
  readonly scope: Scope;
  readonly sizing: Sizing;
  /** Without a quota, one for each seed. */
  readonly replies: readonly StageReply[];
  readonly trials: Trials;
}

async function needIn(stage: Stage, parts: Parts): Promise<Need> {
  const { scope, sizing, replies } = parts;
  const { confidence } = sizing.options;
  const unthrottled = byLimiter((each) =>
    mostOf(replies.map((reply) => seedNeed(reply, scope, each))),
  );
  const found = sizing.isDefault
    ? { byLimiter: unthrottled, isMonotone: true }
    : await searched(stage, unthrottled, parts);
  const limiter = worstOf(found.byLimiter);
  const quotaPerSecond = found.byLimiter[limiter];
  // Begun before the closed form is worked out, so that no thread waits for that.
  const fresh = quotaPerSecond ? freshRuns(stage, { limiter, quotaPerSecond }, parts) : null;
  const closedForm = sizing.isDefault
    ? expectedNeed(stage, { scope, sizing, simulated: unthrottled['fixed-window'] })
    : null;
  return {
    situation: stage.name,
    quotaPerSecond,
    limiter,
    byLimiter: found.byLimiter,
    unthrottledPerSecond: unthrottled[worstOf(unthrottled)],
    spread: byLimiter((each) => spreadOf(replies.map((reply) => seedNeed(reply, scope, each)))),
    failures: failuresOf(quotaPerSecond === null ? replies.length : 0, replies.length, confidence),
    fresh: await fresh,
    withoutQuota: harmOf(replies.map(({ harm }) => harm)),
    isMonotone: found.isMonotone,
    closedForm,
    reason: reasonOf(quotaPerSecond, unthrottled, parts),
  };
}

function byLimiter<Value>(read: (limiter: Algorithm) => Value): Record<Algorithm, Value> {
  return Object.fromEntries(ALGORITHMS.map((each) => [each, read(each)])) as Record<
    Algorithm,
    Value
  >;
}

/** The one that needs most; of equals, the first. */
function worstOf(needs: ByLimiter): Algorithm {
  const rank = (need: number | null) => need ?? Number.POSITIVE_INFINITY;
  return ALGORITHMS.reduce((worst, each) =>
    rank(needs[each]) > rank(needs[worst]) ? each : worst,
  );
}

async function searched(
  stage: Stage,
  unthrottled: ByLimiter,
  { scope, sizing, replies, trials }: Parts,
) {
  const needs: Partial<Record<Algorithm, number | null>> = {};
  let isMonotone = true;
  for (const limiter of ALGORITHMS) {
    const search = { stage, scope, limiter, sizing, trials, high: unthrottled[limiter] };
    const found = replies.every(({ holds }) => holds)
      ? await leastQuotaThatHolds(search)
      : { quotaPerSecond: null, isMonotone: true };
    needs[limiter] = found.quotaPerSecond;
    isMonotone &&= found.isMonotone;
  }
  return { byLimiter: needs as ByLimiter, isMonotone };
}

/** With seeds that the search has not seen. */
async function freshRuns(
  stage: Stage,
  quota: { readonly limiter: Algorithm; readonly quotaPerSecond: number },
  { scope, sizing, trials }: Parts,
): Promise<Failures | null> {
  const { replications, freshReplications, confidence } = sizing.options;
  if (freshReplications === 0) return null;
  const replies = await trials.all(
    'again, with other seeds',
    Array.from({ length: freshReplications }, (_, i) => ({
      stage,
      scope,
      ...quota,
      index: replications + i,
    })),
  );
  const failed = replies.filter(({ holds }) => !holds).length;
  return failuresOf(failed, replies.length, confidence);
}

function spreadOf(needs: readonly (number | null)[]): Need['spread'][Algorithm] {
  const sorted = needs.filter((need) => need !== null).sort((a, b) => a - b);
  if (sorted.length < needs.length) return null;
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { min: at(0), median: at(0.5), p95: at(0.95), max: at(1) };
}

function reasonOf(
  quotaPerSecond: number | null,
  unthrottled: ByLimiter,
  { sizing, replies }: Parts,
): string | null {
  const failing = replies.filter(({ holds }) => !holds).length;
  if (Object.values(unthrottled).includes(null)) {
    return 'The bucket’s burst is smaller than what is called at one instant: no refill makes up for it.';
  }
  if (quotaPerSecond === null) {
    return `The objective does not hold without any quota, either: in ${failing} of ${replies.length} runs.`;
  }
  if (quotaPerSecond === 0) return 'No call is made in it.';
  const { stalledRequestsMean } = harmOf(replies.map(({ harm }) => harm));
  const isStart = replies[0]?.name === 'coldStart';
  if (!sizing.isDefault || isStart || stalledRequestsMean === 0) return null;
  return 'Requests stall in it without any quota, too: that is the client’s doing, and no quota helps it.';
}
