/**
 * Drives one model in virtual time, as a shell does: makes its calls, answers each after a latency,
 * keeps its timer. After every step it checks what must hold of any model whatever happens. It
 * knows nothing of how a model decides.
 */
import { expect } from 'vitest';
import type { CredentialCache, Effect } from '../../src/client/credential-cache.ts';
import type { StsFailure } from '../../src/client/failure.ts';
import { stream } from '../../src/kernel/rng.ts';
import type { SessionCredentials } from '../../src/kernel/sts/credentials.ts';
import { type Preset, presetNamed } from '../../src/models/presets.ts';

/** Not on a whole second, so that clocks of whole seconds show. */
export const START_MS = 1_700_000_000_250;

const TIMEOUT: StsFailure = { kind: 'transient', code: 'Timeout', message: 'no answer' };
const UNKNOWN_FLIGHT = 1e9;

export interface Answered {
  readonly askedAtMs: number;
  readonly atMs: number;
  readonly waitedMs: number;
  /** Undefined where it failed. */
  readonly credential: SessionCredentials | undefined;
  readonly failure: StsFailure | undefined;
}

interface Flight {
  readonly answerAtMs: number;
  readonly startedAtMs: number;
  readonly outcome: 'issued' | StsFailure;
}

export interface DriverOptions {
  readonly seed?: number;
  readonly durationSeconds?: number;
  readonly latencyMs?: number;
}

export class ModelDriver {
  readonly preset: Preset;
  readonly cache: CredentialCache;
  readonly durationSeconds: number;
  nowMs = START_MS;
  /** How STS is doing, from the next call on. */
  latencyMs: number;
  sts: 'issued' | StsFailure = 'issued';
  lifetimeMs: number;
  /** Whether credentials live as long as the presets' claims presuppose. */
  checksExpiry = true;
  readonly calls: number[] = [];
  readonly answered: Answered[] = [];
  private readonly askedAtMs = new Map<number, number>();
  private readonly flights = new Map<number, Flight>();
  private waiters = 0;
  private credentials = 0;

  constructor(preset: Preset, options: DriverOptions = {}) {
    const { seed = 1, durationSeconds = 3_600, latencyMs = 50 } = options;
    this.preset = preset;
    this.durationSeconds = preset.durationSeconds ?? durationSeconds;
    this.lifetimeMs = this.durationSeconds * 1_000;
    this.latencyMs = latencyMs;
    const chance = { jitter: stream(seed, 'jitter'), backoff: stream(seed, 'backoff') };
    this.cache = preset.newCache(chance, { durationSeconds: this.durationSeconds });
  }

  get waiting(): number {
    return this.askedAtMs.size;
  }

  get failed(): readonly Answered[] {
    return this.answered.filter(({ failure }) => failure !== undefined);
  }

  /** Requests that were not answered in the instant in which they came. */
  get stalled(): readonly Answered[] {
    return this.answered.filter(({ waitedMs }) => waitedMs > 0);
  }

  ask(count = 1): void {
    for (let i = 0; i < count; i += 1) this.request();
  }

  /** One request every `everyMs` until `toMs`. */
  askEvery(everyMs: number, toMs: number): void {
    while (this.nowMs + everyMs <= toMs) {
      this.advanceBy(everyMs);
      this.ask();
    }
    this.advanceTo(toMs);
  }

  advanceBy(ms: number): void {
    this.advanceTo(this.nowMs + ms);
  }

  /** Answers and timers up to and including `toMs`, in order; at one instant answers first. */
  advanceTo(toMs: number): void {
    for (let turns = 0; ; turns += 1) {
      expect(turns, 'time goes on').toBeLessThan(100_000);
      const answerAtMs = this.nextAnswer()?.[1].answerAtMs ?? Number.POSITIVE_INFINITY;
      const timerAtMs = Math.max(this.cache.timerAtMs ?? Number.POSITIVE_INFINITY, this.nowMs);
      const nextMs = Math.min(answerAtMs, timerAtMs);
      if (nextMs > toMs || nextMs === Number.POSITIVE_INFINITY) break;
      this.nowMs = nextMs;
      if (answerAtMs <= timerAtMs) this.answer();
      else this.fireTimer();
    }
    this.nowMs = Math.max(this.nowMs, toMs);
  }

  /** Until nobody waits any more, and no call is in the air. */
  settle(): void {
    while (this.waiting > 0 || this.flights.size > 0) {
      const answerAtMs = this.nextAnswer()?.[1].answerAtMs ?? Number.POSITIVE_INFINITY;
      const nextMs = Math.min(answerAtMs, this.cache.timerAtMs ?? Number.POSITIVE_INFINITY);
      expect(nextMs, 'who waits is answered').toBeLessThan(Number.POSITIVE_INFINITY);
      this.advanceTo(Math.max(nextMs, this.nowMs));
    }
  }

  /** Cold start by one request, then to `leadMs` before the expiry of what it got. */
  warmTo(leadMs: number): SessionCredentials {
    this.ask();
    this.settle();
    const { current } = this.cache;
    expect(current).toBeDefined();
    const atMs = current!.expiresAtMs - leadMs;
    expect(this.cache.quietUntilMs, 'nothing happens before').toBeGreaterThanOrEqual(atMs);
    this.nowMs = atMs;
    this.calls.length = 0;
    this.answered.length = 0;
    return current!;
  }

  private request(): void {
    this.waiters += 1;
    const waiter = this.waiters;
    const { current } = this.cache;
    const isQuiet = this.nowMs < this.cache.quietUntilMs;
    const before = isQuiet ? snapshot(this.cache) : '';
    this.askedAtMs.set(waiter, this.nowMs);
    const effects = this.cache.request(this.nowMs, waiter);
    if (isQuiet) {
      expect(effects).toEqual([{ kind: 'serve', waiter, credential: current }]);
      expect(snapshot(this.cache), 'a quiet hit changes nothing').toBe(before);
    }
    this.take(effects);
  }

  private fireTimer(): void {
    const before = snapshot(this.cache);
    this.take(this.cache.timer(this.nowMs));
    const { timerAtMs } = this.cache;
    const hasMoved = timerAtMs === undefined || timerAtMs > this.nowMs;
    expect(hasMoved || snapshot(this.cache) !== before, 'a timer does something').toBe(true);
  }

  private answer(): void {
    const [flight, { outcome, startedAtMs }] = this.nextAnswer()!;
    this.flights.delete(flight);
    if (outcome === 'issued') {
      const credential = this.issue(startedAtMs);
      this.take(this.cache.refreshSucceeded(this.nowMs, flight, credential));
    } else {
      this.take(this.cache.refreshFailed(this.nowMs, flight, outcome));
    }
    this.answerInVain(flight);
    this.answerInVain(UNKNOWN_FLIGHT);
  }

  /** A flight that the model does not know, or no longer. */
  private answerInVain(flight: number): void {
    const before = snapshot(this.cache);
    const credential = { ...this.issue(this.nowMs), accessKeyId: 'STS.late' };
    expect(this.cache.refreshSucceeded(this.nowMs, flight, credential)).toEqual([]);
    expect(this.cache.refreshFailed(this.nowMs, flight, TIMEOUT)).toEqual([]);
    expect(snapshot(this.cache), 'a late answer changes nothing').toBe(before);
  }

  private issue(atMs: number): SessionCredentials {
    this.credentials += 1;
    return {
      accessKeyId: `STS.${this.credentials}`,
      accessKeySecret: 's',
      securityToken: 't',
      expiresAtMs: Math.floor((atMs + this.lifetimeMs) / 1_000) * 1_000,
    };
  }

  private nextAnswer(): [number, Flight] | undefined {
    let next: [number, Flight] | undefined;
    for (const entry of this.flights) {
      if (next === undefined || entry[1].answerAtMs < next[1].answerAtMs) next = entry;
    }
    return next;
  }

  private take(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'refresh') this.takeOff(effect.flight);
      else this.note(effect);
    }
    expect(this.cache.inFlight).toBe(this.flights.size);
    if (this.preset.claims.singleFlight) expect(this.flights.size).toBeLessThanOrEqual(1);
  }

  private takeOff(flight: number): void {
    expect(this.flights.has(flight)).toBe(false);
    this.calls.push(this.nowMs);
    const isTooSlow = this.latencyMs > this.preset.callTimeoutMs;
    const latencyMs = isTooSlow ? this.preset.callTimeoutMs : this.latencyMs;
    this.flights.set(flight, {
      startedAtMs: this.nowMs,
      answerAtMs: this.nowMs + latencyMs,
      outcome: isTooSlow ? TIMEOUT : this.sts,
    });
  }

  private note(effect: Exclude<Effect, { kind: 'refresh' }>): void {
    const askedAtMs = this.askedAtMs.get(effect.waiter);
    expect(askedAtMs, 'answered once, and only who asked').toBeDefined();
    this.askedAtMs.delete(effect.waiter);
    const credential = effect.kind === 'serve' ? effect.credential : undefined;
    const failure = effect.kind === 'fail' ? effect.failure : undefined;
    const waitedMs = this.nowMs - askedAtMs!;
    this.answered.push({ askedAtMs: askedAtMs!, atMs: this.nowMs, waitedMs, credential, failure });
    if (credential === undefined || !this.checksExpiry) return;
    if (!this.preset.claims.neverServesExpired) return;
    expect(credential.expiresAtMs, 'nothing expired is served').toBeGreaterThan(this.nowMs);
  }
}

export function driverOf(name: string, options?: DriverOptions): ModelDriver {
  return new ModelDriver(presetNamed(name)!, options);
}

/** Everything that a model remembers, the state of its chance among it. */
function snapshot(cache: CredentialCache): string {
  return JSON.stringify(cache, (_, value) => {
    if (value instanceof Map) return [...value];
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    return value === undefined ? 'undefined' : value;
  });
}
