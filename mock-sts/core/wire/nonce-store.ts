/**
 * Nonces that were used, in two generations: the current one and the one before. When a generation
 * is old or full, it becomes the one before, whose nonces are then forgotten. So a nonce is
 * remembered for at least one window and hardly longer than two, unless more than `NONCES_MAX` come
 * in one; a lookup asks two tables, however many there are.
 *
 * A table holds 64-bit fingerprints, not texts: a third of the memory, and nothing for the garbage
 * collector to walk through. Among a million nonces, two of one fingerprint (a false refusal) have a
 * chance of one in thirty million.
 *
 * How long STS remembers is not documented. A request dated as far in the future as the tolerance
 * allows stays valid for twice the tolerance, so that is the window. Whether another caller may use
 * the same nonce is not documented either; here it may not.
 */
const NONCES_MAX = 1_000_000;

export class NonceStore {
  private readonly windowMs: number;
  private current = new FingerprintSet();
  private previous = new FingerprintSet();
  private currentSinceMs = -Infinity;

  constructor(timestampToleranceMs: number) {
    this.windowMs = 2 * timestampToleranceMs;
  }

  /** Whether the nonce is new; from then on it is not. */
  use(nonce: string, nowMs: number): boolean {
    const ageMs = nowMs - this.currentSinceMs;
    if (ageMs >= this.windowMs || this.current.size >= NONCES_MAX) {
      this.previous = ageMs >= 2 * this.windowMs ? new FingerprintSet() : this.current;
      this.current = new FingerprintSet();
      this.currentSinceMs = nowMs;
    }
    let high = 0x811c9dc5 | 0;
    let low = 0x9e3779b9 | 0;
    for (let i = 0; i < nonce.length; i += 1) {
      const code = nonce.charCodeAt(i);
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul(low ^ code, 0x5bd1e995) ^ (low >>> 15);
    }
    // An empty slot is two zeros.
    if ((high | low) === 0) low = 1;
    return !this.previous.has(high, low) && this.current.add(high, low);
  }
}

const SLOTS_MIN = 1_024;

/** Open addressing, at most half full. */
class FingerprintSet {
  size = 0;
  private slots = new Int32Array(2 * SLOTS_MIN);

  has(high: number, low: number): boolean {
    const at = this.place(this.slots, high, low);
    return (this.slots[at]! | this.slots[at + 1]!) !== 0;
  }

  /** Whether it was not there before. */
  add(high: number, low: number): boolean {
    const at = this.place(this.slots, high, low);
    if ((this.slots[at]! | this.slots[at + 1]!) !== 0) return false;
    this.slots[at] = high;
    this.slots[at + 1] = low;
    this.size += 1;
    if (4 * this.size > this.slots.length) this.grow();
    return true;
  }

  /** Where the fingerprint is, or would go. */
  private place(slots: Int32Array, high: number, low: number): number {
    const mask = slots.length - 2;
    let at = (Math.imul(high ^ (low >>> 11), 0x2545f491) >>> 7) & mask;
    while ((slots[at]! | slots[at + 1]!) !== 0 && (slots[at] !== high || slots[at + 1] !== low)) {
      at = (at + 2) & mask;
    }
    return at;
  }

  private grow(): void {
    const { slots } = this;
    const larger = new Int32Array(2 * slots.length);
    for (let from = 0; from < slots.length; from += 2) {
      const high = slots[from]!;
      const low = slots[from + 1]!;
      if ((high | low) === 0) continue;
      const at = this.place(larger, high, low);
      larger[at] = high;
      larger[at + 1] = low;
    }
    this.slots = larger;
  }
}
