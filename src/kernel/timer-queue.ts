/**
 * Pending timers of one clock, soonest first; equal instants in the order in which they were set.
 * A clock that can jump (the run clock, the virtual clock) keeps its timers here, because the
 * runtime's own timers know nothing of the jump. Binary heap; cancelled entries leave when they
 * reach the top.
 */
interface Entry {
  readonly atMs: number;
  readonly order: number;
  fire: (() => void) | undefined;
}

export class TimerQueue {
  private readonly heap: Entry[] = [];
  private nextOrder = 0;

  /** Returns the entry's cancel function. */
  add(atMs: number, fire: () => void): () => void {
    const entry: Entry = { atMs, order: this.nextOrder, fire };
    this.nextOrder += 1;
    this.heap.push(entry);
    this.siftUp(this.heap.length - 1);
    return () => {
      entry.fire = undefined;
    };
  }

  /** Instant of the soonest pending timer. */
  get nextAtMs(): number | undefined {
    while (this.heap.length > 0 && this.heap[0]!.fire === undefined) this.removeTop();
    return this.heap[0]?.atMs;
  }

  /** Takes the soonest timer that is due at `nowMs` out of the queue. */
  takeDue(nowMs: number): (() => void) | undefined {
    const nextAtMs = this.nextAtMs;
    if (nextAtMs === undefined || nextAtMs > nowMs) return undefined;
    const entry = this.heap[0]!;
    const { fire } = entry;
    entry.fire = undefined;
    this.removeTop();
    return fire;
  }

  private removeTop(): void {
    const last = this.heap.pop()!;
    if (this.heap.length === 0) return;
    this.heap[0] = last;
    this.siftDown(0);
  }

  private siftUp(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.isBefore(index, parent)) return;
      this.swap(index, parent);
      index = parent;
    }
  }

  private siftDown(from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      let soonest = index;
      if (left < this.heap.length && this.isBefore(left, soonest)) soonest = left;
      if (right < this.heap.length && this.isBefore(right, soonest)) soonest = right;
      if (soonest === index) return;
      this.swap(index, soonest);
      index = soonest;
    }
  }

  private isBefore(a: number, b: number): boolean {
    const one = this.heap[a]!;
    const other = this.heap[b]!;
    return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
  }

  private swap(a: number, b: number): void {
    const one = this.heap[a]!;
    this.heap[a] = this.heap[b]!;
    this.heap[b] = one;
  }
}
