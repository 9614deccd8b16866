/**
 * Nonces that were used, in two generations: the current one and the one before. When a generation
 * is old or full, it becomes the one before, whose nonces are then forgotten. So a nonce is
 * remembered for one to two windows, unless more than `NONCES_MAX` come in one; a lookup asks two
 * sets, however many there are.
 *
 * How long STS remembers is not documented. A request dated as far in the future as the tolerance
 * allows stays valid for twice the tolerance, so that is the window. Whether another caller may use
 * the same nonce is not documented either; here it may not.
 */
const NONCES_MAX = 1_000_000;

export class NonceStore {
  private readonly windowMs: number;
  private current = new Set<string>();
  private previous = new Set<string>();
  private currentSinceMs = -Infinity;

  constructor(timestampToleranceMs: number) {
    this.windowMs = 2 * timestampToleranceMs;
  }

  /** Whether the nonce is new; from then on it is not. */
  use(nonce: string, nowMs: number): boolean {
    const ageMs = nowMs - this.currentSinceMs;
    if (ageMs >= this.windowMs || this.current.size >= NONCES_MAX) {
      this.previous = ageMs >= 2 * this.windowMs ? new Set() : this.current;
      this.current = new Set();
      this.currentSinceMs = nowMs;
    }
    if (this.previous.has(nonce)) return false;
    const before = this.current.size;
    this.current.add(nonce);
    return this.current.size > before;
  }
}
