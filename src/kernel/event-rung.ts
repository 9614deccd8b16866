/**
 * A row of equally wide buckets, each an unordered list of events. Whether an event belongs here,
 * and where, is decided by `placeOf` alone, never by comparing instants with bucket edges:
 * subtraction, multiplication by a positive number and truncation are monotone even when they
 * round, so an event in a later bucket is never the sooner one.
 */
import { type EventStore, NONE } from './event-store.ts';

const FIRST_CAPACITY = 256;
/** Up to so many events a bucket is looked through; more are faster in the heap. */
const LOOKS_MAX = 8;

export class EventRung {
  bucketCount = 0;
  /** The first bucket that has not been opened; events before it belong further down. */
  nextBucket = 0;
  pending = 0;
  startMs = 0;
  private perMs = 1;
  private beforeFound: number = NONE;
  private heads = new Int32Array(FIRST_CAPACITY).fill(NONE);
  private readonly store: EventStore;

  constructor(store: EventStore) {
    this.store = store;
  }

  /** Begins anew; nothing may be pending. */
  reset(startMs: number, perMs: number, bucketCount: number): void {
    this.startMs = startMs;
    this.perMs = perMs;
    this.bucketCount = bucketCount;
    this.nextBucket = 0;
    if (bucketCount <= this.heads.length) return;
    let capacity = this.heads.length;
    while (capacity < bucketCount) capacity *= 2;
    this.heads = new Int32Array(capacity).fill(NONE);
  }

  /** The bucket of an instant, with a fraction; below zero or beyond the last for one outside. */
  placeOf(atMs: number): number {
    return (atMs - this.startMs) * this.perMs;
  }

  /** The bucket of an instant; the last one takes everything later. */
  bucketOf(atMs: number): number {
    const place = this.placeOf(atMs);
    return place < this.bucketCount ? Math.floor(place) : this.bucketCount - 1;
  }

  add(bucket: number, id: number): void {
    this.store.link(id, this.heads[bucket]!);
    this.heads[bucket] = id;
    this.pending += 1;
  }

  /**
   * The soonest event, by looking through the first bucket that holds any; something must be
   * pending. NONE when that bucket holds too many to look through for each of them.
   */
  find(): number {
    const { heads, store } = this;
    let bucket = this.nextBucket;
    while (heads[bucket]! < 0) bucket += 1;
    this.nextBucket = bucket;
    let soonest = heads[bucket]!;
    let soonestMs = store.atMsOf(soonest);
    this.beforeFound = NONE;
    let last = soonest;
    let looks = 0;
    for (;;) {
      const id = store.linkOf(last);
      if (id < 0) return soonest;
      looks += 1;
      if (looks === LOOKS_MAX) return NONE;
      const atMs = store.atMsOf(id);
      if (atMs < soonestMs || (atMs === soonestMs && store.isEarlier(id, soonest))) {
        soonest = id;
        soonestMs = atMs;
        this.beforeFound = last;
      }
      last = id;
    }
  }

  /** Takes out what `find` has just found. */
  remove(found: number): void {
    const { store } = this;
    const link = store.linkOf(found);
    if (this.beforeFound < 0) this.heads[this.nextBucket] = link;
    else store.link(this.beforeFound, link);
    this.pending -= 1;
  }

  /** Opens the bucket that `find` has just looked at and returns its list. */
  open(): number {
    const first = this.heads[this.nextBucket]!;
    this.heads[this.nextBucket] = NONE;
    this.nextBucket += 1;
    return first;
  }
}
