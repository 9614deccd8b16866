/**
 * The client of the harness that asks for credentials as a caller of a trail did.
 */
import { meanMs } from '../../kernel/distribution.ts';
import type { CachedCaller } from '../infer/inferred.ts';

export interface ClientTerms {
  /** As a scenario file has it. */
  readonly client: string;
  /** What it asks for: shorter than in the trail where the interval is below half of that. */
  readonly sessionSeconds: number;
  /** Of the app; more than there are where each call of a refresh is written as a process. */
  readonly processes: number;
  /** Requests a second of one process. */
  readonly ratePerSecond: number;
  readonly notes: readonly string[];
}

/** Bounds of DurationSeconds. Source: Alibaba Cloud, "AssumeRole". */
const SESSION_SECONDS_MIN = 900;
const SESSION_SECONDS_MAX = 43_200;
/** Of the reference client's policy. */
const PREFETCH_SHARE_MAX = 0.5;
const JITTER_SHARE_MAX = 0.9;
/** Models without single flight, by their fixed lead. */
const WITHOUT_SINGLE_FLIGHT = [
  { client: 'preset:alicloud-node', leadSeconds: 900 },
  { client: 'preset:alicloud-go', leadSeconds: 180 },
] as const;
const LEAD_TOLERANCE_SECONDS = 60;
/** Requests of one process that make its calls a refresh; more than that are several processes. */
const RATE_PER_SECOND_MAX = 200;
const RATE_PER_SECOND_MIN = 0.2;
/** A scenario's default; how long a call takes is not in a trail. */
const STS_LATENCY = { medianMs: 15, p99Ms: 80 };

/** Undefined where no client of the harness refreshes so often. */
export function clientTerms(caller: CachedCaller): ClientTerms | undefined {
  const processes = caller.processes.value;
  if (caller.singleFlight.value !== 'missing') return referenceTerms(caller, processes, []);
  const middle = (caller.lead.from + caller.lead.to) / 2;
  const model = WITHOUT_SINGLE_FLIGHT.find(
    ({ leadSeconds }) => Math.abs(middle - leadSeconds) <= LEAD_TOLERANCE_SECONDS,
  );
  const ratePerSecond = requestsPerSecond(caller.callsPerRefresh);
  if (model !== undefined && ratePerSecond <= RATE_PER_SECOND_MAX) {
    return {
      client: model.client,
      sessionSeconds: boundedSession(caller.lifetimeSeconds),
      processes,
      ratePerSecond,
      notes: [
        'client: a model without single flight and with that lead, for simulate alone',
        'load: as many requests as make that many calls a refresh, with the latency below',
      ],
    };
  }
  const calls = Math.round(processes * caller.callsPerRefresh);
  return referenceTerms(caller, calls, [
    `hosts: ${processes} × ${caller.callsPerRefresh.toFixed(2)} calls a refresh, each written as a process: no client of the harness makes so many at that lead`,
  ]);
}

/** Each request that comes while a call is on its way makes one more: 1 + rate × latency. */
function requestsPerSecond(callsPerRefresh: number): number {
  const perSecond = (callsPerRefresh - 1) / (meanMs(STS_LATENCY) / 1_000);
  return Math.max(RATE_PER_SECOND_MIN, perSecond);
}

/** The reference client refreshes evenly between two leads: its window, and a share of it. */
function referenceTerms(
  { interval, lifetimeSeconds }: CachedCaller,
  processes: number,
  notes: readonly string[],
): ClientTerms | undefined {
  const shortest = Math.max(1, Math.round(interval.value.from));
  const lifetime = boundedSession(lifetimeSeconds);
  const isShort = lifetime - shortest > PREFETCH_SHARE_MAX * lifetime;
  const sessionSeconds = isShort ? Math.max(SESSION_SECONDS_MIN, 2 * shortest) : lifetime;
  const leadMax = sessionSeconds - shortest;
  if (leadMax > PREFETCH_SHARE_MAX * sessionSeconds) return undefined;
  const windowSeconds = Math.max(1, leadMax);
  const longest = Math.max(shortest, Math.round(interval.value.to));
  const isFixed = longest - shortest < 3;
  const leadMin = isFixed ? windowSeconds : Math.max(0, sessionSeconds - longest);
  const jitterShare = Math.min(JITTER_SHARE_MAX, Math.max(0, 1 - leadMin / windowSeconds));
  const steps = `[{ lifetimeMsMax: .inf, windowMs: ${windowSeconds * 1_000} }]`;
  const policy = `{ prefetchSteps: ${steps}, prefetchShareMax: ${PREFETCH_SHARE_MAX}, jitterShare: ${Number(jitterShare.toFixed(4))} }`;
  return {
    client: `{ subject: reference, policy: ${policy} }`,
    sessionSeconds,
    processes,
    ratePerSecond: 1,
    notes: [
      ...notes,
      'load: requests are not in a trail; one a second in a process, which no call depends on',
      ...(isShort
        ? [`sessionDuration: for an interval below half of ${lifetimeSeconds} s a shorter one`]
        : []),
    ],
  };
}

/** As a caller may ask for. */
export function boundedSession(seconds: number): number {
  return Math.min(SESSION_SECONDS_MAX, Math.max(SESSION_SECONDS_MIN, seconds));
}
