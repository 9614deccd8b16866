/**
 * The memory of pending events: records of 32 bytes in one growing buffer, so that an event costs
 * one cache line and no object. A record holds its instant, its sequence number, two words of the
 * caller and the link of whichever list the record is in. Freed records are reused last in, first
 * out: the next push writes where the last pop has just read.
 *
 * Only this file knows the layout. That is for speed as well: the compiler folds a constant of the
 * same module into the code, an imported one it loads each time.
 */

/** Doubles a record: instant, sequence number (a double, so it outlives 2^31 pushes), words. */
const DOUBLES = 4;
const SEQUENCE = 1;
/** 32-bit words a record; ours begin where the doubles end. */
const WORDS = 8;
const WHAT = 4;
const STAMP = 5;
const LINK = 6;

const FIRST_CAPACITY = 256;

/** The end of a list; ids are from 0 on. */
export const NONE = -1;

export class EventStore {
  private doubles = new Float64Array(FIRST_CAPACITY * DOUBLES);
  private words = new Int32Array(this.doubles.buffer);
  private freed = -1;
  private used = 0;
  private nextSequence = 0;

  /** Returns the new record's id. */
  take(atMs: number, what: number, stamp: number): number {
    let id = this.freed;
    if (id >= 0) this.freed = this.words[id * WORDS + LINK]!;
    else id = this.unused();
    this.doubles[id * DOUBLES] = atMs;
    this.doubles[id * DOUBLES + SEQUENCE] = this.nextSequence;
    this.nextSequence += 1;
    this.words[id * WORDS + WHAT] = what;
    this.words[id * WORDS + STAMP] = stamp;
    return id;
  }

  /** Frees a record. */
  give(id: number): void {
    this.words[id * WORDS + LINK] = this.freed;
    this.freed = id;
  }

  atMsOf(id: number): number {
    return this.doubles[id * DOUBLES]!;
  }

  whatOf(id: number): number {
    return this.words[id * WORDS + WHAT]!;
  }

  stampOf(id: number): number {
    return this.words[id * WORDS + STAMP]!;
  }

  linkOf(id: number): number {
    return this.words[id * WORDS + LINK]!;
  }

  link(id: number, next: number): void {
    this.words[id * WORDS + LINK] = next;
  }

  /** Whether the one was pushed before the other. */
  isEarlier(id: number, other: number): boolean {
    return this.doubles[id * DOUBLES + SEQUENCE]! < this.doubles[other * DOUBLES + SEQUENCE]!;
  }

  private unused(): number {
    if (this.used * DOUBLES === this.doubles.length) {
      const wider = new Float64Array(this.doubles.length * 2);
      wider.set(this.doubles);
      this.doubles = wider;
      this.words = new Int32Array(wider.buffer);
    }
    this.used += 1;
    return this.used - 1;
  }
}
