/**
 * The arrivals of many processes in one order: a binary heap of streams by their next instant, in
 * typed arrays, without an allocation per arrival. At one instant the process listed first goes
 * first, so that the order depends on nothing but the plan.
 */
import { ArrivalStream } from './arrivals.ts';
import type { Plan, PlannedProcess } from './plan.ts';

export class ArrivalMerge {
  private readonly streams: readonly ArrivalStream[];
  private readonly indexes: Int32Array;
  /** Next instant of each stream. */
  private readonly dueMs: Float64Array;
  /** Streams, the one due next at the top. */
  private readonly heap: Int32Array;

  /** Stands at the first arrival of all. */
  constructor(plan: Plan, processes: readonly PlannedProcess[]) {
    this.streams = processes.map((process) => new ArrivalStream(plan, process));
    this.indexes = Int32Array.from(processes, (process) => process.index);
    this.dueMs = Float64Array.from(this.streams, (arrivals) => arrivals.atMs);
    this.heap = Int32Array.from(processes, (_, i) => i);
    this.heapify();
  }

  /** When the next request is due; Infinity when there is none. */
  get atMs(): number {
    return this.heap.length === 0 ? Number.POSITIVE_INFINITY : this.dueMs[this.heap[0]!]!;
  }

  /** Its process: `index` in the whole plan. */
  get process(): number {
    return this.indexes[this.heap[0]!]!;
  }

  /** All streams to their first arrival at or after `atMs`. */
  seek(atMs: number): void {
    for (const [i, arrivals] of this.streams.entries()) {
      arrivals.seek(atMs);
      this.dueMs[i] = arrivals.atMs;
    }
    this.heapify();
  }

  /** To the next arrival of all. */
  advance(): void {
    const top = this.heap[0]!;
    const arrivals = this.streams[top]!;
    arrivals.advance();
    this.dueMs[top] = arrivals.atMs;
    this.sink(0);
  }

  private heapify(): void {
    for (let i = (this.heap.length >>> 1) - 1; i >= 0; i -= 1) this.sink(i);
  }

  private sink(from: number): void {
    const { heap, dueMs } = this;
    const size = heap.length;
    const moving = heap[from]!;
    const movingMs = dueMs[moving]!;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      let lower = heap[child]!;
      let lowerMs = dueMs[lower]!;
      if (child + 1 < size) {
        const right = heap[child + 1]!;
        const rightMs = dueMs[right]!;
        if (rightMs < lowerMs || (rightMs === lowerMs && right < lower)) {
          child += 1;
          lower = right;
          lowerMs = rightMs;
        }
      }
      if (lowerMs > movingMs || (lowerMs === movingMs && lower > moving)) break;
      heap[at] = lower;
      at = child;
    }
    heap[at] = moving;
  }
}
