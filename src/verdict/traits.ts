/**
 * What is known of a figure beside its value: which way is better, and how it goes in the course of a
 * run. By the end of its path, so that a figure of an app, a role, a window or a phase is read like
 * that of the whole.
 */
import type { Path } from '../measure/figures.ts';

/** `neither`: tells something, and a change of it is neither better nor worse. */
export type Direction = 'smaller' | 'larger' | 'equal' | 'neither';

export interface Traits {
  /** What is better; `equal`: any change is worse, because the plan alone decides it. */
  readonly better: Direction;
  /** Never falls, or never rises, while the run goes on; `varies`: does either. */
  readonly course: 'grows' | 'falls' | 'varies';
}

/** Undefined for what is no figure of a result. */
export function traitsOf(path: Path): Traits | undefined {
  const name = path.at(-1)!;
  const [better, course] = TRAITS[`${path.at(-2)}.${name}`] ?? TRAITS[name] ?? [];
  return better === undefined || course === undefined ? undefined : { better, course };
}

/** By the last part of the path, or by the last two where that says too little. */
const TRAITS: Readonly<Record<string, readonly [Traits['better'], Traits['course']]>> = {
  offered: ['equal', 'grows'],
  completed: ['larger', 'grows'],
  failed: ['smaller', 'grows'],
  inFlight: ['smaller', 'varies'],
  notStarted: ['neither', 'grows'],
  offeredPerSecond: ['equal', 'varies'],
  completedPerSecond: ['larger', 'varies'],
  'dip.offeredPerSecond': ['neither', 'varies'],
  'dip.completedPerSecond': ['larger', 'varies'],

  calls: ['smaller', 'grows'],
  // More of them are as well more calls as fewer refusals; those two are judged.
  succeeded: ['neither', 'grows'],
  throttled: ['smaller', 'grows'],
  peakPerSecond: ['smaller', 'grows'],
  slidingPeakPerSecond: ['smaller', 'grows'],
  succeededPeakPerSecond: ['neither', 'grows'],
  succeededSlidingPeakPerSecond: ['neither', 'grows'],
  succeededBurst: ['neither', 'grows'],
  limit: ['equal', 'varies'],

  'stalls.requests': ['smaller', 'grows'],
  episodes: ['smaller', 'grows'],
  episodeSeconds: ['smaller', 'grows'],
  totalSeconds: ['smaller', 'grows'],
  longestSeconds: ['smaller', 'grows'],

  servedExpired: ['smaller', 'grows'],
  minRemainingSeconds: ['larger', 'falls'],

  count: ['neither', 'grows'],
  meanMs: ['smaller', 'varies'],
  p50Ms: ['smaller', 'varies'],
  p90Ms: ['smaller', 'varies'],
  p99Ms: ['smaller', 'varies'],
  p999Ms: ['smaller', 'varies'],
  p9999Ms: ['smaller', 'varies'],
  maxMs: ['smaller', 'grows'],

  // The harness's own lateness says nothing about a client.
  'late.p50Ms': ['neither', 'varies'],
  'late.p99Ms': ['neither', 'varies'],
  'late.maxMs': ['neither', 'grows'],
  shortfall: ['neither', 'varies'],

  at: ['equal', 'varies'],
  seconds: ['equal', 'grows'],
  processes: ['equal', 'grows'],
  hops: ['neither', 'grows'],
  refreshesInFlightMax: ['smaller', 'grows'],
};
