/**
 * Paces one driver thread along the plan: at full load inside windows, event by event in the gaps
 * between them.
 *
 * The schedule is absolute: a request is due when the plan says, whatever became of the ones before
 * it. Inside a window the loop turns by `setImmediate` while the next request is near, so the
 * client's own I/O is served in every turn; at most `PER_TURN` requests start in one, since an
 * unbounded catch-up would starve that I/O and, overloaded, never end. In a gap nothing is offered
 * but what `ProcessSlot.scheduleInGap` names; when nothing is in flight the coordinator is told what
 * is due next, and may hop there.
 */
import type { Clock, Timer } from '../../kernel/clock.ts';
import { nextTurn } from '../../kernel/real-clock.ts';
import type { Recorder } from '../../measure/recorder.ts';
import type { ArrivalMerge } from '../../scenario/arrival-merge.ts';
import type { Window } from '../../scenario/scenario.ts';
import type { ProcessSlot } from './process-slot.ts';
import type { Requester } from './requester.ts';

const PER_TURN = 64;
const READ_EVERY = 16;
const TURN_MAX_MS = 0.25;
/** Sleeping is only worth it when the next request is further away than a timer is inexact. */
const SPIN_MS = 2;
const TIMER_SLACK_MS = 1.2;
/** How long after a window's end its late requests may still start; the rest were not started. */
const GRACE_MS = 200;
/** More unanswered requests than this in one thread: the machine cannot keep up. */
const IN_FLIGHT_MAX = 20_000;
/** Started later than this counts as not started in time. */
const LATE_MS = 50;
/** A shorter way ahead than this is not worth a hop. */
export const HOP_MIN_MS = 2;
const POLL_MS = 1;
/** How long the end waits for unanswered requests. */
const DRAIN_MS = 3_000;

export interface PacerParts {
  readonly clock: Clock;
  readonly zeroAtMs: number;
  /** Ordered, disjoint stretches of full load. */
  readonly windows: readonly Window[];
  readonly slots: readonly ProcessSlot[];
  /** Merged arrivals of all slots. */
  readonly arrivals: ArrivalMerge;
  readonly requester: Requester;
  readonly recorder: Recorder;
  readonly startClient: (slot: ProcessSlot) => void;
  /** HTTP requests of the clients in flight. */
  readonly httpInFlight: () => number;
  /** When a client's own timer is due next, virtual ms. */
  readonly nextTimerMs: () => number;
  readonly onSettled: (nextDueMs: number) => void;
  readonly onEnd: () => void;
}

export class Pacer {
  /** Requests inside windows that started later than `LATE_MS`. */
  late = 0;
  private readonly parts: PacerParts;
  /** By the process's index in the whole plan. */
  private readonly slotOf: readonly (ProcessSlot | undefined)[];
  /** Slots not yet started, latest start first. */
  private readonly unstarted: ProcessSlot[];
  private windowIndex = 0;
  private inWindow = false;
  private announcedDueMs = Number.NaN;
  private stopped = false;
  private ending = false;
  private timer: Timer | undefined;

  constructor(parts: PacerParts) {
    this.parts = parts;
    const slotOf: (ProcessSlot | undefined)[] = [];
    for (const slot of parts.slots) slotOf[slot.process.index] = slot;
    this.slotOf = slotOf;
    this.unstarted = [...parts.slots].sort((a, b) => b.process.startMs - a.process.startMs);
  }

  start(): void {
    this.turn();
  }

  /** Ends the replay as soon as what is in flight has been answered, or the drain has run out. */
  stop(): void {
    this.stopped = true;
    this.turn();
  }

  /** Something changed from outside (a hop): look again. */
  readonly turn = (): void => {
    if (this.ending) return;
    this.timer?.cancel();
    const nowMs = this.nowMs();
    const window = this.parts.windows[this.windowIndex];
    if (this.stopped || window === undefined) {
      this.drain(nowMs);
    } else if (nowMs < window.atMs) {
      this.gapTurn(nowMs, window.atMs);
    } else {
      if (!this.inWindow) this.enterWindow(window.atMs);
      this.windowTurn(nowMs, window.atMs + window.forMs);
    }
  };

  private nowMs(): number {
    return this.parts.requester.now();
  }

  private enterWindow(atMs: number): void {
    this.inWindow = true;
    this.parts.arrivals.seek(atMs);
  }

  private windowTurn(nowMs: number, endMs: number): void {
    this.startProcesses(nowMs);
    const { arrivals } = this.parts;
    const dueMax = Math.min(nowMs, endMs);
    for (let started = 0; started < PER_TURN; started += 1) {
      const dueMs = arrivals.atMs;
      if (dueMs > dueMax || dueMs >= endMs) break;
      this.offer(this.slotOf[arrivals.process]!, dueMs);
      arrivals.advance();
      // A client that is slow to ask ends the turn: what it holds up is not to be stamped late.
      if (started % READ_EVERY === READ_EVERY - 1 && this.nowMs() - nowMs > TURN_MAX_MS) break;
    }
    const nextMs = arrivals.atMs;
    if (nowMs >= endMs && (nextMs >= endMs || nowMs >= endMs + GRACE_MS)) this.leaveWindow(endMs);
    else this.sleepUntil(Math.min(nextMs, endMs, this.nextStartMs()), nowMs);
  }

  private offer(slot: ProcessSlot, dueMs: number): void {
    const { requester, recorder } = this.parts;
    if (requester.pending >= IN_FLIGHT_MAX) {
      recorder.notStarted(slot.process.app, dueMs);
      return;
    }
    if (requester.readMs - dueMs > LATE_MS) this.late += 1;
    requester.request(slot, dueMs);
  }

  private leaveWindow(endMs: number): void {
    const { arrivals, recorder, slots } = this.parts;
    for (; arrivals.atMs < endMs; arrivals.advance()) {
      recorder.notStarted(this.slotOf[arrivals.process]!.process.app, arrivals.atMs);
    }
    this.windowIndex += 1;
    this.inWindow = false;
    this.announcedDueMs = Number.NaN;
    const nowMs = this.nowMs();
    for (const slot of slots) {
      this.parts.requester.noteRemaining(slot);
      slot.scheduleInGap(nowMs, this.parts.zeroAtMs);
    }
    nextTurn(this.turn);
  }

  private gapTurn(nowMs: number, gapEndMs: number): void {
    const { slots, requester, zeroAtMs } = this.parts;
    this.startProcesses(nowMs);
    let nextDueMs = Math.min(gapEndMs, this.nextStartMs(), this.parts.nextTimerMs());
    for (const slot of slots) {
      if (slot.credentialChanged) slot.skipWhileFresh(zeroAtMs);
      if (slot.client !== undefined && slot.gapDueMs <= nowMs) {
        requester.request(slot, slot.gapDueMs);
        slot.scheduleInGap(nowMs, zeroAtMs);
      }
      nextDueMs = Math.min(nextDueMs, slot.gapDueMs);
    }
    this.waitInGap(nowMs, nextDueMs);
  }

  private waitInGap(nowMs: number, nextDueMs: number): void {
    const isBusy = this.parts.requester.pending > 0 || this.parts.httpInFlight() > 0;
    if (isBusy || nextDueMs <= nowMs + HOP_MIN_MS) {
      this.announcedDueMs = Number.NaN;
      // What is due soon is started as exactly as in a window; an answer may take its time.
      if (nextDueMs <= nowMs + SPIN_MS) nextTurn(this.turn);
      else this.at(nowMs + POLL_MS);
      return;
    }
    if (nextDueMs !== this.announcedDueMs) {
      this.announcedDueMs = nextDueMs;
      this.parts.onSettled(nextDueMs);
    }
    this.at(nextDueMs);
  }

  private startProcesses(nowMs: number): void {
    for (;;) {
      const slot = this.unstarted.at(-1);
      if (slot === undefined || slot.process.startMs > nowMs) return;
      this.unstarted.pop();
      this.parts.startClient(slot);
      slot.scheduleInGap(nowMs, this.parts.zeroAtMs);
    }
  }

  private nextStartMs(): number {
    return this.unstarted.at(-1)?.process.startMs ?? Number.POSITIVE_INFINITY;
  }

  private sleepUntil(atMs: number, nowMs: number): void {
    if (atMs - nowMs > SPIN_MS) this.at(atMs - TIMER_SLACK_MS);
    else nextTurn(this.turn);
  }

  private at(virtualMs: number): void {
    this.timer = this.parts.clock.setTimer(virtualMs + this.parts.zeroAtMs, this.turn);
  }

  private drain(nowMs: number): void {
    const deadlineMs = nowMs + DRAIN_MS;
    this.ending = true;
    const poll = () => {
      if (this.parts.requester.pending === 0 || this.nowMs() >= deadlineMs) this.parts.onEnd();
      else this.parts.clock.setTimer(this.parts.clock.nowMs() + POLL_MS, poll);
    };
    poll();
  }
}
