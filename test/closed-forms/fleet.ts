/**
 * Parts of the scenarios here. A closed form knows one figure for each of its letters, so STS takes
 * the same time for every call, and has no quota unless a formula is about it.
 */
import type { SubjectResult } from '../../src/measure/result.ts';
import type { Sketch } from '../run/virtual/simulated.ts';

/** What every call takes: D of the formulas. */
export const CALL_SECONDS = 0.02;

export const EVEN_STS = {
  latency: '{ median: 20ms, p99: 20ms }',
  quota: '{ perAccount: off }',
} as const satisfies Partial<Sketch>;

/**
 * The reference client with this lead, its refreshes drawn uniformly over so much of the lead's
 * beginning. The lead must be less than a third of the session (`prefetchShareMax`).
 */
export function referenceWith({
  leadSeconds,
  spreadSeconds,
  ...more
}: {
  readonly leadSeconds: number;
  readonly spreadSeconds: number;
  readonly [other: string]: number;
}): string {
  const numbers = { jitterShare: spreadSeconds / leadSeconds, ...more };
  const others = Object.entries(numbers).map(([name, value]) => `${name}: ${value}`);
  const steps = `[{ lifetimeMsMax: .inf, windowMs: ${leadSeconds * 1_000} }]`;
  return `{ subject: reference, policy: { prefetchSteps: ${steps}, ${others.join(', ')} } }`;
}

/** AssumeRole calls in each second of a window. */
export function callsBySecond(
  { timeline }: SubjectResult,
  window: { readonly atSeconds: number; readonly forSeconds: number },
): number[] {
  const { atSeconds, forSeconds } = window;
  const buckets = timeline.filter(({ at }) => atSeconds <= at && at < atSeconds + forSeconds);
  if (buckets.length !== forSeconds || buckets.some(({ seconds }) => seconds !== 1)) {
    throw new Error(`the timeline has no single seconds from ${atSeconds} s on`);
  }
  return buckets.map(({ assumeRole }) => assumeRole);
}
