/**
 * Requests that wait for a credential: who asked, and when. A waiter is a small number that is used
 * again once it was answered, so that nothing is allocated for a request.
 */
const FIRST_CAPACITY = 256;
const FREE = -1;

export class Waiters {
  /** Waiting now. */
  count = 0;
  /** Answered later than they asked, so far. */
  stalled = 0;
  private processOf = new Int32Array(FIRST_CAPACITY).fill(FREE);
  private askedMs = new Float64Array(FIRST_CAPACITY);
  private free = Int32Array.from({ length: FIRST_CAPACITY }, (_, i) => FIRST_CAPACITY - 1 - i);
  private freeCount = FIRST_CAPACITY;

  add(process: number, askedMs: number): number {
    if (this.freeCount === 0) this.grow();
    this.freeCount -= 1;
    const waiter = this.free[this.freeCount]!;
    this.processOf[waiter] = process;
    this.askedMs[waiter] = askedMs;
    this.count += 1;
    return waiter;
  }

  process(waiter: number): number {
    return this.processOf[waiter]!;
  }

  asked(waiter: number): number {
    return this.askedMs[waiter]!;
  }

  /** It was answered. */
  release(waiter: number): void {
    if (this.processOf[waiter] === FREE) throw new Error(`waiter ${waiter} was answered twice`);
    this.processOf[waiter] = FREE;
    this.free[this.freeCount] = waiter;
    this.freeCount += 1;
    this.count -= 1;
  }

  forEach(visit: (process: number, askedMs: number) => void): void {
    for (let waiter = 0; waiter < this.processOf.length; waiter += 1) {
      const process = this.processOf[waiter]!;
      if (process !== FREE) visit(process, this.askedMs[waiter]!);
    }
  }

  private grow(): void {
    const before = this.processOf.length;
    const processOf = new Int32Array(2 * before).fill(FREE);
    processOf.set(this.processOf);
    const askedMs = new Float64Array(2 * before);
    askedMs.set(this.askedMs);
    this.processOf = processOf;
    this.askedMs = askedMs;
    this.free = new Int32Array(2 * before);
    for (let i = 0; i < before; i += 1) this.free[i] = 2 * before - 1 - i;
    this.freeCount = before;
  }
}
