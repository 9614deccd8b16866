/**
 * How far each quota was used, in both scopes, enforced or not: which of the two Alibaba Cloud
 * counts by is what a user wants to know of their own account.
 */

import type { CallerAccount, StsModel } from '../scenario/scenario.ts';
import type { CallKind } from './call-log.ts';
import type { CallTable } from './call-table.ts';
import type { QuotaUse } from './result.ts';
import type { RunShape } from './run-shape.ts';

const ASSUME_ROLE = 'AssumeRole';

/** What a scenario says of quotas. */
export interface QuotaModel {
  readonly caller: Pick<CallerAccount, 'accountId' | 'region'>;
  readonly sts: Pick<StsModel, 'quotaPerRole' | 'quotaPerAccount' | 'limiter'>;
}

/** Accounts first, the caller's own before others; then roles in the scenario's order. */
export function quotaUses(calls: CallTable, shape: RunShape, quotas: QuotaModel): QuotaUse[] {
  const { caller, sts } = quotas;
  const own = accountKey(caller);
  // Of a key that nobody knows, nobody knows the account.
  const called = calls.distinct((kind) => (kind.accountId === '' ? '' : accountKey(kind)));
  const accounts = called.filter((key) => key !== '' && key !== own);
  const isOwnUsed = accounts.length === 0 || called.includes(own);
  return [
    ...(isOwnUsed ? [own, ...accounts] : accounts).map((key) =>
      quotaUse(calls, { scope: 'account', key, limit: sts.quotaPerAccount ?? null }, sts.limiter),
    ),
    ...rolesOf(calls, shape).map((key) =>
      quotaUse(calls, { scope: 'role', key, limit: sts.quotaPerRole ?? null }, sts.limiter),
    ),
  ];
}

/** Role ARNs of the scenario, and those that were called beside them. */
export function rolesOf(calls: CallTable, shape: RunShape): string[] {
  const called = calls.distinct((kind) => kind.roleArn).filter((arn) => arn !== '');
  return [...new Set([...shape.apps.map((app) => app.roleArn), ...called])];
}

function quotaUse(
  calls: CallTable,
  quota: Pick<QuotaUse, 'scope' | 'key' | 'limit'>,
  limiter: StsModel['limiter'],
): QuotaUse {
  const isMine = (kind: CallKind) =>
    (quota.scope === 'role' ? kind.roleArn : accountKey(kind)) === quota.key;
  const all = calls.peaks(isMine);
  const succeeded = calls.peaks((kind) => isMine(kind) && kind.outcome === 'succeeded');
  return {
    ...quota,
    limiter: quota.limit === null ? null : limiter,
    calls: calls.counts(isMine).calls,
    peakPerSecond: all.peakPerSecond,
    slidingPeakPerSecond: all.slidingPeakPerSecond,
    succeededPeakPerSecond: succeeded.peakPerSecond,
    succeededSlidingPeakPerSecond: succeeded.slidingPeakPerSecond,
    throttled: calls.counts((kind) => isMine(kind) && kind.throttledBy === quota.scope).calls,
    ...(quota.limit === null
      ? {}
      : {
          succeededBurst: calls.burst(
            (kind) => isMine(kind) && kind.outcome === 'succeeded',
            quota.limit,
          ),
        }),
  };
}

/** By action, too ("API quotas (STS)"); AssumeRole, which nearly all calls are, goes without saying. */
function accountKey({
  accountId,
  region,
  action = ASSUME_ROLE,
}: Pick<CallKind, 'accountId' | 'region'> & { readonly action?: string }): string {
  return `${accountId}/${region}${action === ASSUME_ROLE ? '' : ` ${action}`}`;
}
