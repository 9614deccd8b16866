/**
 * A lease: a credential in hand, and until when an SDK is content with it. Every SDK asks the same
 * two questions of it, from when a request may cause a refresh and from when it must; they differ
 * in how they reckon the answers, which is what `LeaseTerms` says.
 */
import type { Rng } from '../kernel/rng.ts';
import type { SessionCredentials } from '../kernel/sts/credentials.ts';

export interface Lease {
  readonly credential: SessionCredentials;
  /** Its end as the SDK believes it to be. */
  readonly expiresAtMs: number;
  /** From here on a request may cause a refresh; `staleAtMs` where there is no prefetch window. */
  readonly dueAtMs: number;
  /** From here on it is not served without a refresh. */
  readonly staleAtMs: number;
  /** Refreshes that failed since and put off `staleAtMs`, where an SDK does that. */
  readonly failures: number;
}

/** How long before the end, given the lifetime at receipt. */
export type Lead = (lifetimeMs: number) => number;

export const always =
  (leadMs: number): Lead =>
  () =>
    leadMs;

export const shareOfLifetime =
  (share: number): Lead =>
  (lifetimeMs) =>
    share * lifetimeMs;

export interface LeaseTerms {
  readonly staleLeadMs: Lead;
  /** None: no refresh before the credential is stale. */
  readonly prefetchLeadMs?: Lead;
  /** How far the start of the prefetch window may be put off by chance. */
  readonly prefetchJitterMs?: (prefetchAtMs: number, staleAtMs: number) => number;
  /**
   * Where the end is taken from: `Expiration` in the answer, or the local clock at receipt plus the
   * duration asked for, which is late by the way of the answer and does not notice a wrong clock.
   */
  readonly endFrom: 'expiration' | 'receipt';
  /**
   * The SDK's clock shows whole seconds. What it compares, `Expiration` and leads, are whole seconds
   * too, and reached when their second begins; it matters where an SDK reckons from now.
   */
  readonly wholeSeconds: boolean;
}

export interface Receipt {
  readonly credential: SessionCredentials;
  readonly nowMs: number;
  /** As asked for in the call. */
  readonly durationSeconds: number;
}

export function leaseOf(terms: LeaseTerms, receipt: Receipt, jitter: Pick<Rng, 'next'>): Lease {
  const { credential } = receipt;
  const nowMs = shown(terms, receipt.nowMs);
  const expiresAtMs =
    terms.endFrom === 'expiration'
      ? credential.expiresAtMs
      : nowMs + receipt.durationSeconds * 1_000;
  const lifetimeMs = expiresAtMs - nowMs;
  const staleAtMs = expiresAtMs - terms.staleLeadMs(lifetimeMs);
  const { prefetchLeadMs, prefetchJitterMs } = terms;
  let dueAtMs = staleAtMs;
  if (prefetchLeadMs !== undefined) {
    const openAtMs = expiresAtMs - prefetchLeadMs(lifetimeMs);
    const spanMs = prefetchJitterMs?.(openAtMs, staleAtMs) ?? 0;
    const putOffMs = spanMs > 0 ? spanMs * jitter.next() : 0;
    dueAtMs = Math.min(openAtMs + putOffMs, staleAtMs);
  }
  return { credential, expiresAtMs, dueAtMs, staleAtMs, failures: 0 };
}

/** The same credential, content with it until another instant, without a prefetch window. */
export function movedTo(lease: Lease, staleAtMs: number): Lease {
  return { ...lease, staleAtMs, dueAtMs: staleAtMs };
}

/** What the SDK's clock shows. */
export function shown({ wholeSeconds }: Pick<LeaseTerms, 'wholeSeconds'>, nowMs: number): number {
  return wholeSeconds ? Math.floor(nowMs / 1_000) * 1_000 : nowMs;
}
