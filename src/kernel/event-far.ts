/**
 * The events beyond the first rung: unsorted, in the order in which they came. When the rung is
 * used up, the soonest of them are spread over it, with buckets as wide as their density asks for.
 */
import type { EventHeap } from './event-heap.ts';
import type { EventRung } from './event-rung.ts';
import type { EventStore } from './event-store.ts';

const FIRST_CAPACITY = 256;
/** So few are ordered at once. */
const FEW = 8;
/** The buckets' width follows from the mean distance to the soonest: about two events a bucket. */
const BUCKETS_PER_EVENT = 0.5;
/** The rung reaches over so many mean distances from the soonest. */
const REACH_IN_MEANS = 8;

export class FarEvents {
  count = 0;
  private ids = new Int32Array(FIRST_CAPACITY);
  private soonestMs = Number.POSITIVE_INFINITY;
  private latestMs = Number.NEGATIVE_INFINITY;
  /** Sum of the distances from the start of the rung. */
  private sumMs = 0;
  private readonly store: EventStore;
  private readonly rung: EventRung;
  private readonly heap: EventHeap;

  constructor(store: EventStore, rung: EventRung, heap: EventHeap) {
    this.store = store;
    this.rung = rung;
    this.heap = heap;
  }

  add(id: number): void {
    const atMs = this.store.atMsOf(id);
    if (this.count === this.ids.length) this.grow();
    this.ids[this.count] = id;
    this.count += 1;
    this.sumMs += atMs - this.rung.startMs;
    if (atMs < this.soonestMs) this.soonestMs = atMs;
    if (atMs > this.latestMs) this.latestMs = atMs;
  }

  /**
   * Moves the soonest to the rung and the heap, which hold nothing. By Markov's inequality less
   * than 1 / REACH_IN_MEANS of them lie beyond the rung's reach and stay, so those that leave pay
   * for the look at all. A few, or a herd at one instant, go straight to the heap.
   */
  spread(): void {
    const { count, ids, rung, store } = this;
    const meanMs = this.sumMs / count - (this.soonestMs - rung.startMs);
    const perMs = (count * BUCKETS_PER_EVENT) / meanMs;
    const isHerd = this.soonestMs === this.latestMs;
    if (count <= FEW || isHerd || !(perMs > 0 && perMs < Number.POSITIVE_INFINITY)) {
      this.moveToHeap();
      return;
    }
    rung.reset(this.soonestMs, perMs, Math.ceil(count * BUCKETS_PER_EVENT * REACH_IN_MEANS));
    this.clear();
    for (let i = 0; i < count; i += 1) {
      const id = ids[i]!;
      const place = rung.placeOf(store.atMsOf(id));
      if (place < rung.bucketCount) rung.add(place | 0, id);
      else this.add(id);
    }
  }

  /** The rung is left without buckets, and everything from the latest of these on is far. */
  private moveToHeap(): void {
    for (let i = 0; i < this.count; i += 1) this.heap.append(this.ids[i]!);
    this.heap.order();
    this.rung.reset(this.latestMs, 1, 0);
    this.clear();
  }

  private clear(): void {
    this.count = 0;
    this.soonestMs = Number.POSITIVE_INFINITY;
    this.latestMs = Number.NEGATIVE_INFINITY;
    this.sumMs = 0;
  }

  private grow(): void {
    const wider = new Int32Array(this.ids.length * 2);
    wider.set(this.ids);
    this.ids = wider;
  }
}
