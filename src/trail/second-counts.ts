/**
 * Calls by second, by the hour: a block of 3,600 counts for each hour that has any. What is counted
 * grows with the time that a trail covers, never with its size.
 */
const HOUR_SECONDS = 3_600;
/** A year of one account and region, 126 MB. */
export const HOURS_MAX = 8_784;

export interface BusiestSecond {
  /** Epoch milliseconds of its start. */
  readonly atMs: number;
  readonly calls: number;
  /** Whose quota it is. */
  readonly accountId: string;
  readonly region: string;
}

export class SecondCounts {
  private readonly blocks = new Map<string, Uint32Array>();
  private busiest: BusiestSecond | undefined;
  /** Calls in hours for which there was no room. */
  uncounted = 0;

  /** Of several seconds with as many calls, the first to reach the count. */
  add(accountId: string, region: string, atMs: number): void {
    const second = Math.floor(atMs / 1_000);
    const hour = Math.floor(second / HOUR_SECONDS);
    const key = `${accountId}/${region}/${hour}`;
    let block = this.blocks.get(key);
    if (block === undefined) {
      if (this.blocks.size >= HOURS_MAX) {
        this.uncounted += 1;
        return;
      }
      block = new Uint32Array(HOUR_SECONDS);
      this.blocks.set(key, block);
    }
    const index = second - hour * HOUR_SECONDS;
    const calls = block[index]! + 1;
    block[index] = calls;
    if (calls > (this.busiest?.calls ?? 0)) {
      this.busiest = { atMs: second * 1_000, calls, accountId, region };
    }
  }

  get busiestSecond(): BusiestSecond | undefined {
    return this.busiest;
  }
}
