/**
 * The soonest events of the queue in order of instant, then of pushing: a run, sorted and read from
 * its start, as long as that is enough, else a binary heap. A herd at one instant is a run, and so
 * is what is pushed in order; neither costs a comparison a level. Instants lie beside the ids, so a
 * comparison reads a record only to break a tie. The functions take ids and places, never instants:
 * the runtime allocates for a fractional number that is handed over.
 */
import type { EventStore } from './event-store.ts';

const FIRST_CAPACITY = 256;

export class EventHeap {
  private at = new Float64Array(FIRST_CAPACITY);
  private ids = new Int32Array(FIRST_CAPACITY);
  /** A run is read from here; of a heap this is zero. */
  private start = 0;
  private end = 0;
  private isRun = true;
  private readonly store: EventStore;

  constructor(store: EventStore) {
    this.store = store;
  }

  get size(): number {
    return this.end - this.start;
  }

  /** The soonest event; there must be one. */
  get top(): number {
    return this.ids[this.start]!;
  }

  clear(): void {
    this.start = 0;
    this.end = 0;
    this.isRun = true;
  }

  /** Adds an event that was pushed after all that are here. */
  push(id: number): void {
    this.append(id);
    const last = this.end - 1;
    if (this.isRun) {
      if (last === this.start || this.at[last - 1]! <= this.at[last]!) return;
      this.toFront();
      this.isRun = false;
    }
    this.siftUp(this.end - 1);
  }

  /** Adds without ordering; `order` must follow. */
  append(id: number): void {
    if (this.end === this.ids.length) {
      if (this.start > this.end >> 1) this.toFront();
      else this.grow();
    }
    this.at[this.end] = this.store.atMsOf(id);
    this.ids[this.end] = id;
    this.end += 1;
  }

  /** Orders what was appended to an empty heap: turns a backward run round, else Floyd's way. */
  order(): void {
    const { end } = this;
    if (this.isBackwards()) {
      this.at.subarray(0, end).reverse();
      this.ids.subarray(0, end).reverse();
    }
    this.isRun = this.isForwards();
    if (this.isRun) return;
    for (let index = (end >> 1) - 1; index >= 0; index -= 1) this.siftDown(index);
  }

  /** Takes the soonest out; there must be one. */
  removeTop(): void {
    if (this.isRun) {
      this.start += 1;
      if (this.start === this.end) this.clear();
      return;
    }
    this.end -= 1;
    const last = this.end;
    if (last === 0) {
      this.isRun = true;
      return;
    }
    this.at[0] = this.at[last]!;
    this.ids[0] = this.ids[last]!;
    this.siftDown(0);
  }

  /** For i from 0 to size - 1 all events, in no order worth naming. */
  idAt(i: number): number {
    return this.ids[this.start + i]!;
  }

  private isBackwards(): boolean {
    for (let i = 1; i < this.end; i += 1) if (this.isBefore(i - 1, i)) return false;
    return this.end > 1;
  }

  private isForwards(): boolean {
    for (let i = 1; i < this.end; i += 1) if (this.isBefore(i, i - 1)) return false;
    return true;
  }

  private isBefore(one: number, other: number): boolean {
    const { at, ids, store } = this;
    const difference = at[one]! - at[other]!;
    return difference < 0 || (difference === 0 && store.isEarlier(ids[one]!, ids[other]!));
  }

  private siftUp(from: number): void {
    const { at, ids, store } = this;
    const atMs = at[from]!;
    const id = ids[from]!;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const parentAt = at[parent]!;
      if (parentAt < atMs || (parentAt === atMs && store.isEarlier(ids[parent]!, id))) break;
      at[index] = parentAt;
      ids[index] = ids[parent]!;
      index = parent;
    }
    at[index] = atMs;
    ids[index] = id;
  }

  private siftDown(from: number): void {
    const { at, ids, end, store } = this;
    const atMs = at[from]!;
    const id = ids[from]!;
    let index = from;
    for (let child = 2 * index + 1; child < end; child = 2 * index + 1) {
      let childAt = at[child]!;
      const right = child + 1;
      if (right < end) {
        const rightAt = at[right]!;
        if (
          rightAt < childAt ||
          (rightAt === childAt && store.isEarlier(ids[right]!, ids[child]!))
        ) {
          child = right;
          childAt = rightAt;
        }
      }
      if (atMs < childAt || (atMs === childAt && store.isEarlier(id, ids[child]!))) break;
      at[index] = childAt;
      ids[index] = ids[child]!;
      index = child;
    }
    at[index] = atMs;
    ids[index] = id;
  }

  private toFront(): void {
    this.at.copyWithin(0, this.start, this.end);
    this.ids.copyWithin(0, this.start, this.end);
    this.end -= this.start;
    this.start = 0;
  }

  private grow(): void {
    const at = new Float64Array(this.at.length * 2);
    const ids = new Int32Array(this.ids.length * 2);
    at.set(this.at);
    ids.set(this.ids);
    this.at = at;
    this.ids = ids;
  }
}
