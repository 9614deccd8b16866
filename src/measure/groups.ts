/**
 * Turns cells and calls into the figures of one group of requests: a subject's total, an app, a
 * role, a window. The same function for all of them, so that they add up.
 */
import type { CallCounts } from './call-table.ts';
import type { CellSnapshot } from './cell.ts';
import { summarise } from './latency-summary.ts';
import type { Peaks } from './peaks.ts';
import type { GroupResult } from './result.ts';

export interface GroupFigures {
  /** Windows, gaps, and what has no instant. */
  readonly all: CellSnapshot;
  /** Of these, what lies in windows, and the seconds of them that were covered. */
  readonly inWindows: CellSnapshot;
  readonly windowSeconds: number;
  readonly calls: CallCounts & Peaks;
}

const MS = 1_000;

export function groupOf({ all, inWindows, windowSeconds, calls }: GroupFigures): GroupResult {
  const perSecond = (count: number) => (windowSeconds === 0 ? 0 : count / windowSeconds);
  return {
    totals: {
      requests: {
        offered: all.offered,
        completed: all.completed,
        failed: all.failed,
        inFlight: all.inFlight,
        notStarted: all.notStarted,
      },
      throughput: {
        offeredPerSecond: perSecond(inWindows.offered),
        completedPerSecond: perSecond(inWindows.endedWithin),
      },
      assumeRole: {
        calls: calls.calls,
        succeeded: calls.succeeded,
        throttled: calls.throttled,
        failed: calls.failed,
        peakPerSecond: calls.peakPerSecond,
        slidingPeakPerSecond: calls.slidingPeakPerSecond,
      },
      stalls: {
        requests: all.stalls,
        episodes: all.episodes,
        episodeSeconds: all.episodeMs / MS,
        totalSeconds: all.stallMs / MS,
        longestSeconds: all.longestStallMs / MS,
      },
      credentials: {
        servedExpired: all.servedExpired,
        minRemainingSeconds: Number.isFinite(all.minRemainingMs) ? all.minRemainingMs / MS : null,
      },
    },
    latency: {
      credentialWait: summarise(all.wait),
      assumeRole: summarise(all.assumeRole),
      request: summarise(all.request),
    },
  };
}
