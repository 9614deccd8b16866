/** The busiest second of one account and region, of all that a trail holds. */
import { BlockBudget, SecondSeries } from './second-series.ts';

/** A year of one account and region, 63 MB. */
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
  private readonly budget = new BlockBudget(HOURS_MAX);
  private readonly series = new Map<string, SecondSeries>();
  private busiest: BusiestSecond | undefined;
  /** Calls in hours for which there was no room. */
  uncounted = 0;

  /** Of several seconds with as many calls, the first to reach the count. */
  add(accountId: string, region: string, atMs: number): void {
    const key = `${accountId}/${region}`;
    const series = this.series.get(key) ?? new SecondSeries(this.budget);
    const second = Math.floor(atMs / 1_000);
    const calls = series.add(second);
    if (calls === undefined) {
      this.uncounted += 1;
      return;
    }
    this.series.set(key, series);
    if (calls > (this.busiest?.calls ?? 0)) {
      this.busiest = { atMs: second * 1_000, calls, accountId, region };
    }
  }

  get busiestSecond(): BusiestSecond | undefined {
    return this.busiest;
  }
}
