/**
 * What is to happen next to a client and its processes: the client's timer, and for each process the
 * next request that has to be looked at. While a cache is quiet that is none, and the process skips
 * ahead to where its requests may matter again.
 */
import type { EventQueue } from '../../kernel/event-queue.ts';
import type { SimulatedClient, SimulatedProcess } from './fleet.ts';
import type { ResourceLine } from './resource-line.ts';
import type { SimulationParts } from './simulation-parts.ts';
import type { SkippedRequests } from './skipped-requests.ts';

/** An event is `index * KINDS + kind`. Of a process: */
export const KINDS = 8;
export const START = 0;
export const ARRIVAL = 1;
export const SKIP_END = 2;
/** Of a client. */
export const TIMER = 3;
/** Of a flight. */
export const ANSWER = 4;

export class Agenda {
  private readonly parts: SimulationParts;
  private readonly endMs: number;
  private readonly queue: EventQueue;
  private readonly skipped: SkippedRequests;
  private readonly resources: ResourceLine;

  constructor(
    parts: SimulationParts,
    on: { queue: EventQueue; skipped: SkippedRequests; resources: ResourceLine },
  ) {
    this.parts = parts;
    this.endMs = parts.shape.endMs;
    this.queue = on.queue;
    this.skipped = on.skipped;
    this.resources = on.resources;
  }

  schedule(atMs: number, kind: number, index: number, stamp: number): void {
    this.queue.push(atMs, index * KINDS + kind, stamp);
  }

  /** After whatever may have changed a cache. */
  settle(client: SimulatedClient, nowMs: number): void {
    const timerAtMs = client.cache.timerAtMs ?? Number.POSITIVE_INFINITY;
    if (timerAtMs !== client.timerAtMs) {
      client.timerAtMs = timerAtMs;
      client.timerStamp += 1;
      if (timerAtMs < Number.POSITIVE_INFINITY) {
        this.schedule(Math.max(timerAtMs, nowMs), TIMER, client.index, client.timerStamp);
      }
    }
    for (const process of client.processes) this.settleProcess(client, process, nowMs);
  }

  settleProcess(client: SimulatedClient, process: SimulatedProcess, nowMs: number): void {
    const toMs = this.skippableUntilMs(client, process, nowMs);
    if (toMs > nowMs) {
      this.skipUntil(client, process, { nowMs, toMs });
      return;
    }
    if (process.skip !== undefined) this.step(client, process, nowMs);
    if (process.hasArrivalPending) return;
    process.stamp += 1;
    if (this.parts.windowsOnly[process.planned.app]) this.seekWindow(process);
    const { atMs } = process.arrivals;
    if (atMs >= this.endMs) return;
    process.hasArrivalPending = true;
    this.schedule(atMs, ARRIVAL, process.planned.index, process.stamp);
  }

  /**
   * Ends the process's skip, if it is in one. Tells whether its arrivals stand elsewhere now.
   * `isOutdone`: a hit that comes later will have less left of the same credential.
   */
  endSkip(process: SimulatedProcess, atMs: number, isOutdone = false): boolean {
    const { skip } = process;
    if (skip === undefined) return false;
    process.skip = undefined;
    return this.skipped.add(process, skip, { toMs: Math.min(atMs, this.endMs), isOutdone });
  }

  private skipUntil(
    client: SimulatedClient,
    process: SimulatedProcess,
    { nowMs, toMs }: { readonly nowMs: number; readonly toMs: number },
  ): void {
    const { skip } = process;
    const credential = client.cache.current!;
    if (skip !== undefined && skip.credential === credential) {
      if (skip.toMs === toMs) return;
      skip.toMs = toMs;
    } else {
      this.endSkip(process, nowMs);
      process.skip = { fromMs: nowMs, toMs, credential };
    }
    process.stamp += 1;
    process.hasArrivalPending = false;
    if (toMs < this.endMs) this.schedule(toMs, SKIP_END, process.planned.index, process.stamp);
  }

  /** From skipping to one by one. */
  private step(client: SimulatedClient, process: SimulatedProcess, nowMs: number): void {
    process.resume(nowMs);
    // The next hit on the same credential, if there is one, has less left than any that was skipped.
    const nextMs = process.arrivals.atMs;
    const isOutdone =
      nextMs < client.cache.quietUntilMs &&
      client.cache.current === process.skip!.credential &&
      this.skipped.isInOneSpan(nowMs, nextMs);
    const { fromMs } = process.skip!;
    if (this.endSkip(process, nowMs, isOutdone)) process.resume(nowMs);
    if (nowMs > fromMs) process.takeUpWork(fromMs, nowMs);
  }

  /** To the first arrival inside a window. */
  private seekWindow({ arrivals }: SimulatedProcess): void {
    for (const { atMs, forMs } of this.parts.shape.windows) {
      if (arrivals.atMs < atMs) arrivals.seek(atMs);
      if (arrivals.atMs < atMs + forMs) return;
    }
    arrivals.seek(this.endMs);
  }

  /** Until when no request of a process has to be looked at; not after now when the next one has. */
  private skippableUntilMs(
    client: SimulatedClient,
    process: SimulatedProcess,
    nowMs: number,
  ): number {
    const { quietUntilMs, timerAtMs } = client.cache;
    if (!this.parts.skipsAhead || quietUntilMs <= nowMs || process.waiting > 0) return nowMs;
    const { calm, planned } = process;
    if (process.skip === undefined && !process.isCalm(nowMs)) return nowMs;
    // A request whose call is refused is no plain hit.
    const standing = this.resources.standing(planned.app, client.cache.current!, nowMs);
    if (standing.refusal !== undefined) return nowMs;
    // Where the cache acts by itself before any request could matter, it is asked again then.
    const actsFirst = timerAtMs !== undefined && timerAtMs <= quietUntilMs;
    const quietMs = actsFirst ? this.endMs : quietUntilMs;
    const untilMs = Math.min(quietMs, calm.loadedFromMs(nowMs), standing.untilMs);
    return untilMs >= this.endMs ? this.endMs : untilMs - calm.leadInMs;
  }
}
