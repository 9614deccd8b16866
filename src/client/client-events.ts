/**
 * What observers of a `CachingCredentialClient` are told. No event holds a secret or a token.
 */
import type { StsFailure } from './failure.ts';

/** `atMs`: epoch milliseconds of the client's clock. */
export interface ClientEvents {
  /** An AssumeRole call begins. */
  readonly refreshStarted: { readonly atMs: number };
  readonly refreshSucceeded: {
    readonly atMs: number;
    readonly tookMs: number;
    /** Masked: enough to tell two keys apart. */
    readonly accessKeyId: string;
    readonly expiresAtMs: number;
  };
  readonly refreshFailed: {
    readonly atMs: number;
    readonly tookMs: number;
    readonly failure: StsFailure;
    /** Life left in the credential that is served meanwhile; 0 without one. */
    readonly remainingMs: number;
  };
  /** A request that had to wait is answered. */
  readonly stalled: {
    readonly atMs: number;
    readonly waitMs: number;
    readonly outcome: 'served' | 'failed';
  };
  /** A request was refused at once with a failure that is already known. */
  readonly refused: { readonly atMs: number; readonly failure: StsFailure };
  /** First request of a credential's stale window: it should have been replaced by now. */
  readonly servedStale: { readonly atMs: number; readonly remainingMs: number };
  /** A new credential could not be shared with other threads. */
  readonly publishFailed: { readonly atMs: number; readonly message: string };
}

type Listener<Name extends keyof ClientEvents> = (event: ClientEvents[Name]) => void;

export class Listeners {
  private readonly byName = new Map<keyof ClientEvents, Set<Listener<never>>>();

  /** Returns the function that ends the subscription. */
  on<Name extends keyof ClientEvents>(name: Name, listener: Listener<Name>): () => void {
    const listeners = this.byName.get(name) ?? new Set();
    this.byName.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** A listener's error is its owner's: it surfaces as uncaught, and never in the client's work. */
  emit<Name extends keyof ClientEvents>(name: Name, event: ClientEvents[Name]): void {
    for (const listener of this.byName.get(name) ?? []) {
      try {
        (listener as Listener<Name>)(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
