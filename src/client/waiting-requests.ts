/**
 * Requests that wait for a credential, and what they are answered with.
 */
import type { SessionCredentials } from '../kernel/sts/credentials.ts';
import type { Listeners } from './client-events.ts';
import { CredentialError, type StsFailure } from './failure.ts';

interface Waiter {
  readonly askedAtMs: number;
  readonly resolve: (credential: SessionCredentials) => void;
  readonly reject: (error: CredentialError) => void;
}

export class WaitingRequests {
  private readonly waiters = new Map<number, Waiter>();
  private readonly listeners: Listeners;
  private lastError: CredentialError | undefined;

  constructor(listeners: Listeners) {
    this.listeners = listeners;
  }

  get size(): number {
    return this.waiters.size;
  }

  add(number: number, askedAtMs: number): Promise<SessionCredentials> {
    return new Promise((resolve, reject) => {
      this.waiters.set(number, { askedAtMs, resolve, reject });
    });
  }

  serve(atMs: number, number: number, credential: SessionCredentials): void {
    const waiter = this.take(number);
    if (waiter === undefined) return;
    waiter.resolve(credential);
    this.report(atMs, waiter, 'served');
  }

  fail(atMs: number, number: number, failure: StsFailure): void {
    const waiter = this.take(number);
    if (waiter === undefined) return;
    waiter.reject(this.errorOf(failure));
    this.report(atMs, waiter, 'failed');
  }

  failAll(atMs: number, failure: StsFailure): void {
    for (const number of [...this.waiters.keys()]) this.fail(atMs, number, failure);
  }

  /** For a request that does not wait. */
  refuse(atMs: number, failure: StsFailure): Promise<never> {
    this.listeners.emit('refused', { atMs, failure });
    return Promise.reject(this.errorOf(failure));
  }

  private take(number: number): Waiter | undefined {
    const waiter = this.waiters.get(number);
    this.waiters.delete(number);
    return waiter;
  }

  private report(atMs: number, waiter: Waiter, outcome: 'served' | 'failed'): void {
    this.listeners.emit('stalled', { atMs, waitMs: atMs - waiter.askedAtMs, outcome });
  }

  /** One error for all who meet one failure: in an outage, stack traces would cost more than calls. */
  private errorOf(failure: StsFailure): CredentialError {
    if (this.lastError?.failure !== failure) this.lastError = new CredentialError(failure);
    return this.lastError;
  }
}
