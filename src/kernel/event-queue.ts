/**
 * The future event set of a simulation: a ladder queue (Tang, Goh and Thng, "Ladder queue: an O(1)
 * priority queue structure for large-scale discrete event simulation", ACM TOMACS 15(3), 2005) over
 * typed arrays. Far events lie unsorted in `far`. When the nearer ones are used up, the next stretch
 * of `far` is spread over the buckets of the first rung. A bucket is ordered only when its turn
 * comes, in a small heap; one that holds too many for that is spread over a finer rung first, and so
 * is the heap when pushes fill it. So the width of the buckets follows the density of the events,
 * and an event is moved a few times in its life however many others are pending.
 *
 * Equal instants are popped in the order of pushing: an event is always nearer than or beside every
 * later one, and the heap breaks ties by sequence number.
 */
import { EventHeap } from './event-heap.ts';
import { EventRung } from './event-rung.ts';
import { EventStore, NONE } from './event-store.ts';

/** Above this the heap is spread over a rung: its depth then costs more than the buckets do. */
const HEAP_SIZE_MAX = 48;
/** Each rung divides a bucket by at least 48: eight reach the resolution of a double. */
const RUNG_COUNT_MAX = 8;
/** Buckets for each event that is spread; a few empty ones are cheaper than a deeper heap. */
const BUCKETS_PER_EVENT = 0.5;
/** So few far events are ordered at once. */
const FEW = 8;
/** The first rung reaches over so many mean distances of the far events from the soonest. */
const REACH_IN_MEANS = 8;

export class EventQueue {
  /** The popped event. */
  atMs = Number.NEGATIVE_INFINITY;
  what = 0;
  stamp = 0;

  /** Hands `push`'s instant over: as an argument it would be allocated wherever it has a fraction. */
  private readonly pushedAtMs = new Float64Array(1);
  private count = 0;
  private readonly store = new EventStore();
  private readonly heap = new EventHeap(this.store);
  private heapSizeMax = HEAP_SIZE_MAX;
  /** Coarse to fine; each but the first lies within the bucket last opened by the one before. */
  private readonly rungs = Array.from({ length: RUNG_COUNT_MAX }, () => new EventRung(this.store));
  private readonly first = this.rungs[0]!;
  private rungCount = 1;

  private far = new Int32Array(256);
  private farCount = 0;
  private farSoonestMs = Number.POSITIVE_INFINITY;
  /** Sum of the far events' distances from the start of the first rung. */
  private farSumMs = 0;

  get size(): number {
    return this.count;
  }

  /** Instant of the soonest event; Infinity when there is none. */
  get nextAtMs(): number {
    const id = this.find();
    return id < 0 ? Number.POSITIVE_INFINITY : this.store.atMsOf(id);
  }

  /** An instant before the last popped one means that one. `what` and `stamp` are int32. */
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
    if (place >= this.first.bucketCount) this.addFar(id);
    else if (place >= this.first.nextBucket) this.first.add(place | 0, id);
    else this.addNear(id);
  }

  /**
   * The soonest event, NONE when there is none: the top of the heap if that holds any, else what the
   * finest rung has found.
   */
  private find(): number {
    for (;;) {
      if (this.heap.size > 0) return this.heap.ids[0]!;
      const rung = this.rungs[this.rungCount - 1]!;
      if (rung.pending > 0) {
        const id = rung.find();
        if (id >= 0) return id;
        this.openBucket(rung);
      } else if (this.rungCount > 1) this.rungCount -= 1;
      else if (this.farCount > 0) this.spreadFar();
      else return NONE;
    }
  }

  private addFar(id: number): void {
    const atMs = this.store.atMsOf(id);
    if (this.farCount === this.far.length) {
      const wider = new Int32Array(this.far.length * 2);
      wider.set(this.far);
      this.far = wider;
    }
    this.far[this.farCount] = id;
    this.farCount += 1;
    if (atMs < this.farSoonestMs) this.farSoonestMs = atMs;
    this.farSumMs += atMs - this.first.startMs;
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
    this.heap.push(id);
    if (this.heap.size > this.heapSizeMax) this.spreadHeap();
  }

  private openBucket(rung: EventRung): void {
    const { store } = this;
    for (let id = rung.open(); id >= 0; id = store.linkOf(id)) {
      this.heap.append(id);
    }
    rung.pending -= this.heap.size;
    this.heapSizeMax = HEAP_SIZE_MAX;
    if (this.heap.size > HEAP_SIZE_MAX) this.spreadHeap();
    this.heap.order();
  }

  /** Over a finer rung from its soonest to its latest event, unless they are (almost) at one instant. */
  private spreadHeap(): void {
    const { at, ids, size } = this.heap;
    let soonestMs = at[0]!;
    let latestMs = soonestMs;
    for (let i = 1; i < size; i += 1) {
      if (at[i]! < soonestMs) soonestMs = at[i]!;
      if (at[i]! > latestMs) latestMs = at[i]!;
    }
    const perMs = size / (latestMs - soonestMs);
    if (perMs === Number.POSITIVE_INFINITY || this.rungCount === RUNG_COUNT_MAX) {
      this.heapSizeMax = 2 * size;
      return;
    }
    const rung = this.rungs[this.rungCount]!;
    this.rungCount += 1;
    rung.reset(soonestMs, perMs, size);
    for (let i = 0; i < size; i += 1) rung.add(rung.bucketOf(at[i]!), ids[i]!);
    this.heap.size = 0;
  }

  /**
   * Spreads the soonest far events over the first rung, which is exhausted. By Markov's inequality
   * less than 1 / REACH_IN_MEANS of them lie beyond its reach, so the scan of all is paid for by
   * those that leave. A few, or a herd at one instant, go straight into the heap.
   */
  private spreadFar(): void {
    const scanned = this.farCount;
    const meanMs = this.farSumMs / scanned - (this.farSoonestMs - this.first.startMs);
    const perMs = (scanned * BUCKETS_PER_EVENT) / meanMs;
    if (scanned <= FEW || !(meanMs > 0) || perMs === Number.POSITIVE_INFINITY) {
      this.moveFarToHeap();
      return;
    }
    const { first, far } = this;
    const { store } = this;
    first.reset(this.farSoonestMs, perMs, Math.ceil(scanned * BUCKETS_PER_EVENT * REACH_IN_MEANS));
    this.clearFar();
    for (let i = 0; i < scanned; i += 1) {
      const id = far[i]!;
      const atMs = store.atMsOf(id);
      const place = first.placeOf(atMs);
      if (place < first.bucketCount) first.add(place | 0, id);
      else this.addFar(id);
    }
  }

  private moveFarToHeap(): void {
    const { store } = this;
    let latestMs = this.farSoonestMs;
    for (let i = 0; i < this.farCount; i += 1) {
      const id = this.far[i]!;
      const atMs = store.atMsOf(id);
      if (atMs > latestMs) latestMs = atMs;
      this.heap.append(id);
    }
    this.clearFar();
    this.first.reset(latestMs, 1, 0);
    this.heapSizeMax = Math.max(HEAP_SIZE_MAX, this.heap.size);
    this.heap.order();
  }

  private clearFar(): void {
    this.farCount = 0;
    this.farSoonestMs = Number.POSITIVE_INFINITY;
    this.farSumMs = 0;
  }
}
