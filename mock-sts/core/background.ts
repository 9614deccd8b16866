/**
 * Others' use of a quota: calls of somebody else that spend it before ours. They have no record and no
 * answer; all that is seen of them is that less is left. Evenly spaced ones draw nothing: the k-th call
 * of a stretch comes `k / rate` seconds after its start. Recorded ones are in `recorded-calls.ts`.
 *
 * They are spent when the next of our own calls asks, in one go; nobody can see the quota between.
 */
import type { MockFault } from './config.ts';
import type { Limiter } from './limiter.ts';
import { RecordedCalls, type Recording } from './recorded-calls.ts';

export type BackgroundFault = Extract<MockFault, { kind: 'background' }>;

/** One per limiter: what others spend of it, and how far they have got. */
export class Background {
  private readonly even: EvenCalls;
  private readonly recorded: readonly RecordedCalls[];

  /** Before `sinceMs` nothing is spent: faults that change while the mock runs do so from then on. */
  constructor(faults: readonly BackgroundFault[], seed: number, sinceMs = -Infinity) {
    const left = faults.filter((fault) => fault.toMs > sinceMs);
    this.even = new EvenCalls(left.filter(isEven), sinceMs);
    this.recorded = left
      .filter(isRecorded)
      .map((fault, i) => new RecordedCalls(fault, seed, `${fault.roleArn ?? ''}:${i}`, sinceMs));
  }

  /** Spends what was due until `nowMs`, that instant included, in the order of the instants. */
  catchUp(limiter: Limiter, nowMs: number): void {
    for (;;) {
      const next = earliest(this.recorded);
      if (next === undefined || next.nextAtMs > nowMs) break;
      this.even.catchUp(limiter, next.nextAtMs);
      limiter.take(next.nextAtMs);
      next.advance();
    }
    this.even.catchUp(limiter, nowMs);
  }
}

type EvenFault = Extract<BackgroundFault, { ratePerSecond: number }>;
type RecordedFault = BackgroundFault & Recording;

function isEven(fault: BackgroundFault): fault is EvenFault {
  return 'ratePerSecond' in fault;
}

function isRecorded(fault: BackgroundFault): fault is RecordedFault {
  return 'callsBySecond' in fault;
}

function earliest(recorded: readonly RecordedCalls[]): RecordedCalls | undefined {
  let first = recorded[0];
  for (const each of recorded) if (each.nextAtMs < first!.nextAtMs) first = each;
  return first;
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly everyMs: number;
}

class EvenCalls {
  private readonly stretches: readonly Stretch[];
  private index = 0;
  private spent = 0;

  constructor(faults: readonly EvenFault[], sinceMs: number) {
    this.stretches = stretchesOf(
      faults.map((fault) => ({ ...fault, fromMs: Math.max(fault.fromMs, sinceMs) })),
    );
  }

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
function stretchesOf(faults: readonly EvenFault[]): Stretch[] {
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
