/**
 * The figures of a caller that keeps its credentials, by the way in which they were found.
 */
import type { Caller } from '../caller.ts';
import type { Track } from '../track-sample.ts';
import { aliveAtOnce } from './alive.ts';
import { leastDispersion } from './dispersion.ts';
import type { CachedCaller, Confidence, Judged, Range, Span } from './inferred.ts';
import { type LagTerms, lagWindow } from './lag-window.ts';
import { byHost, type Linked, linkedBy, quantile, recurrence, refreshesOf } from './refreshes.ts';

export interface Evidence
  extends Pick<CachedCaller, 'processes' | 'interval' | 'singleFlight' | 'callsPerRefresh'> {
  readonly meanSeconds: number;
  /** Epoch seconds of the first call of each client. */
  readonly starts: readonly number[];
}

/** Clients that can be told apart, by session name or else by address. */
export function linkedEvidence(caller: Caller, span: Span): Evidence | undefined {
  const { tracks } = caller;
  if (tracks.isCut) return undefined;
  const named = tracksIn(caller, span);
  const terms = { lifetimeSeconds: caller.lifetimeSeconds, to: span.to };
  const byName = linkedBy(named.map(refreshesOf), terms);
  if (byName !== undefined) return evidenceOf(byName, 'session name', tracks.share, span);
  // Of a part of the session names no address has all of its calls.
  if (!tracks.isWhole) return undefined;
  const byAddress = linkedBy(byHost(named).map(refreshesOf), terms);
  return byAddress && evidenceOf(byAddress, 'address', tracks.share, span);
}

function evidenceOf(
  linked: Linked,
  by: 'session name' | 'address',
  share: number,
  span: Span,
): Evidence {
  const { tracks, intervals, recurringShare } = linked;
  const meanSeconds = intervals.reduce((sum, seconds) => sum + seconds, 0) / intervals.length;
  const alive = aliveAtOnce(tracks, { ...span, intervalSeconds: meanSeconds });
  const isByName = by === 'session name';
  const flights = flightsOf(linked, isByName);
  const isCrowded = flights.callsPerRefresh > CROWD_CALLS;
  const part = share < 1 ? `, of a sample of 1 in ${Math.round(1 / share)}` : '';
  return {
    meanSeconds,
    processes: {
      value: Math.max(1, Math.round(alive / share)),
      confidence: !isByName || isCrowded ? 'low' : recurringShare >= 0.9 ? 'high' : 'medium',
      method: isCrowded
        ? `${by}s that call at the same time${part}; up to ${Math.round(flights.callsPerRefresh)} times as many, if that many in step share one`
        : isByName
          ? `session names that call at the same time${part}`
          : 'addresses that call at the same time; clients in step on one address are one',
    },
    interval: {
      value: rangeOf(intervals),
      confidence: intervals.length >= 30 ? 'high' : 'medium',
      method: `${intervals.length} intervals between calls of one ${by}${part}`,
    },
    ...flights,
    starts: tracks.map(({ firstSecond }) => firstSecond),
  };
}

/** Nine tenths of the intervals, stretched to the whole of an even distribution. */
function rangeOf(intervals: readonly number[]): Range {
  const [low, high] = [quantile(intervals, 0.05), quantile(intervals, 0.95)];
  const beyond = (high - low) / 18;
  return { from: low - beyond, to: high + beyond };
}

/** Fewer refreshes than this with more than one call may be retries. */
const MISSING_SHARE_MIN = 0.02;

/** More calls a refresh than requests of one client make: several clients may share the name. */
const CROWD_CALLS = 5;

function flightsOf(
  { tracks }: Linked,
  isByName: boolean,
): Pick<Evidence, 'singleFlight' | 'callsPerRefresh'> {
  const calls = tracks.flatMap((track) => track.calls);
  const several = calls.filter((count) => count > 1).length;
  const isMissing = several > MISSING_SHARE_MIN * calls.length;
  const callsPerRefresh = calls.reduce((sum, count) => sum + count, 0) / calls.length;
  const isSure = isByName && callsPerRefresh <= CROWD_CALLS;
  const confidence: Confidence = isSure ? (calls.length >= 30 ? 'high' : 'medium') : 'low';
  const others = isSure ? '' : '; clients in step that share it look the same';
  return {
    callsPerRefresh,
    singleFlight: {
      value: isMissing ? 'missing' : 'kept',
      confidence,
      method: `${several} of ${calls.length} refreshes have further calls within 5 s${others}`,
    },
  };
}

/** Clients that cannot be told apart. */
export function mixedEvidence(caller: Caller, span: Span): Evidence | undefined {
  const { lifetimeSeconds } = caller;
  const all = caller.between(span.from, span.to + 1);
  const series = separated(caller, span) ?? [secondsOf(all, span.from)];
  const terms = { ...span, lifetimeSeconds };
  const interval = byLags(series, terms) ?? byDispersion(all, terms);
  if (interval === undefined) return undefined;
  const { from, to } = interval.value;
  const meanSeconds = (from + to) / 2;
  // In the shortest interval from the first call on, each call is of another client.
  const begin = all.findIndex((count) => count > 0);
  const first = all.subarray(begin, begin + Math.max(1, Math.ceil(from)));
  return {
    meanSeconds,
    processes: processesBy(all, meanSeconds, interval.confidence),
    interval,
    singleFlight: {
      value: 'unknown',
      confidence: 'none',
      method: 'clients share a name: several calls of one look like one call of several',
    },
    callsPerRefresh: 1,
    starts: secondsOf(first, span.from + begin),
  };
}

function byLags(
  series: readonly (readonly number[])[],
  terms: LagTerms,
): Judged<Range> | undefined {
  const window = lagWindow(series, terms);
  if (window === undefined) return undefined;
  return {
    value: { from: window.from, to: window.to },
    confidence: window.z >= 12 ? 'medium' : 'low',
    method: `lags between all pairs of calls, ${window.z.toFixed(0)} standard deviations`,
  };
}

function byDispersion(all: Uint32Array, terms: LagTerms): Judged<Range> | undefined {
  const least = leastDispersion(all, terms);
  if (least === undefined) return undefined;
  const { interval, ratio } = least;
  return {
    value: { from: interval, to: interval },
    confidence: 'low',
    method: `counts of so long a time vary least, variance over mean ${ratio.toFixed(2)}; jitter does not show`,
  };
}

/** What is outside of the time that is looked at has a wrong date, or is another month's. */
function tracksIn({ tracks }: Caller, { from, to }: Span): Track[] {
  return tracks.sorted().flatMap((track) => {
    const seconds = track.seconds.filter((second) => second >= from && second <= to);
    const firstSecond = Math.max(from, track.firstSecond);
    return seconds.length === 0 ? [] : [{ ...track, firstSecond, seconds }];
  });
}

/** By session name where those come back, else by address; undefined where only all calls are whole. */
function separated(caller: Caller, span: Span): readonly (readonly number[])[] | undefined {
  const { tracks, lifetimeSeconds } = caller;
  if (tracks.isCut) return undefined;
  const named = tracksIn(caller, span);
  const secondsIn = (some: readonly Track[]) => some.map(({ seconds }) => seconds);
  const { recurringShare } = recurrence(named.map(refreshesOf), {
    lifetimeSeconds,
    to: span.to,
  });
  if (recurringShare >= 0.5) return secondsIn(named);
  return tracks.isWhole ? secondsIn(byHost(named)) : undefined;
}

/**
 * By the renewal theorem each client calls once in a mean interval: the calls in a whole number of
 * intervals, divided by that number. The first interval, in which a fleet may have started, is left
 * out where there is more than one.
 */
function processesBy(all: Uint32Array, mean: number, confidence: Confidence): Judged<number> {
  const whole = Math.floor(all.length / mean);
  const intervals = Math.max(1, whole - 1);
  const since = Math.max(0, all.length - Math.round(intervals * mean));
  const calls = all.subarray(since).reduce((sum, count) => sum + count, 0);
  return {
    value: Math.max(1, Math.round(calls / intervals)),
    confidence,
    method: `calls in ${intervals} intervals of ${Math.round(mean)} s, one for each client`,
  };
}

function secondsOf(calls: Uint32Array, from: number): number[] {
  const seconds: number[] = [];
  for (let i = 0; i < calls.length; i += 1) {
    for (let call = 0; call < calls[i]!; call += 1) seconds.push(from + i);
  }
  return seconds;
}
