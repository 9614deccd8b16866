/**
 * What a caller is left with whose refresh failed: a lease to be served from, or the failure.
 */
import type { CacheChance } from '../client/credential-cache.ts';
import { type Lease, movedTo } from './lease.ts';

export interface FailedRefresh {
  readonly held: Lease | undefined;
  readonly startedAtMs: number;
  readonly nowMs: number;
}

/** The lease to be served from and to go on with; undefined: the caller gets the failure. */
export type FailureRule = (failed: FailedRefresh, chance: CacheChance) => Lease | undefined;

export const throwAlways: FailureRule = () => undefined;

/** Swallowed while the credential in hand is not stale: others may have refreshed it meanwhile. */
export const throwOnceStale: FailureRule = ({ held, nowMs }) =>
  held !== undefined && nowMs < held.staleAtMs ? held : undefined;

/** Swallowed where the refresh began before the credential was stale, however long it took. */
export const throwIfBegunStale: FailureRule = ({ held, startedAtMs }) =>
  held !== undefined && startedAtMs < held.staleAtMs ? held : undefined;

/**
 * Alibaba Cloud's Node SDK: never thrown once there is a credential, which is served on, expired or
 * not. The next try comes a whole number of seconds later, uniform from 1 to below
 * max(10, 2^(n-1)) after the n-th failure in a row. The 10 s, a ceiling in the AWS code of the same
 * shape, are a floor of the ceiling here, so that nothing bounds the wait until 2^31 overflows. Only
 * a failure that finds the credential stale counts: of a burst, the first.
 */
export const serveOnWithAlibabaBackoff: FailureRule = ({ held, nowMs }, { backoff }) => {
  if (held === undefined || nowMs < held.staleAtMs) return held;
  const failures = held.failures + 1;
  const limitSeconds = Math.max(10, 1 << (failures - 1));
  const waitSeconds = 1 + Math.floor(backoff.next() * (limitSeconds - 1));
  return { ...movedTo(held, nowMs + waitSeconds * 1_000), failures };
};
