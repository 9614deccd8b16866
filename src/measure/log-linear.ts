/**
 * Counts of waiting times on the path of every request: HdrHistogram's bucket layout (1 µs to 1 h,
 * three significant digits) in one flat array, and nothing else. A record is an index and an
 * increment; reading percentiles and encoding are left to hdr-histogram-js (`latency-summary.ts`),
 * which is an order of magnitude slower to record with and slow to import.
 *
 * The layout, with 2,048 = 2 x 10^3 rounded up to a power of two: values below 2,048 have a bucket
 * each; from then on every doubling has 1,024 buckets, twice as wide as those before.
 *
 * Counts are doubles: as fast as 32-bit integers here (bench/recorder.mjs), and a simulated day of
 * more than 2^32 requests still counts exactly. The array grows with the largest value seen, so a
 * histogram of short times is small to keep, copy and send.
 */

/** Longer times count as this long: an hour's wait is an hour "or more". */
export const HIGHEST_US = 3_600_000_000;

const HALF_BITS = 10;
const HALF = 1 << HALF_BITS;
const LENGTH = bucketOf(HIGHEST_US) + 1;
const FIRST_LENGTH = 64;

/** What crosses threads, and what is summarised: plain data. */
export interface HistogramSnapshot {
  /** By bucket; buckets beyond the end are empty. */
  readonly counts: Float64Array;
  /** The largest value recorded, exact; 0 when there is none. */
  readonly maxUs: number;
}

export class LogLinear {
  private counts = new Float64Array(FIRST_LENGTH);
  private maxUs = 0;

  /** Rounded to whole microseconds. Not a number counts as the longest time: a bug must show. */
  record(us: number): void {
    this.recordMany(us, 1);
  }

  recordMany(us: number, count: number): void {
    const value = us < HIGHEST_US ? (us > 0 ? (us + 0.5) >>> 0 : 0) : HIGHEST_US;
    const index = bucketOf(value);
    if (index >= this.counts.length) this.growTo(index + 1);
    this.counts[index]! += count;
    if (value > this.maxUs) this.maxUs = value;
  }

  /** The same as having recorded here what was recorded there. */
  add(other: HistogramSnapshot): void {
    if (other.counts.length > this.counts.length) this.growTo(other.counts.length);
    for (let index = 0; index < other.counts.length; index += 1) {
      this.counts[index]! += other.counts[index]!;
    }
    if (other.maxUs > this.maxUs) this.maxUs = other.maxUs;
  }

  snapshot(): HistogramSnapshot {
    const length = this.maxUs === 0 ? 1 : bucketOf(this.maxUs) + 1;
    return { counts: this.counts.slice(0, length), maxUs: this.maxUs };
  }

  private growTo(length: number): void {
    let grown = this.counts.length;
    while (grown < length) grown *= 2;
    const counts = new Float64Array(Math.min(grown, LENGTH));
    counts.set(this.counts);
    this.counts = counts;
  }
}

/** Bucket of a whole number of microseconds. */
export function bucketOf(us: number): number {
  // How many doublings above the 2,048 single buckets; `| HALF` keeps it from going below zero.
  const doublings = 31 - HALF_BITS - Math.clz32(us | HALF);
  return (doublings << HALF_BITS) + (us >>> doublings);
}

/** The least value of a bucket: `bucketOf` read backwards. */
export function lowestUsOf(index: number): number {
  if (index < 2 * HALF) return index;
  const doublings = (index >> HALF_BITS) - 1;
  return (HALF + (index & (HALF - 1))) * 2 ** doublings;
}
