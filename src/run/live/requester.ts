/**
 * Asks a process's client for a credential, once for each request that arrives, and records what
 * became of it. This is the driver's hot path: a request served from a cache costs one clock read
 * and a few additions.
 *
 * A stall is told by the turn: an answer that comes in the microtasks of the turn in which it was
 * asked for was there already, however many promises it went through; one that comes in a later
 * turn was waited for.
 */
import type { Clock } from '../../kernel/clock.ts';
import type { Credentials } from '../../kernel/sts/credentials.ts';
import type { Recorder } from '../../measure/recorder.ts';
import { codeOf } from './error-code.ts';
import type { ProcessSlot } from './process-slot.ts';

export class Requester {
  /** Requests asked and not yet answered. */
  pending = 0;
  /**
   * The clock's last reading, virtual ms. Asking costs less than reading a clock, so the instant at
   * which a request asks is the reading before it: at most one turn's batch of asking old.
   */
  readMs = Number.NEGATIVE_INFINITY;
  private turn = 0;
  private turnEndsWatched = false;
  private readonly clock: Clock;
  private readonly zeroAtMs: number;
  private readonly recorder: Recorder;

  constructor(clock: Clock, zeroAtMs: number, recorder: Recorder) {
    this.clock = clock;
    this.zeroAtMs = zeroAtMs;
    this.recorder = recorder;
  }

  /** Reads the clock, virtual ms. */
  now(): number {
    this.readMs = this.clock.nowMs() - this.zeroAtMs;
    return this.readMs;
  }

  /** One request of `slot`, due at `dueMs` (virtual ms) and asked now. */
  request(slot: ProcessSlot, dueMs: number): void {
    const askedMs = this.readMs;
    let answer: Credentials | Promise<Credentials>;
    try {
      answer = slot.client!.getCredentials();
    } catch (error) {
      this.failed(slot, dueMs, askedMs, error);
      return;
    }
    if (!isPromise(answer)) {
      const handedMs = this.now();
      this.note(slot, answer, handedMs);
      this.recorder.hit(slot.process.app, dueMs, handedMs, slot.work.start(handedMs));
      return;
    }
    this.await(slot, answer, dueMs, askedMs);
  }

  private await(
    slot: ProcessSlot,
    answer: Promise<Credentials>,
    dueMs: number,
    askedMs: number,
  ): void {
    this.pending += 1;
    slot.pending += 1;
    this.watchTurnEnd();
    const { turn } = this;
    answer.then(
      (credential) => {
        this.pending -= 1;
        slot.pending -= 1;
        const handedMs = this.now();
        this.note(slot, credential, handedMs);
        const endMs = slot.work.start(handedMs);
        const { app, index } = slot.process;
        if (turn === this.turn) this.recorder.hit(app, dueMs, handedMs, endMs);
        else this.recorder.stalled(app, index, dueMs, askedMs, handedMs, endMs);
      },
      (error) => {
        this.pending -= 1;
        slot.pending -= 1;
        this.failed(slot, dueMs, askedMs, error);
      },
    );
  }

  private note(slot: ProcessSlot, credential: Credentials, handedMs: number): void {
    const remainingMs = slot.handed(credential, handedMs + this.zeroAtMs);
    if (remainingMs === undefined) return;
    this.recorder.credential(slot.process.app, remainingMs, handedMs);
  }

  private failed(slot: ProcessSlot, dueMs: number, askedMs: number, error: unknown): void {
    const atMs = this.now();
    const { app, index } = slot.process;
    this.recorder.failed(app, index, dueMs, askedMs, atMs, codeOf(error));
  }

  /**
   * Node runs a callback, then its ticks, then its microtasks until none is left, then ticks that
   * those added. So a tick scheduled from a microtask marks the end of the turn's microtasks.
   */
  private watchTurnEnd(): void {
    if (this.turnEndsWatched) return;
    this.turnEndsWatched = true;
    queueMicrotask(() =>
      process.nextTick(() => {
        this.turn += 1;
        this.turnEndsWatched = false;
      }),
    );
  }
}

function isPromise(answer: Credentials | Promise<Credentials>): answer is Promise<Credentials> {
  return typeof (answer as Promise<Credentials>).then === 'function';
}
