/**
 * Others' use of a quota: calls of somebody else, evenly spaced, that spend it before ours. They
 * have no record and no answer; all that is seen of them is that less is left. Nothing is drawn: the
 * k-th call of a stretch comes `k / rate` seconds after its start.
 *
 * They are spent when the next of our own calls asks, in one go; nobody can see the quota between.
 */
import type { MockFault } from './config.ts';
import type { Limiter } from './limiter.ts';

export type BackgroundFault = Extract<MockFault, { kind: 'background' }>;

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly everyMs: number;
}

/** One per limiter: what others spend of it, and how far they have got. */
export class Background {
  private readonly stretches: readonly Stretch[];
  private index = 0;
  private spent = 0;

  /** Before `sinceMs` nothing is spent: faults that change while the mock runs do so from then on. */
  constructor(faults: readonly BackgroundFault[], sinceMs = -Infinity) {
    const left = faults.filter((fault) => fault.toMs > sinceMs);
    this.stretches = stretchesOf(
      left.map((fault) => ({ ...fault, fromMs: Math.max(fault.fromMs, sinceMs) })),
    );
  }

  /** Spends what was due until `nowMs`, that instant included. */
  catchUp(limiter: Limiter, nowMs: number): void {
    for (;;) {
      const stretch = this.stretches[this.index];
      if (stretch === undefined || nowMs < stretch.fromMs) return;
      const over = nowMs >= stretch.toMs;
      const due = over
        ? Math.ceil((stretch.toMs - stretch.fromMs) / stretch.everyMs)
        : Math.floor((nowMs - stretch.fromMs) / stretch.everyMs) + 1;
      if (due > this.spent) {
        const fromMs = stretch.fromMs + this.spent * stretch.everyMs;
        limiter.takeEvenly(fromMs, stretch.everyMs, due - this.spent);
        this.spent = due;
      }
      if (!over) return;
      this.index += 1;
      this.spent = 0;
    }
  }
}

/** Overlapping faults add up: ordered, disjoint stretches of one rate each. */
function stretchesOf(faults: readonly BackgroundFault[]): Stretch[] {
  const edges = [...new Set(faults.flatMap((fault) => [fault.fromMs, fault.toMs]))];
  edges.sort((a, b) => a - b);
  const stretches: Stretch[] = [];
  for (const [index, fromMs] of edges.entries()) {
    const toMs = edges[index + 1];
    if (toMs === undefined) break;
    const ratePerSecond = faults
      .filter((fault) => fault.fromMs <= fromMs && fault.toMs >= toMs)
      .reduce((sum, fault) => sum + fault.ratePerSecond, 0);
    if (ratePerSecond > 0) stretches.push({ fromMs, toMs, everyMs: 1_000 / ratePerSecond });
  }
  return stretches;
}
