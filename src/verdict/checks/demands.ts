/**
 * What is demanded of what was seen, one sentence each way: what was wanted, what was seen. A finding
 * is made of demands.
 */
import type { Observed, RequestOutcome, SeenCall, SeenRequest } from '../../measure/observed.ts';
import type { Finding } from './check.ts';
import { counted, instant, share, span } from './words.ts';

export interface Demand {
  readonly isMet: boolean;
  readonly wanted: string;
  readonly seen: string;
}

/** Failed: the words of the demands that are not met. Passed: those of all. */
export function finding(...demands: readonly Demand[]): Finding {
  const missed = demands.filter(({ isMet }) => !isMet);
  const told = missed.length > 0 ? missed : demands;
  return {
    status: missed.length > 0 ? 'failed' : 'passed',
    wanted: told.map(({ wanted }) => wanted).join('; '),
    seen: told.map(({ seen }) => seen).join('; '),
  };
}

type Served = SeenRequest & { readonly outcome: Extract<RequestOutcome, { state: 'served' }> };
type Failed = SeenRequest & { readonly outcome: Extract<RequestOutcome, { state: 'failed' }> };

export const isServed = (request: SeenRequest): request is Served =>
  request.outcome.state === 'served';
export const isFailed = (request: SeenRequest): request is Failed =>
  request.outcome.state === 'failed';

/** Asked in [fromMs, toMs). */
export function askedIn(
  { requests }: Observed,
  fromMs: number,
  toMs = Number.POSITIVE_INFINITY,
): SeenRequest[] {
  return requests.filter(({ askedAtMs }) => askedAtMs >= fromMs && askedAtMs < toMs);
}

/** Received by STS in [fromMs, toMs). */
export function callsIn(
  { calls }: Observed,
  fromMs: number,
  toMs = Number.POSITIVE_INFINITY,
): SeenCall[] {
  return calls.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
}

export function allServed(requests: readonly SeenRequest[]): Demand {
  const missed = requests.filter((request) => !isServed(request));
  const [first] = missed;
  const wanted = 'every request is served';
  if (requests.length === 0) return { isMet: false, wanted, seen: 'the script ended before any' };
  if (first === undefined) {
    return { isMet: true, wanted, seen: `${counted(requests.length, 'request')} served` };
  }
  const seen = `${counted(missed.length, 'request')} of ${requests.length} not served, the first asked at ${instant(first.askedAtMs)}: ${endOf(first)}`;
  return { isMet: false, wanted, seen };
}

export function allFailed(requests: readonly SeenRequest[]): Demand {
  const others = requests.filter((request) => !isFailed(request));
  const [first] = others;
  return {
    isMet: first === undefined,
    wanted: 'every request is told the error',
    seen:
      first === undefined
        ? `${counted(requests.length, 'request')} told it`
        : `${counted(others.length, 'request')} of ${requests.length} not, the first asked at ${instant(first.askedAtMs)}: ${endOf(first)}`,
  };
}

/** Served or failed, in time. */
export function allEnd(requests: readonly SeenRequest[], withinMs: number): Demand {
  const slow = requests.filter((request) => waitOf(request) > withinMs);
  const [first] = slow;
  const longestMs = Math.max(0, ...requests.map(waitOf));
  return {
    isMet: first === undefined,
    wanted: `every request ends within ${span(withinMs)}`,
    seen:
      first === undefined
        ? `the longest took ${span(longestMs)}`
        : `${counted(slow.length, 'request')} of ${requests.length} took longer, the first asked at ${instant(first.askedAtMs)}; ${longestMs === Number.POSITIVE_INFINITY ? 'some got no answer at all' : `the longest took ${span(longestMs)}`}`,
  };
}

/** Handed a credential in the instant in which it asked. */
export function noneWaits(requests: readonly SeenRequest[]): Demand {
  const waits = requests.filter((request) => waitOf(request) > 0);
  const [first] = waits;
  return {
    isMet: first === undefined,
    wanted: 'no request waits',
    seen:
      first === undefined
        ? `none of ${counted(requests.length, 'request')} waited`
        : `${counted(waits.length, 'request')} of ${requests.length} waited, the first at ${instant(first.askedAtMs)} for ${span(waitOf(first))}`,
  };
}

/** Every credential that was served had more than `spareMs` left, by STS's clock. */
export function noneEnds(requests: readonly SeenRequest[], spareMs = 0): Demand {
  const served = requests.filter(isServed);
  const late = served.filter((request) => leftMs(request) <= spareMs);
  const [first] = late;
  const least = served.reduce((min, request) => Math.min(min, leftMs(request)), Infinity);
  return {
    isMet: first === undefined,
    wanted:
      spareMs === 0
        ? 'no credential is served at or after its Expiration'
        : `every credential that is served has more than ${span(spareMs)} left`,
    seen:
      first !== undefined
        ? `${counted(late.length, 'request')} served with ${leftText(leftMs(first))}, the first at ${instant(first.outcome.endedAtMs)}`
        : least === Infinity
          ? 'none was served'
          : `the least that was left was ${span(least)}`,
  };
}

export function callsAtMost(calls: readonly SeenCall[], max: number, when = ''): Demand {
  const [first] = calls;
  return {
    isMet: calls.length <= max,
    wanted: `at most ${counted(max, 'AssumeRole call')}${when}`,
    seen: `${counted(calls.length, 'call')}${first === undefined ? '' : `, the first at ${instant(first.atMs)}`}`,
  };
}

export function callsAtLeast(calls: readonly SeenCall[], min: number, when = ''): Demand {
  return {
    isMet: calls.length >= min,
    wanted: `at least ${counted(min, 'AssumeRole call')}${when}`,
    seen: counted(calls.length, 'call'),
  };
}

/** Of one client, in any minute. */
export function callsAMinute(calls: readonly SeenCall[], max: number): Demand {
  const most = busiest(calls, 60_000);
  return {
    isMet: most.count <= max,
    wanted: `at most ${counted(max, 'call')} in any minute`,
    seen:
      most.count === 0
        ? 'no call'
        : `${counted(most.count, 'call')} in the minute from ${instant(most.atMs)}`,
  };
}

/** Of a fleet's clients, those that call in one second. */
export function shareInASecond(calls: readonly SeenCall[], fleet: number, max: number): Demand {
  const most = busiest(calls, 1_000);
  return {
    isMet: most.count <= max * fleet,
    wanted: `at most ${share(max)} of ${fleet} clients call in one second`,
    seen: `${counted(most.count, 'call')} of ${fleet} clients in the second from ${instant(most.atMs)}`,
  };
}

/** Served within `withinMs` of `fromMs`, and all requests that come after that. */
export function wellAgain(seen: Observed, fromMs: number, withinMs: number): Demand {
  const later = askedIn(seen, fromMs);
  const firstServed = later.find(isServed);
  const lastMissed = later.filter((request) => !isServed(request)).at(-1);
  const atMs =
    firstServed === undefined
      ? Number.POSITIVE_INFINITY
      : Math.max(firstServed.outcome.endedAtMs, (lastMissed?.askedAtMs ?? fromMs) + 1);
  const tookMs = Math.max(0, atMs - fromMs);
  return {
    isMet: tookMs <= withinMs,
    wanted: `requests are served again within ${span(withinMs)} of ${instant(fromMs)}`,
    seen:
      firstServed === undefined
        ? 'none was served again'
        : `all were from ${span(tookMs)} after it on`,
  };
}

/** Most calls that one client had in the air at once. */
export function inFlightAtMost(calls: readonly SeenCall[], max: number): Demand {
  let most = 0;
  let atMs = 0;
  for (const call of calls) {
    const air = calls.filter(
      (other) =>
        other.client === call.client &&
        other.atMs <= call.atMs &&
        (other.answeredAtMs ?? Infinity) > call.atMs,
    ).length;
    if (air > most) [most, atMs] = [air, call.atMs];
  }
  return {
    isMet: most <= max,
    wanted: `at most ${counted(max, 'AssumeRole call')} in the air at once`,
    seen: most === 0 ? 'no call' : `${counted(most, 'call')} in the air at ${instant(atMs)}`,
  };
}

function waitOf({ askedAtMs, outcome }: SeenRequest): number {
  return outcome.state === 'waiting' ? Number.POSITIVE_INFINITY : outcome.endedAtMs - askedAtMs;
}

/** Of what STS never issued, nothing is left. */
function leftMs({ outcome }: Served): number {
  const { issue } = outcome.handed;
  return issue === undefined ? Number.NEGATIVE_INFINITY : issue.expiresAtMs - outcome.endedAtMs;
}

function leftText(ms: number): string {
  if (ms === Number.NEGATIVE_INFINITY) return 'a credential that STS never issued';
  if (ms === 0) return 'a credential at its Expiration';
  return ms > 0 ? `${span(ms)} left` : `a credential that had ended ${span(-ms)} before`;
}

export function endOf({ outcome }: SeenRequest): string {
  if (outcome.state === 'waiting') return 'it waits still';
  return outcome.state === 'served' ? 'it was served' : outcome.error.text;
}

function busiest(calls: readonly SeenCall[], widthMs: number): { count: number; atMs: number } {
  const instants = calls.map(({ atMs }) => atMs).sort((a, b) => a - b);
  let most = { count: 0, atMs: 0 };
  let from = 0;
  for (const [index, atMs] of instants.entries()) {
    while (instants[from]! <= atMs - widthMs) from += 1;
    const count = index - from + 1;
    if (count > most.count) most = { count, atMs: instants[from]! };
  }
  return most;
}
