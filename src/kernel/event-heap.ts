/**
 * The soonest events of the queue in order: a binary heap by instant, then sequence number. Instants
 * lie in the heap itself, so a comparison reads a record only to break a tie. Its functions take ids
 * and places, never instants: the runtime allocates for a fractional number that is handed over.
 */
import type { EventStore } from './event-store.ts';

const FIRST_CAPACITY = 256;

export class EventHeap {
  size = 0;
  at = new Float64Array(FIRST_CAPACITY);
  ids = new Int32Array(FIRST_CAPACITY);
  private readonly store: EventStore;

  constructor(store: EventStore) {
    this.store = store;
  }

  push(id: number): void {
    this.append(id);
    this.siftUp(this.size - 1);
  }

  /** Adds without ordering; `order` must follow. */
  append(id: number): void {
    const { size } = this;
    if (size === this.ids.length) this.grow();
    this.at[size] = this.store.atMsOf(id);
    this.ids[size] = id;
    this.size = size + 1;
  }

  /** Orders what was appended to an empty heap, bottom up in linear time (Floyd). */
  order(): void {
    for (let index = (this.size >> 1) - 1; index >= 0; index -= 1) this.siftDown(index);
  }

  /** Takes the soonest out; there must be one. */
  removeTop(): void {
    const last = this.size - 1;
    this.size = last;
    if (last === 0) return;
    this.at[0] = this.at[last]!;
    this.ids[0] = this.ids[last]!;
    if (last > 1) this.siftDown(0);
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
    const { at, ids, size, store } = this;
    const atMs = at[from]!;
    const id = ids[from]!;
    let index = from;
    for (let child = 2 * index + 1; child < size; child = 2 * index + 1) {
      let childAt = at[child]!;
      const right = child + 1;
      if (right < size) {
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

  private grow(): void {
    const at = new Float64Array(this.at.length * 2);
    const ids = new Int32Array(this.ids.length * 2);
    at.set(this.at);
    ids.set(this.ids);
    this.at = at;
    this.ids = ids;
  }
}
