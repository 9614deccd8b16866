/**
 * Calls by second in hours: a block of 3,600 counts for each hour that has any. It grows with the
 * time that it covers, not with the calls in it. A count stops at 65,535.
 */
const HOUR_SECONDS = 3_600;
const COUNT_MAX = 65_535;

/** How many blocks there may be in all, of 7,200 bytes each. */
export class BlockBudget {
  left: number;

  constructor(blocks: number) {
    this.left = blocks;
  }

  take(): boolean {
    if (this.left === 0) return false;
    this.left -= 1;
    return true;
  }
}

export class SecondSeries {
  private readonly blocks = new Map<number, Uint16Array>();
  private readonly budget: BlockBudget;

  constructor(budget: BlockBudget) {
    this.budget = budget;
  }

  /** Calls in that second so far; undefined where there is no room to count it. */
  add(second: number): number | undefined {
    const hour = Math.floor(second / HOUR_SECONDS);
    let block = this.blocks.get(hour);
    if (block === undefined) {
      if (!this.budget.take()) return undefined;
      block = new Uint16Array(HOUR_SECONDS);
      this.blocks.set(hour, block);
    }
    const index = second - hour * HOUR_SECONDS;
    const calls = Math.min(COUNT_MAX, block[index]! + 1);
    block[index] = calls;
    return calls;
  }

  /** Epoch second at which the hour with most calls begins. */
  get busiestHour(): number {
    let busiest = { hour: 0, calls: 0 };
    for (const [hour, block] of this.blocks) {
      const calls = block.reduce((sum, count) => sum + count, 0);
      const isEarlier = calls === busiest.calls && hour < busiest.hour;
      if (calls > busiest.calls || isEarlier) busiest = { hour, calls };
    }
    return busiest.hour * HOUR_SECONDS;
  }

  /** `[from, to)` in epoch seconds. */
  between(from: number, to: number): Uint32Array {
    const calls = new Uint32Array(Math.max(0, to - from));
    for (const [hour, block] of this.blocks) {
      const start = hour * HOUR_SECONDS - from;
      for (let i = Math.max(0, -start); i < HOUR_SECONDS && start + i < calls.length; i += 1) {
        calls[start + i] = block[i]!;
      }
    }
    return calls;
  }
}
