/**
 * From a caller's calls to what it probably is. The better the calls can be told apart, the less has
 * to be assumed, so ways are tried in this order:
 *
 * 1. by session name: each address and session name is one client, seen from refresh to refresh;
 * 2. by address, where session names are new each time: one client an address;
 * 3. by the lags between all pairs of calls (`lag-window.ts`), where several clients share a name: the
 *    interval from the lags, then their number by the renewal theorem, rate times mean interval;
 * 4. no interval is found: calls that follow requests.
 */
import type { Caller } from '../caller.ts';
import type { Evidence } from './evidence.ts';
import type { CachedCaller, Confidence, InferredCaller, Judged, Span } from './inferred.ts';
import { linkedEvidence } from './linked-evidence.ts';
import { mixedEvidence } from './mixed-evidence.ts';
import { synchronyOf } from './synchrony.ts';

const CALLS_MIN = 5;
/** A refresh has to be seen after the call before it. */
const LIFETIMES_MIN = 1.2;
/** Whole seconds blur an interval by one second at each end. */
const RESOLUTION_SECONDS = 3;

export function inferCaller(caller: Caller, span: Span): InferredCaller {
  const { name, calls, failed, throttled, lifetimeSeconds } = caller;
  const addresses = caller.sourceIps.size;
  const seen = { name, calls, failed, throttled, addresses, lifetimeSeconds };
  const unknown = (reason: string): InferredCaller => ({ ...seen, kind: 'unknown', reason });
  if (calls === failed) return unknown('no call of it succeeded');
  if (calls - failed < CALLS_MIN) return unknown(`fewer than ${CALLS_MIN} calls succeeded`);
  if (lifetimeSeconds === 0) return unknown('how long its credentials live is not told');
  const covered = span.to - span.from;
  if (covered < LIFETIMES_MIN * lifetimeSeconds) {
    return unknown('the trail is too short to see a credential replaced');
  }
  const evidence = linkedEvidence(caller, span) ?? mixedEvidence(caller, span);
  if (evidence === undefined) return { ...seen, kind: 'per-request', verdict: NO_INTERVAL };
  return { ...seen, kind: 'cached', ...cached(caller, span, evidence) };
}

const NO_INTERVAL: Judged<'no interval'> = {
  value: 'no interval',
  confidence: 'medium',
  method: 'lags between calls are as chance has them; calls for users look the same',
};

type Figures = Omit<
  CachedCaller,
  'kind' | 'name' | 'calls' | 'failed' | 'throttled' | 'addresses' | 'lifetimeSeconds'
>;

function cached(caller: Caller, span: Span, evidence: Evidence): Figures {
  const { interval, meanSeconds, starts, ...figures } = evidence;
  const { lifetimeSeconds } = caller;
  const { from, to } = interval.value;
  const { r, p } = synchronyOf(caller.between(span.from, span.to + 1), meanSeconds);
  const jitterSeconds = to - from < RESOLUTION_SECONDS ? 0 : to - from;
  return {
    ...figures,
    interval,
    lead: { from: lifetimeSeconds - to, to: lifetimeSeconds - from },
    jitterSeconds,
    synchrony: {
      value: r,
      confidence: synchronyConfidence(p),
      method: `Rayleigh's test on the phases in an interval of ${Math.round(meanSeconds)} s`,
    },
    starts: starts.map((second) => second - span.from),
  };
}

/** That they are in step, or, where chance alone would do as much, nothing. */
function synchronyConfidence(p: number): Confidence {
  if (p < 1e-6) return 'high';
  return p < 0.01 ? 'medium' : 'low';
}
