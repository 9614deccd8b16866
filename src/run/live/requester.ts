/**
 * Asks a process's client for a credential, once for each request that arrives, and records what
 * became of it. This is the driver's hot path.
 *
 * A stall is told by the turn of the event loop: an answer that comes in the microtasks of the turn
 * in which it was asked for was there already, however many promises it went through (a hit); one
 * that comes in a later turn was waited for.
 *
 * Hits of one turn are recorded together when the turn's microtasks have ended, with one reading of
 * the clock, which costs more than all else a hit takes. They are stamped with that end: up to a
 * turn too late, some microseconds, and never too early.
 *
 * Where requests call a service with their credential, they are recorded when it has answered.
 */
import type { Clock } from '../../kernel/clock.ts';
import type { Credentials } from '../../kernel/sts/credentials.ts';
import { HitBatch } from '../../measure/hit-batch.ts';
import type { Recorder } from '../../measure/recorder.ts';
import { codeOf } from '../subjects/error-code.ts';
import type { ProcessSlot } from './process-slot.ts';
import type { ResourceCalls } from './resource-calls.ts';

const HITS_MAX = 128;
const NO_CREDENTIAL = { code: 'NoCredential' };

export class Requester {
  /** The clock's last reading, virtual ms: the instant at which a request asks. */
  readMs = Number.NEGATIVE_INFINITY;
  private readonly clock: Clock;
  private readonly zeroAtMs: number;
  private readonly recorder: Recorder;
  private readonly asks: Ask[] = [];
  /** So many of `asks` were begun in this turn; the others are for later turns. */
  private begun = 0;
  private waiting = 0;
  private calling = 0;
  private isClosed = false;
  private readonly hits = new HitBatch(HITS_MAX);

  constructor(clock: Clock, zeroAtMs: number, recorder: Recorder) {
    this.clock = clock;
    this.zeroAtMs = zeroAtMs;
    this.recorder = recorder;
  }

  /** Requests asked and not yet recorded. */
  get pending(): number {
    return this.begun + this.waiting + this.calling;
  }

  /** What is still pending stays so: a later answer is nobody's any more. */
  close(): void {
    this.isClosed = true;
  }

  /** Reads the clock, virtual ms. */
  now(): number {
    this.readMs = this.clock.nowMs() - this.zeroAtMs;
    return this.readMs;
  }

  /** One request of `slot`, due at `dueMs` (virtual ms) and asked at `readMs`. */
  request(slot: ProcessSlot, dueMs: number): void {
    if (this.begun === 0) this.watchTurnEnd();
    if (this.begun === this.asks.length) this.asks.push(new Ask(this));
    const ask = this.asks[this.begun]!;
    this.begun += 1;
    ask.begin(slot, dueMs, this.readMs);
    try {
      const answer = slot.client!.getCredentials();
      if (isPromise(answer)) answer.then(ask.served, ask.refused);
      else ask.served(answer);
    } catch (error) {
      ask.refused(error);
    }
  }

  /** An answer that came in a later turn than its request. */
  endWait(ask: Ask): void {
    if (this.isClosed) return;
    this.waiting -= 1;
    ask.slot.pending -= 1;
    const atMs = this.now();
    if (ask.credential === undefined) this.recordRefusal(ask, atMs);
    else this.recordWait(ask, ask.credential, atMs);
  }

  /** Records the least time to expiry at which the slot's present credential was handed over. */
  noteRemaining(slot: ProcessSlot): void {
    const { leastRemaining } = slot;
    if (leastRemaining === undefined) return;
    const { remainingMs, atMs } = leastRemaining;
    this.recorder.credential(slot.process.app, remainingMs, atMs - this.zeroAtMs);
  }

  /**
   * Node runs a callback, then its ticks, then its microtasks until none is left, then ticks that
   * those added. So a tick scheduled from a microtask marks the end of the turn's microtasks.
   */
  private watchTurnEnd(): void {
    queueMicrotask(() => process.nextTick(this.endTurn));
  }

  private readonly endTurn = (): void => {
    const atMs = this.now();
    const { asks, begun } = this;
    this.begun = 0;
    for (let i = 0; i < begun; i += 1) {
      const ask = asks[i]!;
      if (ask.credential !== undefined) this.addHit(ask, ask.credential, atMs);
      else if (ask.error !== undefined) this.recordRefusal(ask, atMs);
      else this.beginWait(i);
    }
    this.recordHits(atMs);
  };

  /** Its place among the asks goes to a new one: this one is answered some other time. */
  private beginWait(index: number): void {
    const ask = this.asks[index]!;
    this.asks[index] = new Ask(this);
    ask.isWaiting = true;
    ask.slot.pending += 1;
    this.waiting += 1;
  }

  private addHit({ slot, dueMs, askedMs }: Ask, credential: Credentials, handedMs: number): void {
    this.handed(slot, credential, handedMs);
    if (slot.calls !== undefined) {
      this.call(slot.calls, slot, credential, { dueMs, askedMs, handedMs });
      return;
    }
    const { hits } = this;
    const i = hits.count;
    hits.app[i] = slot.process.app;
    hits.dueMs[i] = dueMs;
    hits.askedMs[i] = askedMs;
    hits.endMs[i] = slot.work.start(handedMs);
    hits.count = i + 1;
    if (hits.count === HITS_MAX) this.recordHits(handedMs);
  }

  private recordHits(handedMs: number): void {
    if (this.hits.count > 0) this.recorder.hits(this.hits, handedMs);
    this.hits.count = 0;
  }

  private recordWait(ask: Ask, credential: Credentials, handedMs: number): void {
    const { slot, dueMs, askedMs } = ask;
    this.handed(slot, credential, handedMs);
    const { app, index } = slot.process;
    if (slot.calls !== undefined) {
      this.recorder.waited(app, index, askedMs, handedMs);
      this.call(slot.calls, slot, credential, { dueMs, askedMs, handedMs });
      return;
    }
    const endMs = slot.work.start(handedMs);
    this.recorder.stalled(app, index, dueMs, askedMs, handedMs, endMs);
  }

  private call(
    calls: ResourceCalls,
    slot: ProcessSlot,
    credential: Credentials,
    { dueMs, askedMs, handedMs }: { dueMs: number; askedMs: number; handedMs: number },
  ): void {
    this.calling += 1;
    slot.pending += 1;
    const onCalled = (refusal: string | undefined) => {
      if (this.isClosed) return;
      this.calling -= 1;
      slot.pending -= 1;
      const { app } = slot.process;
      const atMs = this.now();
      if (refusal !== undefined) this.recorder.refused(app, dueMs, askedMs, atMs, refusal);
      else this.recorder.served(app, dueMs, askedMs, handedMs, atMs);
    };
    calls.make({ credential, onCalled });
  }

  private recordRefusal({ slot, dueMs, askedMs, error }: Ask, atMs: number): void {
    const { app, index } = slot.process;
    this.recorder.failed(app, index, dueMs, askedMs, atMs, codeOf(error));
  }

  private handed(slot: ProcessSlot, credential: Credentials, handedMs: number): void {
    if (credential.accessKeyId !== slot.accessKeyId) {
      this.noteRemaining(slot);
      slot.adopt(credential);
    }
    const atMs = handedMs + this.zeroAtMs;
    slot.handedAtMs = atMs;
    if (atMs < slot.expiresAtMs) return;
    this.recorder.credential(slot.process.app, slot.expiresAtMs - atMs, handedMs);
  }
}

/** One request that was asked; used again once it was answered in its turn. */
class Ask {
  slot!: ProcessSlot;
  dueMs = 0;
  askedMs = 0;
  credential: Credentials | undefined;
  error: unknown;
  /** Its turn has ended without an answer. */
  isWaiting = false;
  private readonly requester: Requester;

  constructor(requester: Requester) {
    this.requester = requester;
  }

  begin(slot: ProcessSlot, dueMs: number, askedMs: number): void {
    this.slot = slot;
    this.dueMs = dueMs;
    this.askedMs = askedMs;
    this.credential = undefined;
    this.error = undefined;
  }

  readonly served = (credential: Credentials): void => {
    if (typeof credential?.accessKeyId === 'string') this.credential = credential;
    else this.error = NO_CREDENTIAL;
    if (this.isWaiting) this.requester.endWait(this);
  };

  readonly refused = (error: unknown): void => {
    this.error = error ?? 'refused without an error';
    if (this.isWaiting) this.requester.endWait(this);
  };
}

function isPromise(answer: Credentials | Promise<Credentials>): answer is Promise<Credentials> {
  return typeof (answer as Promise<Credentials>).then === 'function';
}
