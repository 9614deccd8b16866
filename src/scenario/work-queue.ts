/**
 * The work of a process's requests: a first-come-first-served queue with as many servers as the
 * process serves requests at once. It computes when a request's work ends at the moment it is
 * started, exactly and without a timer, because with requests started in order the earliest free
 * server is all there is to know. The live run and the simulator use the same queue.
 */
import { type Distribution, drawsOf } from '../kernel/distribution.ts';
import type { Rng } from '../kernel/rng.ts';

export class WorkQueue {
  /** Instants at which the servers become free: a heap, the earliest at the top. */
  private readonly freeAtMs: Float64Array;
  private readonly serviceMs: () => number;

  constructor(concurrency: number, service: Distribution, rng: Rng) {
    this.freeAtMs = new Float64Array(concurrency).fill(Number.NEGATIVE_INFINITY);
    this.serviceMs = drawsOf(service, rng);
  }

  /** Takes in a request that has its credential at `atMs`, not before the last one; gives its end. */
  start(atMs: number): number {
    const endMs = Math.max(atMs, this.freeAtMs[0]!) + this.serviceMs();
    this.replaceTop(endMs);
    return endMs;
  }

  private replaceTop(value: number): void {
    const heap = this.freeAtMs;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child += 1;
      if (heap[child]! >= value) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = value;
  }
}
