/** Clients that share a name: their interval from all of their calls together, then their number. */
import type { Caller } from '../caller.ts';
import type { Track } from '../track-sample.ts';
import { leastDispersion } from './dispersion.ts';
import { type Evidence, tracksIn } from './evidence.ts';
import type { Confidence, Judged, Range, Span } from './inferred.ts';
import { type LagTerms, lagWindow } from './lag-window.ts';
import { byHost, recurrence, refreshesOf } from './refreshes.ts';

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
    sampledShare: 1,
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
