/**
 * What a credential cache decides, whoever wrote it: ours (`cache-core.ts`) and the models of other
 * SDKs (`src/models/`) are implementations of this one interface, so the simulator and the live
 * client drive them all alike.
 *
 * Pure: no I/O, no clock, no chance of its own. Instants come in as arguments, decisions go out as
 * effects that the shell performs. A waiter is an opaque number that the shell chooses for one
 * request; a flight is a number that the cache chooses for one refresh.
 */
import type { Rng } from '../kernel/rng.ts';
import type { SessionCredentials } from '../kernel/sts/credentials.ts';
import type { StsFailure } from './failure.ts';

export interface CredentialCache {
  /**
   * Every request before this instant is a plain hit on `current` that changes no state;
   * `-Infinity` when the next request may be anything else. It is what the hot path checks, and how
   * far the simulator may skip ahead.
   */
  readonly quietUntilMs: number;
  /** The credential that hits are served with, if any. */
  readonly current: SessionCredentials | undefined;
  /** When `timer` wants to be called, if ever; may change with every call. */
  readonly timerAtMs: number | undefined;
  /** Refreshes started and not yet answered. */
  readonly inFlight: number;

  request(nowMs: number, waiter: number): readonly Effect[];
  refreshSucceeded(
    nowMs: number,
    flight: number,
    credential: SessionCredentials,
  ): readonly Effect[];
  refreshFailed(nowMs: number, flight: number, failure: StsFailure): readonly Effect[];
  timer(nowMs: number): readonly Effect[];
}

/**
 * The chance that a cache decides by, one stream a purpose: a failure that draws a backoff shifts no
 * later refresh, so that two caches that differ in one policy still face the same chance.
 */
export interface CacheChance {
  /** When a refresh is due inside its window. */
  readonly jitter: Pick<Rng, 'next'>;
  /** How long to wait after a failure. */
  readonly backoff: Pick<Rng, 'next'>;
}

/** A waiter without a `serve` or `fail` effect waits: the cache names it in a later effect. */
export type Effect =
  | { readonly kind: 'serve'; readonly waiter: number; readonly credential: SessionCredentials }
  | { readonly kind: 'fail'; readonly waiter: number; readonly failure: StsFailure }
  | { readonly kind: 'refresh'; readonly flight: number };
