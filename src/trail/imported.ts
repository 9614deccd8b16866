/**
 * What a trail says of one quota, that of a caller's account and region: its callers with what they
 * probably are, and the time that is looked at.
 */
import type { Caller } from './caller.ts';
import type { CallerTable, QuotaKey, QuotaUse } from './caller-table.ts';
import { inferCaller } from './infer/infer-caller.ts';
import type { InferredCaller, Span } from './infer/inferred.ts';

/** As long as a scenario may be. */
const SPAN_SECONDS_MAX = 31 * 86_400;

export interface ImportedCaller {
  readonly seen: Caller;
  readonly inferred: InferredCaller;
}

export interface ImportedQuota {
  readonly use: QuotaUse;
  readonly span: Span;
  /** Calls of the trail that are not in the span. */
  readonly isCut: boolean;
  /** Most calls first. */
  readonly callers: readonly ImportedCaller[];
  /** Other accounts and regions, each with a quota of its own. */
  readonly others: readonly QuotaUse[];
}

/** Of the account and region that are named, or else of those with most calls; undefined without any. */
export function importedQuota(
  table: CallerTable,
  wanted: Partial<QuotaKey> = {},
): ImportedQuota | undefined {
  const { uses } = table;
  const use = uses.find(
    ({ accountId, region }) =>
      accountId === (wanted.accountId ?? accountId) && region === (wanted.region ?? region),
  );
  if (use === undefined) return undefined;
  const span = spanOf(use);
  const seen = table.callers
    .filter(({ name }) => name.accountId === use.accountId && name.region === use.region)
    .sort((a, b) => b.calls - a.calls || (keyOf(a) < keyOf(b) ? -1 : 1));
  return {
    use,
    span,
    isCut: span.from > use.first || span.to < use.last,
    callers: seen.map((caller) => ({ seen: caller, inferred: inferCaller(caller, span) })),
    others: uses.filter((other) => other !== use),
  };
}

function keyOf({ name }: Caller): string {
  return [name.principal, name.roleArn, name.userAgent].join('\n');
}

/** All of it; of a longer one 31 days around its busiest hour, since a wrong date would stretch it. */
function spanOf({ first, last, seconds }: QuotaUse): Span {
  if (last - first < SPAN_SECONDS_MAX) return { from: first, to: last };
  const from = Math.max(first, seconds.busiestHour - Math.floor(SPAN_SECONDS_MAX / 2));
  return { from, to: Math.min(last, from + SPAN_SECONDS_MAX - 1) };
}
