/**
 * The future event set of a simulation: a ladder queue (Tang, Goh and Thng, "Ladder queue: an O(1)
 * priority queue structure for large-scale discrete event simulation", ACM TOMACS 15(3), 2005) over
 * typed arrays. Far events lie unsorted. When the nearer ones are used up, the next stretch of them
 * is spread over the buckets of the first rung. A bucket is looked at only when its turn comes: a
 * few events are taken from it directly, more are ordered in a heap, and many are first spread over
 * a finer rung; so is the heap when pushes fill it. So the width of the buckets follows the density
 * of the events, and an event moves a few times in its life however many others are pending.
 *
 * Equal instants are popped in the order of pushing: of two of them the earlier pushed is never the
 * one that lies farther, and where they meet, sequence numbers decide.
 */
import { FarEvents } from './event-far.ts';
import { EventHeap } from './event-heap.ts';
import { EventRung } from './event-rung.ts';
import { EventStore, NONE } from './event-store.ts';

/** Above this the heap is spread over a rung: its depth then costs more than the buckets do. */
const HEAP_SIZE_MAX = 48;
/** A finer rung reaches so much farther than the events it begins with: others will follow. */
const RUNG_REACH = 4;
/** Each rung divides a bucket by at least 48: eight reach the resolution of a double. */
const RUNG_COUNT_MAX = 8;

export class EventQueue {
  /** The popped event. */
  atMs = Number.NEGATIVE_INFINITY;
  what = 0;
  stamp = 0;

  private count = 0;
  /** Hands `push`'s instant over: as an argument a fractional number is allocated. */
  private readonly pushedAtMs = new Float64Array(1);
  private readonly store = new EventStore();
  private readonly heap = new EventHeap(this.store);
  private heapSizeMax = HEAP_SIZE_MAX;
  /** Coarse to fine; each but the first lies before the unopened buckets of the one before. */
  private readonly rungs = Array.from({ length: RUNG_COUNT_MAX }, () => new EventRung(this.store));
  private rungCount = 1;
  private readonly first = this.rungs[0]!;
  private readonly far = new FarEvents(this.store, this.first, this.heap);

  get size(): number {
    return this.count;
  }

  /** Instant of the soonest event; Infinity when there is none. */
  get nextAtMs(): number {
    const id = this.find();
    return id < 0 ? Number.POSITIVE_INFINITY : this.store.atMsOf(id);
  }

  /**
   * `atMs` is finite; before the last popped instant it means that instant. `what` and `stamp` are
   * int32.
   */
  push(atMs: number, what: number, stamp: number): void {
    this.pushedAtMs[0] = atMs;
    this.insert(what, stamp);
  }

  /** Puts the soonest event into `atMs`, `what` and `stamp`; false when there is none. */
  pop(): boolean {
    const id = this.find();
    if (id < 0) return false;
    if (this.heap.size > 0) this.heap.removeTop();
    else this.rungs[this.rungCount - 1]!.remove(id);
    this.atMs = this.store.atMsOf(id);
    this.what = this.store.whatOf(id);
    this.stamp = this.store.stampOf(id);
    this.store.give(id);
    this.count -= 1;
    return true;
  }

  private insert(what: number, stamp: number): void {
    const atMs = Math.max(this.pushedAtMs[0]!, this.atMs);
    const id = this.store.take(atMs, what, stamp);
    this.count += 1;
    const place = this.first.placeOf(atMs);
    if (place >= this.first.bucketCount) this.far.add(id);
    else if (place >= this.first.nextBucket) this.first.add(place | 0, id);
    else this.addNear(id);
  }

  /** Sooner than the first rung's unopened buckets: into a finer rung, or the heap. */
  private addNear(id: number): void {
    const atMs = this.store.atMsOf(id);
    for (let level = 1; level < this.rungCount; level += 1) {
      const rung = this.rungs[level]!;
      const bucket = rung.bucketOf(atMs);
      if (bucket >= rung.nextBucket) {
        rung.add(bucket, id);
        return;
      }
    }
    if (this.heap.size === 0) this.heapSizeMax = HEAP_SIZE_MAX;
    this.heap.push(id);
    if (this.heap.size > this.heapSizeMax) this.spreadHeap();
  }

  /**
   * The soonest event, NONE when there is none: the top of the heap if that holds any, else what
   * the finest rung has found.
   */
  private find(): number {
    for (;;) {
      if (this.heap.size > 0) return this.heap.top;
      const rung = this.rungs[this.rungCount - 1]!;
      if (rung.pending > 0) {
        const id = rung.find();
        if (id >= 0) return id;
        this.openBucket(rung);
      } else if (this.rungCount > 1) this.rungCount -= 1;
      else if (this.far.count > 0) this.far.spread();
      else return NONE;
    }
  }

  private openBucket(rung: EventRung): void {
    this.heapSizeMax = HEAP_SIZE_MAX;
    for (let id = rung.open(); id >= 0; id = this.store.linkOf(id)) this.heap.append(id);
    rung.pending -= this.heap.size;
    if (this.heap.size > HEAP_SIZE_MAX) this.spreadHeap();
    this.heap.order();
  }

  /** Over a finer rung, from its soonest to its latest event, unless those are (almost) at once. */
  private spreadHeap(): void {
    const { heap, store } = this;
    const { size } = heap;
    let soonestMs = Number.POSITIVE_INFINITY;
    let latestMs = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < size; i += 1) {
      const atMs = store.atMsOf(heap.idAt(i));
      if (atMs < soonestMs) soonestMs = atMs;
      if (atMs > latestMs) latestMs = atMs;
    }
    const perMs = size / (latestMs - soonestMs);
    if (perMs === Number.POSITIVE_INFINITY || this.rungCount === RUNG_COUNT_MAX) {
      this.heapSizeMax = 2 * size;
      return;
    }
    const rung = this.rungs[this.rungCount]!;
    this.rungCount += 1;
    rung.reset(soonestMs, perMs, size * RUNG_REACH);
    for (let i = 0; i < size; i += 1) {
      const id = heap.idAt(i);
      rung.add(rung.bucketOf(store.atMsOf(id)), id);
    }
    heap.clear();
  }
}
