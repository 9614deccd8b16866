/**
 * Drives a cache core step by step in virtual time and checks, after every step, what must hold
 * whatever happens. It knows nothing of how the core decides.
 */
import { expect } from 'vitest';
import { CacheCore } from '../../src/client/cache-core.ts';
import type { Effect } from '../../src/client/credential-cache.ts';
import type { StsFailure } from '../../src/client/failure.ts';
import type { CachePolicy } from '../../src/client/policy.ts';
import { stream } from '../../src/kernel/rng.ts';
import type { SessionCredentials } from '../../src/kernel/sts/credentials.ts';

export class CoreDriver {
  readonly core: CacheCore;
  nowMs = 1_700_000_000_000;
  readonly flights = new Set<number>();
  readonly waiting = new Set<number>();
  readonly startedAtMs: number[] = [];
  served = 0;
  failed = 0;
  private readonly answered = new Set<number>();
  private readonly rejected = new Set<string>();
  private waiters = 0;
  private credentials = 0;

  constructor(policy: CachePolicy, seed = 1) {
    this.core = new CacheCore(policy, {
      jitter: stream(seed, 'jitter'),
      backoff: stream(seed, 'backoff'),
    });
  }

  request(): readonly Effect[] {
    this.waiters += 1;
    const waiter = this.waiters;
    const { current } = this.core;
    const isQuiet = this.nowMs < this.core.quietUntilMs;
    const before = snapshot(this.core);
    this.waiting.add(waiter);
    const effects = this.core.request(this.nowMs, waiter);
    if (isQuiet) {
      expect(effects).toEqual([{ kind: 'serve', waiter, credential: current }]);
      expect(snapshot(this.core)).toBe(before);
    }
    return this.take(effects);
  }

  /** To the core's timer, or as far as `toMs`; gives whether the timer fired. */
  advanceTo(toMs: number): boolean {
    const { timerAtMs } = this.core;
    if (timerAtMs === undefined || timerAtMs > toMs) {
      this.nowMs = Math.max(this.nowMs, toMs);
      return false;
    }
    this.nowMs = Math.max(this.nowMs, timerAtMs);
    this.take(this.core.timer(this.nowMs));
    return true;
  }

  succeed(lifetimeMs: number): SessionCredentials {
    this.credentials += 1;
    const credential = {
      accessKeyId: `STS.${this.credentials}`,
      accessKeySecret: 's',
      securityToken: 't',
      expiresAtMs: this.nowMs + lifetimeMs,
    };
    this.take(this.core.refreshSucceeded(this.nowMs, this.land(), credential));
    return credential;
  }

  fail(failure: StsFailure): void {
    this.take(this.core.refreshFailed(this.nowMs, this.land(), failure));
  }

  invalidate(): void {
    const key = this.core.current?.accessKeyId;
    if (key === undefined) return;
    this.rejected.add(key);
    this.take(this.core.invalidate(this.nowMs, key));
    expect(this.core.current).toBeUndefined();
  }

  private land(): number {
    const [flight] = this.flights;
    this.flights.delete(flight!);
    return flight!;
  }

  private take(effects: readonly Effect[]): readonly Effect[] {
    for (const effect of effects) {
      if (effect.kind === 'refresh') {
        this.flights.add(effect.flight);
        this.startedAtMs.push(this.nowMs);
        continue;
      }
      expect(this.waiting.delete(effect.waiter), 'answered once, and only who asked').toBe(true);
      expect(this.answered.has(effect.waiter)).toBe(false);
      this.answered.add(effect.waiter);
      if (effect.kind === 'serve') {
        this.served += 1;
        expect(effect.credential.expiresAtMs).toBeGreaterThan(this.nowMs);
        expect(this.rejected.has(effect.credential.accessKeyId)).toBe(false);
      } else this.failed += 1;
    }
    expect(this.flights.size).toBeLessThanOrEqual(1);
    expect(this.core.inFlight).toBe(this.flights.size);
    return effects;
  }
}

/** Everything that the core remembers, its generator's state among it. */
function snapshot(core: CacheCore): string {
  return JSON.stringify(core, (_, value) => (value === undefined ? 'undefined' : value));
}

export function failureOf(kind: StsFailure['kind'], retryAfterMs?: number): StsFailure {
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
  return { kind, code: `Test.${kind}`, message: 'as the test says', ...asked };
}
