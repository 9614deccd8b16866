/**
 * Where a simulated client has what it calls STS with, if that is more than a key of its own. Answers
 * come by a callback, at once or later; all instants are virtual.
 */

import type { CallerIdentity } from '../../../mock-sts/core/identity.ts';
import type { KeyInHand } from '../../../mock-sts/core/service.ts';
import { CacheCore } from '../../client/cache-core.ts';
import type { CacheChance, Effect } from '../../client/credential-cache.ts';
import type { StsFailure } from '../../client/failure.ts';
import type { CachePolicy } from '../../client/policy.ts';
import type { OidcToken, SessionCredentials } from '../../kernel/sts/credentials.ts';

/** What a call is made with. */
export type Proof =
  | { readonly kind: 'key'; readonly identity: CallerIdentity; readonly key: KeyInHand }
  | { readonly kind: 'token'; readonly token: OidcToken };

export type Asked = Proof | { readonly kind: 'failed'; readonly failure: StsFailure };
export type Done<Answer> = (nowMs: number, answer: Answer) => void;
/** Runs it at an instant, after what is due before. */
export type Later = (atMs: number, run: (nowMs: number) => void) => void;

export interface CallerSource {
  ask(nowMs: number, done: Done<Asked>): void;
  /** It is not taken any more: whoever asks is to get another, if there is one. */
  refused(nowMs: number, proof: Proof): void;
}

/** One read of a key: a credential as the cache keeps it, and the key in it as STS knows it. */
export type Read =
  | {
      readonly kind: 'read';
      readonly credential: SessionCredentials;
      readonly identity: CallerIdentity;
      readonly key: KeyInHand;
    }
  | { readonly kind: 'failed'; readonly failure: StsFailure };

export type ReadKey = (nowMs: number, done: Done<Read>) => void;

/** A key that is kept as the reference client's sources keep it: by its cache, on demand. */
export class CachedSource implements CallerSource {
  private readonly core: CacheCore;
  private readonly read: ReadKey;
  private readonly later: Later;
  private readonly waiters = new Map<number, Done<Asked>>();
  private readonly proofs = new WeakMap<SessionCredentials, Proof>();
  private lastWaiter = 0;
  private wakeAtMs: number | undefined;

  constructor(policy: CachePolicy, chance: CacheChance, parts: { read: ReadKey; later: Later }) {
    this.core = new CacheCore(policy, chance);
    this.read = parts.read;
    this.later = parts.later;
  }

  ask(nowMs: number, done: Done<Asked>): void {
    this.lastWaiter += 1;
    const waiter = this.lastWaiter;
    this.waiters.set(waiter, done);
    this.perform(nowMs, this.core.request(nowMs, waiter));
  }

  refused(nowMs: number, proof: Proof): void {
    if (proof.kind !== 'key') return;
    this.perform(nowMs, this.core.invalidate(nowMs, proof.key.accessKeyId));
  }

  private perform(nowMs: number, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'refresh') {
        this.read(nowMs, (atMs, read) => this.land(atMs, effect.flight, read));
      } else {
        const done = this.waiters.get(effect.waiter)!;
        this.waiters.delete(effect.waiter);
        if (effect.kind === 'serve') done(nowMs, this.proofs.get(effect.credential)!);
        else done(nowMs, { kind: 'failed', failure: effect.failure });
      }
    }
    this.wakeWhoWaits();
  }

  private land(nowMs: number, flight: number, read: Read): void {
    if (read.kind === 'failed') {
      this.perform(nowMs, this.core.refreshFailed(nowMs, flight, read.failure));
      return;
    }
    const { credential, identity, key } = read;
    this.proofs.set(credential, { kind: 'key', identity, key });
    this.perform(nowMs, this.core.refreshSucceeded(nowMs, flight, credential));
  }

  private wakeWhoWaits(): void {
    const { timerAtMs } = this.core;
    if (this.waiters.size === 0 || timerAtMs === undefined || timerAtMs === this.wakeAtMs) return;
    this.wakeAtMs = timerAtMs;
    this.later(timerAtMs, (nowMs) => {
      this.wakeAtMs = undefined;
      if (this.waiters.size > 0) this.perform(nowMs, this.core.timer(nowMs));
    });
  }
}

/** What the process read when it started, and never again. */
export class AtStartSource implements CallerSource {
  private answer: Asked | undefined;
  private readonly inner: CallerSource;
  private readonly waiting: Done<Asked>[] = [];

  constructor(inner: CallerSource, startMs: number) {
    this.inner = inner;
    this.inner.ask(startMs, (nowMs, answer) => {
      this.answer = answer;
      for (const done of this.waiting.splice(0)) done(nowMs, answer);
    });
  }

  ask(nowMs: number, done: Done<Asked>): void {
    if (this.answer === undefined) this.waiting.push(done);
    else done(nowMs, this.answer);
  }

  refused(): void {}
}

/** A key that is read for each call. */
export class AnewSource implements CallerSource {
  private readonly read: ReadKey;

  constructor(read: ReadKey) {
    this.read = read;
  }

  ask(nowMs: number, done: Done<Asked>): void {
    this.read(nowMs, (atMs, read) =>
      done(atMs, read.kind === 'failed' ? read : { ...read, kind: 'key' }),
    );
  }

  refused(): void {}
}

/** The token in the pod's file. */
export class TokenSource implements CallerSource {
  private readonly tokenAt: (nowMs: number) => OidcToken;

  constructor(tokenAt: (nowMs: number) => OidcToken) {
    this.tokenAt = tokenAt;
  }

  ask(nowMs: number, done: Done<Asked>): void {
    done(nowMs, { kind: 'token', token: this.tokenAt(nowMs) });
  }

  refused(): void {}
}
