/**
 * Family: per request. Whatever the SDK caches does not outlive the request that asked (a PHP
 * process, an invocation of a command line), or it caches nothing: each request is a call.
 */
import type { CredentialCache, Effect } from '../client/credential-cache.ts';
import type { StsFailure } from '../client/failure.ts';
import type { SessionCredentials } from '../kernel/sts/credentials.ts';
import { fail, NOTHING, serve } from './effects.ts';

export class PerRequestCache implements CredentialCache {
  readonly quietUntilMs = Number.NEGATIVE_INFINITY;
  readonly current = undefined;
  readonly timerAtMs = undefined;
  private readonly waiters = new Map<number, number>();
  private flightCount = 0;

  get inFlight(): number {
    return this.waiters.size;
  }

  request(_: number, waiter: number): readonly Effect[] {
    this.flightCount += 1;
    this.waiters.set(this.flightCount, waiter);
    return [{ kind: 'refresh', flight: this.flightCount }];
  }

  refreshSucceeded(_: number, flight: number, credential: SessionCredentials): readonly Effect[] {
    const waiter = this.land(flight);
    return waiter === undefined ? NOTHING : [serve(waiter, credential)];
  }

  refreshFailed(_: number, flight: number, failure: StsFailure): readonly Effect[] {
    const waiter = this.land(flight);
    return waiter === undefined ? NOTHING : [fail(waiter, failure)];
  }

  timer(): readonly Effect[] {
    return NOTHING;
  }

  private land(flight: number): number | undefined {
    const waiter = this.waiters.get(flight);
    this.waiters.delete(flight);
    return waiter;
  }
}
