/**
 * Reads histograms through hdr-histogram-js, so that percentiles mean what they mean everywhere
 * else, and encodes them in its interchange format. Percentiles come from merged counts only, never
 * from averaged percentiles. Kept apart from recording, since the library is slow to import.
 */
import hdr from 'hdr-histogram-js';
import type { HistogramSnapshot } from './log-linear.ts';
import { HIGHEST_US, lowestUsOf } from './log-linear.ts';
import type { LatencySummary } from './result.ts';

const US_PER_MS = 1_000;

/** A total is often that of its only app too: what was read once is not read again. */
const summaries = new WeakMap<HistogramSnapshot, LatencySummary>();

export function summarise(snapshot: HistogramSnapshot): LatencySummary {
  const known = summaries.get(snapshot);
  if (known !== undefined) return known;
  const summary = read(snapshot);
  summaries.set(snapshot, summary);
  return summary;
}

function read(snapshot: HistogramSnapshot): LatencySummary {
  const histogram = toHdr(snapshot);
  // HdrHistogram answers with the upper end of a bucket; no percentile is above what was measured.
  const percentileMs = (percentile: number) =>
    Math.min(histogram.getValueAtPercentile(percentile), snapshot.maxUs) / US_PER_MS;
  return {
    count: histogram.totalCount,
    meanMs: Math.min(meanUs(snapshot, histogram.totalCount), snapshot.maxUs) / US_PER_MS,
    p50Ms: percentileMs(50),
    p90Ms: percentileMs(90),
    p99Ms: percentileMs(99),
    p999Ms: percentileMs(99.9),
    p9999Ms: percentileMs(99.99),
    maxMs: snapshot.maxUs / US_PER_MS,
  };
}

/** HdrHistogram's mean, each bucket by its middle; its own iterator takes longer than all the rest. */
function meanUs({ counts }: HistogramSnapshot, totalCount: number): number {
  let sum = 0;
  for (let index = 0; index < counts.length; index += 1) {
    const count = counts[index]!;
    if (count === 0) continue;
    const lowestUs = lowestUsOf(index);
    sum += (lowestUs + Math.floor((lowestUsOf(index + 1) - lowestUs) / 2)) * count;
  }
  return totalCount === 0 ? 0 : sum / totalCount;
}

/** HdrHistogram V2, compressed, base64; microseconds. */
export function encode(snapshot: HistogramSnapshot): string {
  return hdr.encodeIntoCompressedBase64(toHdr(snapshot));
}

const histograms = new WeakMap<HistogramSnapshot, hdr.Histogram>();

function toHdr(snapshot: HistogramSnapshot): hdr.Histogram {
  let histogram = histograms.get(snapshot);
  if (histogram === undefined) {
    histogram = made(snapshot);
    histograms.set(snapshot, histogram);
  }
  return histogram;
}

function made({ counts, maxUs }: HistogramSnapshot): hdr.Histogram {
  const histogram = hdr.build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
  // The library keeps the exact maximum of what it is given, so the last bucket is given ours.
  const last = counts.length - 1;
  for (let index = 0; index <= last; index += 1) {
    const count = counts[index]!;
    if (count > 0) histogram.recordValueWithCount(index < last ? lowestUsOf(index) : maxUs, count);
  }
  return histogram;
}
