/**
 * The figures of a caller that keeps its credentials, however they were found, and the calls that they
 * are found in.
 */
import type { Caller } from '../caller.ts';
import type { Track } from '../track-sample.ts';
import type { CachedCaller, Span } from './inferred.ts';

export interface Evidence
  extends Pick<
    CachedCaller,
    'processes' | 'interval' | 'singleFlight' | 'callsPerRefresh' | 'sampledShare'
  > {
  readonly meanSeconds: number;
  /** Epoch seconds of the first call of each client that is followed. */
  readonly starts: readonly number[];
}

/** What is outside of the time that is looked at has a wrong date, or is another month's. */
export function tracksIn({ tracks }: Caller, { from, to }: Span): Track[] {
  return tracks.sorted().flatMap((track) => {
    const seconds = track.seconds.filter((second) => second >= from && second <= to);
    const firstSecond = Math.max(from, track.firstSecond);
    return seconds.length === 0 ? [] : [{ ...track, firstSecond, seconds }];
  });
}
