/**
 * A track's calls as refreshes: calls within a few seconds of one another got one credential each for
 * one and the same need, which a client with single flight asks for once.
 */
import type { Track } from '../track-sample.ts';

/** A call takes less, and a client that retries waits longer in all but its first tries. */
const REFRESH_SECONDS_MAX = 5;

export interface RefreshTrack {
  /** Epoch second of its first call, granted or not. */
  readonly firstSecond: number;
  /** Epoch seconds of the first call of each. */
  readonly atSeconds: readonly number[];
  /** Calls in each. */
  readonly calls: readonly number[];
}

/** Instants of the track in order. */
export function refreshesOf({ firstSecond, seconds }: Track): RefreshTrack {
  const atSeconds: number[] = [];
  const calls: number[] = [];
  for (const second of seconds) {
    if (second - (atSeconds.at(-1) ?? Number.NEGATIVE_INFINITY) <= REFRESH_SECONDS_MAX) {
      calls[calls.length - 1]! += 1;
      continue;
    }
    atSeconds.push(second);
    calls.push(1);
  }
  return { firstSecond, atSeconds, calls };
}

/** Tracks of one address and AccessKey as one, whatever their session names. */
export function byHost(tracks: readonly Track[]): Track[] {
  const hosts = new Map<number, Track>();
  for (const { host, firstSecond, seconds } of tracks) {
    const known = hosts.get(host) ?? { host, firstSecond, seconds: [] };
    hosts.set(host, known);
    known.firstSecond = Math.min(known.firstSecond, firstSecond);
    for (const second of seconds) known.seconds.push(second);
  }
  for (const { seconds } of hosts.values()) seconds.sort((a, b) => a - b);
  return [...hosts.values()];
}

/**
 * Whether each track is one client that refreshes by itself, and then its intervals. Two clients under
 * one name call whenever either of them is due, so that intervals come in all lengths; one client
 * leaves about as much time each time. Undefined: no such tracks, or too few calls to tell.
 */
export interface Linked {
  readonly tracks: readonly RefreshTrack[];
  /** Seconds from one refresh to the next of the same track, in order of length. */
  readonly intervals: readonly number[];
  /** Of tracks that were there long enough to refresh, those that did. */
  readonly recurringShare: number;
}

export interface LinkTerms {
  readonly lifetimeSeconds: number;
  /** Epoch second of the last event. */
  readonly to: number;
}

const INTERVALS_MIN = 3;
const RECURRING_SHARE_MIN = 0.5;
/** Of intervals shorter than half the median; a failed refresh that is tried again makes some. */
const SHORT_SHARE_MAX = 0.1;
/** Beyond this multiple of the lifetime nobody asked, and the interval says nothing of the client. */
const IDLE_FACTOR = 1.2;
const INTERVAL_SECONDS_MIN = 60;

export function linkedBy(tracks: readonly RefreshTrack[], terms: LinkTerms): Linked | undefined {
  const { recurringShare, intervals } = recurrence(tracks, terms);
  if (recurringShare < RECURRING_SHARE_MIN || intervals.length < INTERVALS_MIN) return undefined;
  const median = quantile(intervals, 0.5);
  const short = intervals.filter((seconds) => seconds < median / 2).length;
  const isOneClient = short <= SHORT_SHARE_MAX * intervals.length;
  if (!isOneClient || median < INTERVAL_SECONDS_MIN) return undefined;
  return { tracks, intervals, recurringShare };
}

/** How often names come back. */
export function recurrence(
  tracks: readonly RefreshTrack[],
  { lifetimeSeconds, to }: LinkTerms,
): Pick<Linked, 'recurringShare' | 'intervals'> {
  const idle = IDLE_FACTOR * lifetimeSeconds;
  const early = tracks.filter(({ atSeconds }) => atSeconds[0]! <= to - idle);
  const recurring = early.filter(({ atSeconds }) => atSeconds.length > 1).length;
  const intervals = tracks.flatMap(({ atSeconds }) =>
    atSeconds.slice(1).map((second, i) => second - atSeconds[i]!),
  );
  return {
    recurringShare: early.length === 0 ? 0 : recurring / early.length,
    intervals: intervals.filter((seconds) => seconds <= idle).sort((a, b) => a - b),
  };
}

/** Of values in order. */
export function quantile(values: readonly number[], share: number): number {
  return values[Math.min(values.length - 1, Math.floor(share * values.length))]!;
}
