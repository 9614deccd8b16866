/**
 * The timeline of a subject, made from what the recorder and the call log counted by bucket, and
 * what is read off it: how far throughput dipped in a window. An early end cuts it there; requests
 * whose work would have ended later count in the last bucket.
 */
import type { CallTimeline } from './call-table.ts';
import type { TimelineCounts } from './recorder-snapshot.ts';
import type { TimelineBucket, WindowResult } from './result.ts';
import type { Span, Spans } from './spans.ts';

const MS = 1_000;

export function timelineOf(
  spans: Spans,
  recorded: TimelineCounts,
  calls: CallTimeline,
  coveredMs: number,
): TimelineBucket[] {
  const timeline: TimelineBucket[] = [];
  for (const span of spans.list) {
    for (let index = 0; index < span.buckets; index += 1) {
      const bucket = span.firstBucket + index;
      const fromMs = span.fromMs + index * span.bucketMs;
      const toMs = Math.min(fromMs + span.bucketMs, span.toMs, coveredMs);
      const counts = {
        offered: recorded.offered[bucket]!,
        completed: recorded.completed[bucket]!,
        stalled: recorded.stalled[bucket]!,
        assumeRole: calls.calls[bucket]!,
        assumeRolePeakPerSecond: calls.peakPerSecond[bucket]!,
        throttled: calls.throttled[bucket]!,
      };
      const last = timeline.at(-1);
      if (toMs > fromMs || last === undefined) {
        const seconds = Math.max(0, toMs - fromMs) / MS;
        timeline.push({ at: fromMs / MS, seconds, gap: span.window === undefined, ...counts });
      } else {
        timeline[timeline.length - 1] = added(last, counts);
      }
    }
  }
  return timeline;
}

type Counts = Omit<TimelineBucket, 'at' | 'seconds' | 'gap'>;

function added(bucket: TimelineBucket, more: Counts): TimelineBucket {
  return {
    ...bucket,
    offered: bucket.offered + more.offered,
    completed: bucket.completed + more.completed,
    stalled: bucket.stalled + more.stalled,
    assumeRole: bucket.assumeRole + more.assumeRole,
    assumeRolePeakPerSecond: Math.max(bucket.assumeRolePeakPerSecond, more.assumeRolePeakPerSecond),
    throttled: bucket.throttled + more.throttled,
  };
}

/**
 * The whole second of a window in which completed requests fell furthest behind offered ones. Not
 * the least completed: where the load rises, that is the first second of it, dip or not. Only where
 * the window has no whole second is a part of one taken.
 */
export function dipOf(
  window: Pick<Span, 'fromMs' | 'toMs' | 'bucketMs'>,
  timeline: readonly TimelineBucket[],
): WindowResult['dip'] {
  const buckets = timeline.filter(
    ({ at, gap }) => !gap && at * MS >= window.fromMs && at * MS < window.toMs,
  );
  const whole = buckets.filter(({ seconds }) => seconds * MS === window.bucketMs);
  let dip = { completedPerSecond: 0, offeredPerSecond: 0 };
  let furthest = Number.NEGATIVE_INFINITY;
  for (const { seconds, offered, completed } of whole.length > 0 ? whole : buckets) {
    if (seconds === 0) continue;
    const behind = (offered - completed) / seconds;
    if (behind <= furthest) continue;
    furthest = behind;
    dip = { completedPerSecond: completed / seconds, offeredPerSecond: offered / seconds };
  }
  return dip;
}
