/**
 * What a simulation without any quota asks of one: its calls, replayed through the mock's own quota.
 * With the smallest quota that refuses none of them, the simulation would be the same to the last call,
 * so one simulation tells the need by every limiter and both readings.
 */
import type { LimiterConfig, MockFault } from '../../mock-sts/core/config.ts';
import { Quota, type QuotaUse } from '../../mock-sts/core/quota.ts';
import { isSessionAction } from '../kernel/sts/call-record.ts';
import type { CallKind, CallLogExport } from '../measure/call-log.ts';
import { peaksOf } from '../measure/peaks.ts';
import { leastWhole } from './closed-forms.ts';
import { ALGORITHMS, limiterOf } from './limiters.ts';
import type { Algorithm, Scope } from './size-report.ts';

/** Needs above this are no needs: a bucket whose burst is too small lets no refill help. */
const QUOTA_MAX = 1_000_000;
const MINUTE_MS = 60_000;

/** The calls that spend one quota, in order. */
export interface Demand {
  readonly scope: Scope;
  readonly key: string;
  readonly atMs: Float64Array;
  readonly use: QuotaUse;
}

export type NeedByLimiter = Readonly<Record<Algorithm, number | null>>;

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** By account and by role, in the order in which they were first called. */
export function demandsOf(calls: CallLogExport, { fromMs, toMs }: Stretch): Demand[] {
  const groups = calls.kinds.map(({ kind }) => (spends(kind) ? groupsOf(kind) : []));
  const found = new Map<string, { readonly group: Group; readonly atMs: number[] }>();
  for (let index = 0; index < calls.atMs.length; index += 1) {
    const atMs = calls.atMs[index]!;
    if (atMs < fromMs || atMs >= toMs) continue;
    for (const group of groups[calls.kindIndex[index]!]!) {
      const name = `${group.scope} ${group.key}`;
      const known = found.get(name);
      if (known === undefined) found.set(name, { group, atMs: [atMs] });
      else known.atMs.push(atMs);
    }
  }
  return [...found.values()].map(({ group, atMs }) => ({
    ...group,
    atMs: Float64Array.from(atMs),
  }));
}

type Group = Omit<Demand, 'atMs'>;

function groupsOf({ action, accountId, region, roleArn }: CallKind): Group[] {
  const suffix = action === 'AssumeRole' ? '' : ` ${action}`;
  const use = { action, accountId, roleArn };
  return [
    { scope: 'account', key: `${accountId}/${region}${suffix}`, use },
    { scope: 'role', key: roleArn, use },
  ];
}

/** Those that a fault struck came to no quota. */
function spends({ action, outcome, code }: CallKind): boolean {
  if (!isSessionAction(action)) return false;
  return outcome === 'succeeded' || !STRUCK.has(code);
}

const STRUCK: ReadonlySet<string> = new Set([
  'ServiceUnavailable',
  'InternalError',
  'Throttling',
  'Throttling.User',
  'Throttling.Api',
]);

/** `faults`: others' use of the quota among them, which comes before these calls. */
export function needOf(
  demand: Demand,
  limiter: LimiterConfig,
  faults: readonly MockFault[],
): NeedByLimiter {
  const busiest = Math.max(1, peaksOf(demand.atMs).slidingPeakPerSecond);
  const need = (algorithm: Algorithm): number | null => {
    const passes = (quotaPerSecond: number) =>
      letsPass(demand, quotaPerSecond, limiterOf(algorithm, quotaPerSecond, limiter), faults);
    let high = busiest;
    while (!passes(high)) {
      if (high >= QUOTA_MAX) return null;
      high *= 2;
    }
    return leastWhole(0, high, passes);
  };
  return Object.fromEntries(ALGORITHMS.map((each) => [each, need(each)])) as NeedByLimiter;
}

function letsPass(
  { scope, atMs, use }: Demand,
  quotaPerSecond: number,
  limiter: LimiterConfig,
  faults: readonly MockFault[],
): boolean {
  const perScope = scope === 'role' ? 'perRole' : 'perAccount';
  const none = { perRole: undefined, perAccount: undefined };
  const quota = new Quota({ ...none, [perScope]: quotaPerSecond, limiter }, faults);
  return atMs.every((at) => quota.admit(use, at) === undefined);
}

/** Most calls in a second of each minute, as CloudMonitor counts; from virtual zero. */
export function busiestByMinute({ atMs }: Demand, durationMs: number): number[] {
  const minutes = new Array<number>(Math.ceil(durationMs / MINUTE_MS)).fill(0);
  let second = -1;
  let inSecond = 0;
  for (const at of atMs) {
    const thisSecond = Math.floor(at / 1_000);
    inSecond = thisSecond === second ? inSecond + 1 : 1;
    second = thisSecond;
    const minute = Math.floor(at / MINUTE_MS);
    if (minute < minutes.length) minutes[minute] = Math.max(minutes[minute]!, inSecond);
  }
  return minutes;
}
