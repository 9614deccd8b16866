/**
 * The work of a process's requests: a first-come-first-served queue with as many servers as the
 * process serves requests at once. It computes when a request's work ends at the moment it is
 * started, exactly and without a timer, because with requests started in order the earliest free
 * server is all there is to know. The live run and the simulator use the same queue.
 *
 * Servers exist from their first use on: a process that may serve thousands at once and serves three
 * costs three.
 */
import { type Distribution, drawsOf } from '../kernel/distribution.ts';
import type { Rng } from '../kernel/rng.ts';

const SERVERS_FIRST = 8;

export class WorkQueue {
  private readonly servers: number;
  /** Instants at which the servers used so far become free: a heap, the earliest at the top. */
  private freeAtMs: Float64Array;
  private used = 0;
  private readonly serviceMs: () => number;

  constructor(concurrency: number, service: Distribution, rng: Rng) {
    this.servers = concurrency;
    this.freeAtMs = new Float64Array(Math.min(concurrency, SERVERS_FIRST));
    this.serviceMs = drawsOf(service, rng);
  }

  /** When the work of a request that has its credential at `atMs` would begin. */
  beginsAtMs(atMs: number): number {
    return this.used < this.servers ? atMs : Math.max(atMs, this.freeAtMs[0]!);
  }

  /** Takes in a request that has its credential at `atMs`, not before the last one; gives its end. */
  start(atMs: number): number {
    const freeAtMs = this.used === 0 ? Number.POSITIVE_INFINITY : this.freeAtMs[0]!;
    if (freeAtMs > atMs && this.used < this.servers) {
      const endMs = atMs + this.serviceMs();
      this.add(endMs);
      return endMs;
    }
    const endMs = Math.max(atMs, freeAtMs) + this.serviceMs();
    this.replaceTop(endMs);
    return endMs;
  }

  /** One more request is being worked on at `atMs`, until then: nobody watched when it was taken in. */
  occupy(atMs: number, untilMs: number): void {
    if (this.used > 0 && this.freeAtMs[0]! <= atMs) this.replaceTop(untilMs);
    else if (this.used < this.servers) this.add(untilMs);
  }

  /** Requests being worked on just after `atMs`. */
  busyAt(atMs: number): number {
    let busy = 0;
    for (let i = 0; i < this.used; i += 1) if (this.freeAtMs[i]! > atMs) busy += 1;
    return busy;
  }

  private add(value: number): void {
    if (this.used === this.freeAtMs.length) {
      const roomier = new Float64Array(Math.min(this.servers, 2 * this.used));
      roomier.set(this.freeAtMs);
      this.freeAtMs = roomier;
    }
    const heap = this.freeAtMs;
    let at = this.used;
    this.used += 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]! <= value) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = value;
  }

  private replaceTop(value: number): void {
    const heap = this.freeAtMs;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.used) break;
      if (child + 1 < this.used && heap[child + 1]! < heap[child]!) child += 1;
      if (heap[child]! >= value) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = value;
  }
}
