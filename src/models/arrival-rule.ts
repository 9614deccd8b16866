/**
 * What an SDK makes of a credential that arrives: nearly always it takes it as issued. The rules
 * differ where it is stale already on arrival, because it was asked for with a duration no longer
 * than the lead, or because a clock is wrong.
 */
import type { CacheChance } from '../client/credential-cache.ts';
import { type Lease, movedTo } from './lease.ts';

export interface Arrival {
  readonly arrived: Lease;
  readonly held: Lease | undefined;
  /** As the SDK's clock shows it. */
  readonly nowMs: number;
}

/** The lease to go on with; undefined where the SDK takes the arrival for a failed refresh. */
export type ArrivalRule = (arrival: Arrival, chance: CacheChance) => Lease | undefined;

/** The lead of Alibaba's SDKs, which they also take for the distance from stale to expired. */
const ALIBABA_LEAD_MS = 900_000;

export const asIssued: ArrivalRule = ({ arrived }) => arrived;

export const unlessExpired: ArrivalRule = ({ arrived, nowMs }) =>
  arrived.expiresAtMs > nowMs ? arrived : undefined;

/** A lifetime within the advisory window leaves only the mandatory one. */
export const smithyJava: ArrivalRule = (arrival, chance) => {
  const lease = unlessExpired(arrival, chance);
  return lease === undefined || lease.dueAtMs > arrival.nowMs
    ? lease
    : { ...lease, dueAtMs: lease.staleAtMs };
};

/**
 * Java, Python and C# of Alibaba Cloud. Stale on arrival: stale from now, so that the next request
 * refreshes again; with a duration of 900 s that is every request. Expired on arrival: the old
 * credential once more, for a second where it is stale itself; a failure where there is none.
 */
export const alibabaStrict: ArrivalRule = ({ arrived, held, nowMs }) => {
  if (nowMs < arrived.staleAtMs) return arrived;
  if (nowMs < arrived.staleAtMs + ALIBABA_LEAD_MS) return movedTo(arrived, nowMs);
  if (held === undefined || nowMs < held.staleAtMs) return held;
  return movedTo(held, nowMs + 1_000);
};

/**
 * Alibaba Cloud's Node SDK: as its siblings, but expired on arrival without a fresh old credential
 * means that the expired one is served for 50 to 70 s, a whole number of them.
 */
export const alibabaNode: ArrivalRule = ({ arrived, held, nowMs }, { backoff }) => {
  if (nowMs < arrived.staleAtMs) return arrived;
  if (nowMs <= arrived.staleAtMs + ALIBABA_LEAD_MS) return movedTo(arrived, nowMs);
  if (held !== undefined && nowMs < held.staleAtMs) {
    return { ...movedTo(held, held.expiresAtMs - ALIBABA_LEAD_MS), failures: 0 };
  }
  return movedTo(arrived, nowMs + 50_000 + 1_000 * Math.floor(21 * backoff.next()));
};

/** AWS SDK for Java: stale on arrival is good for one second all the same. */
export const awsJavaStrict: ArrivalRule = ({ arrived, nowMs }) =>
  nowMs < arrived.staleAtMs ? arrived : { ...arrived, staleAtMs: nowMs + 1_000 };
