/**
 * The answers that every family gives, spelled once.
 */
import type { Effect } from '../client/credential-cache.ts';
import type { StsFailure } from '../client/failure.ts';
import type { SessionCredentials } from '../kernel/sts/credentials.ts';

export const NOTHING: readonly Effect[] = Object.freeze([]);

export function serve(waiter: number, credential: SessionCredentials): Effect {
  return { kind: 'serve', waiter, credential };
}

export function fail(waiter: number, failure: StsFailure): Effect {
  return { kind: 'fail', waiter, failure };
}
