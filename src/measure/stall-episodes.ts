/**
 * The stall episodes of one process: the union of the intervals in which its requests waited. A
 * request is known when its wait ends, and may have asked long before others whose wait is already
 * over; it then bridges their episodes into one. So finished episodes are kept, ordered and
 * disjoint, the latest `OPEN_LIMIT` of them; older ones are settled and can no longer be bridged
 * (a request would have to wait through more than a thousand episodes of its own process).
 */
const OPEN_LIMIT = 1_024;

export class StallEpisodes {
  private readonly from: number[] = [];
  private readonly to: number[] = [];
  private settledMs = Number.NEGATIVE_INFINITY;
  private readonly settle: (fromMs: number, toMs: number) => void;

  constructor(settle: (fromMs: number, toMs: number) => void) {
    this.settle = settle;
  }

  /** A request of the process waited from `askedMs` to `handedMs`. Intervals that touch are one. */
  add(askedMs: number, handedMs: number): void {
    const { from, to } = this;
    const startMs = Math.max(askedMs, this.settledMs);
    let end = from.length;
    while (end > 0 && from[end - 1]! > handedMs) end -= 1;
    let begin = end;
    while (begin > 0 && to[begin - 1]! >= startMs) begin -= 1;
    const bridged = end - begin;
    const fromMs = bridged === 0 ? startMs : Math.min(startMs, from[begin]!);
    const toMs = bridged === 0 ? handedMs : Math.max(handedMs, to[end - 1]!);
    if (bridged === 1) {
      from[begin] = fromMs;
      to[begin] = toMs;
    } else {
      from.splice(begin, bridged, fromMs);
      to.splice(begin, bridged, toMs);
    }
    if (from.length > OPEN_LIMIT) this.settleOldest(OPEN_LIMIT / 2);
  }

  /** Calls `visit` for each episode that is not settled, in order. */
  forEach(visit: (fromMs: number, toMs: number) => void): void {
    for (let index = 0; index < this.from.length; index += 1) {
      visit(this.from[index]!, this.to[index]!);
    }
  }

  private settleOldest(count: number): void {
    this.settledMs = this.to[count - 1]!;
    for (let index = 0; index < count; index += 1) this.settle(this.from[index]!, this.to[index]!);
    this.from.splice(0, count);
    this.to.splice(0, count);
  }
}
