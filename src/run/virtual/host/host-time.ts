/**
 * The time of a host: one instant, moved by whoever drives the host, and the timers and immediates
 * that clients have set. Client code runs inside `enter` only, as somebody's: when it returns, its
 * ticks, promises and immediates have run to their end, at the same instant.
 *
 * Instants are milliseconds from virtual zero; `nowMs()` is the epoch that clients read.
 */
import type { Clock, Timer } from '../../../kernel/clock.ts';
import { HarnessError } from '../../../kernel/errors.ts';
import { Owner } from './owner.ts';
import { hasFastTurns, runTicks } from './turns.ts';
import { type TimeoutTerms, type Timetable, VirtualTimeout } from './virtual-timeout.ts';

/** 2026-01-01T00:00:00Z: some clients take the epoch itself for "never". */
export const ZERO_AT_MS = 1_767_225_600_000;
/** A client that goes on for so many turns without any time passing never settles. */
const TURNS_MAX = 100_000;

/** An error that nobody caught: in production it ends the process. */
export interface Crash {
  readonly atMs: number;
  readonly owner: string;
  readonly kind: 'exception' | 'rejection';
  readonly error: unknown;
}

interface Immediate {
  readonly owner: Owner;
  fire: (() => void) | undefined;
}

export class HostTime implements Clock, Timetable {
  /** From virtual zero. */
  atMs = 0;
  /** Added to what clients read as the time of day: a clock that is wrong. */
  skewMs = 0;
  /** Whose code runs. */
  current: Owner;
  readonly crashes: Crash[] = [];
  /** Client code runs right now, and what it has set off. */
  isRunning = false;
  private readonly nobody: Owner;
  /** Whose code ran last. */
  private latest: Owner;
  private immediates: Immediate[] = [];
  private readonly timeouts = new Map<number, VirtualTimeout>();
  private nextId = 1;
  private readonly drainsAtOnce: boolean;
  /** Ticks and promises may be left, for a real turn to run. */
  hasLoose = false;
  /** Whoever drives the host may want to know whose next timer has changed. */
  onScheduled: (owner: Owner) => void = () => {};

  /** `drainsAtOnce`: false waits for real turns of Node's loop, one an event. */
  constructor(seed: number, drainsAtOnce = hasFastTurns) {
    this.drainsAtOnce = drainsAtOnce;
    this.nobody = new Owner(-1, 'host', seed);
    this.current = this.nobody;
    this.latest = this.nobody;
  }

  /** The owner of what no client set up. */
  get host(): Owner {
    return this.nobody;
  }

  /** The host's own clock, which STS goes by: nobody's skew is in it. */
  nowMs(): number {
    return ZERO_AT_MS + this.atMs;
  }

  /** What `Date.now()` gives. */
  dateMs(): number {
    return Math.floor(ZERO_AT_MS + this.atMs + this.skewMs);
  }

  /** Timers of the host's own parts: nobody's pending timers. */
  setTimer(atMs: number, fire: () => void): Timer {
    const cancel = this.schedule(this.current, atMs - ZERO_AT_MS, fire);
    return { cancel, unref: () => {} };
  }

  /** A `Clock` for client code: it reads the client's time of day, and its timers are the client's. */
  get clientClock(): Clock {
    return {
      nowMs: () => this.nowMs() + this.skewMs,
      setTimer: (clientMs, fire) => {
        const atMs = Math.max(this.atMs, clientMs - this.skewMs - ZERO_AT_MS);
        const timeout = this.newTimeout({ fire, delayMs: atMs - this.atMs, repeats: false, atMs });
        return { cancel: () => timeout.clear(), unref: () => void timeout.unref() };
      },
    };
  }

  schedule(owner: Owner, atMs: number, fire: () => void): () => void {
    this.onScheduled(owner);
    return owner.queue.add(Math.max(atMs, this.atMs), fire);
  }

  newTimeout(terms: TimeoutTerms): VirtualTimeout {
    const id = this.nextId;
    this.nextId += 1;
    const timeout = new VirtualTimeout(this, id, terms);
    this.timeouts.set(id, timeout);
    return timeout;
  }

  timeoutOf(id: number): VirtualTimeout | undefined {
    return this.timeouts.get(id);
  }

  forget(id: number): void {
    this.timeouts.delete(id);
  }

  /** Runs at this instant, after all ticks and promises. Returns what takes it back. */
  addImmediate(fire: () => void): () => void {
    const immediate: Immediate = { owner: this.current, fire };
    this.immediates.push(immediate);
    return () => {
      immediate.fire = undefined;
    };
  }

  /** Runs `code` as the owner's, and what it sets off. Never from within a promise or a tick. */
  enter(owner: Owner, code: () => void): void {
    this.current = owner;
    this.latest = owner;
    this.isRunning = true;
    this.guarded(code);
    if (!this.drainsAtOnce) {
      this.hasLoose = true;
      return;
    }
    this.drain();
    this.rest();
  }

  /** What Node has worked on elsewhere comes back in turns of its own: as whose that ran last. */
  expectWork(): void {
    this.current = this.latest;
    this.isRunning = false;
  }

  /** Until client code runs again. */
  rest(): void {
    this.current = this.nobody;
    this.isRunning = false;
  }

  /** In a turn of its own: what the last one has left. */
  goOn(): void {
    if (this.drainsAtOnce) {
      this.drain();
      return;
    }
    this.hasLoose = this.immediates.length > 0;
    if (this.hasLoose) this.runImmediates();
  }

  /** Fires the owner's timers that are due now, in their order, each with what it sets off. */
  fireDue(owner: Owner): void {
    for (;;) {
      const fire = owner.queue.takeDue(this.atMs);
      if (fire === undefined) return;
      this.enter(owner, fire);
      if (this.hasLoose) return; // The next one is for a later turn.
    }
  }

  /** Ticks, promises and immediates until none is left. */
  private drain(): void {
    for (let turn = 0; turn < TURNS_MAX; turn += 1) {
      this.runTicks();
      if (this.immediates.length === 0) return;
      this.runImmediates();
    }
    throw new HarnessError('CLIENT_NEVER_SETTLES', `${this.current.name} never settles`, {
      hint: `It ran ${TURNS_MAX} immediates in a row without waiting for anything, at ${this.atMs} ms.`,
    });
  }

  private runImmediates(): void {
    const batch = this.immediates;
    this.immediates = [];
    for (const { owner, fire } of batch) {
      if (fire === undefined) continue;
      this.current = owner;
      this.guarded(fire);
      this.runTicks();
    }
  }

  private runTicks(): void {
    if (this.drainsAtOnce) runTicks((error) => this.crashed('exception', error));
  }

  crashed(kind: Crash['kind'], error: unknown): void {
    this.crashes.push({ atMs: this.atMs, owner: this.current.name, kind, error });
  }

  private guarded(code: () => void): void {
    try {
      code();
    } catch (error) {
      this.crashed('exception', error);
    }
  }
}
