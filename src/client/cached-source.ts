/**
 * What the sources that keep what they read have in common: a credential that is read on demand, by
 * the same cache as a client's own, so that a process has no timer for a key that it needs once an
 * hour.
 */
import type { Clock } from '../kernel/clock.ts';
import { freshSeed, realClock } from '../kernel/real-clock.ts';
import { type Rng, stream } from '../kernel/rng.ts';
import { CachedCredential, type Issuer } from './cached-credential.ts';
import { DEFAULT_CALL_TIMEOUT_MS } from './client-options.ts';
import { type CachePolicy, cachePolicy } from './policy.ts';

/** What a source may be given beside what it reads from. */
export interface SourceSettings {
  /** What one read may take in all, 5,000 when not given. */
  readonly callTimeoutMs?: number;
  /** The real clock and chance when not given. */
  readonly clock?: Clock;
  readonly rng?: Pick<Rng, 'next'>;
  /** Draws the waits after failures; `rng` does when not given. */
  readonly backoffRng?: Pick<Rng, 'next'>;
}

export function readOnDemand(
  settings: SourceSettings,
  issuer: Issuer,
  policy?: Partial<CachePolicy>,
): CachedCredential {
  const rng = settings.rng ?? stream(freshSeed(), 'source');
  return new CachedCredential({
    issuer,
    policy: cachePolicy(policy),
    clock: settings.clock ?? realClock(),
    rng,
    backoffRng: settings.backoffRng ?? rng,
    callTimeoutMs: settings.callTimeoutMs ?? DEFAULT_CALL_TIMEOUT_MS,
    refresh: 'on-demand',
  });
}
