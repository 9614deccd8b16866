/** Clients that can be told apart, by session name or else by address, seen from refresh to refresh. */
import type { Caller } from '../caller.ts';
import { aliveAtOnce } from './alive.ts';
import { type Evidence, tracksIn } from './evidence.ts';
import type { Confidence, Range, Span } from './inferred.ts';
import { byHost, type Linked, linkedBy, quantile, refreshesOf } from './refreshes.ts';

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
    sampledShare: share,
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
