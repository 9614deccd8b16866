/**
 * What a quota has to be large enough for, held against one stretch of a simulation.
 */
import type { GroupResult, SubjectResult } from '../measure/result.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { evaluate } from '../verdict/evaluate.ts';
import { parseThresholds, plainRule, type Threshold } from '../verdict/thresholds.ts';
import type { Harm, SituationName } from './size-report.ts';

/**
 * Of these the second is judged after the start alone, since every process waits for its first
 * credential. A stall that comes without any quota, too, is shown and needs no quota.
 */
export const DEFAULT_OBJECTIVE = ['assumeRole.throttled == 0', 'stalls.requests == 0'] as const;

/** Throws HarnessError `THRESHOLD_INVALID`, all problems at once. */
export function parseObjectives(
  scenario: Scenario,
  expressions: readonly string[],
): readonly Threshold[] {
  return parseThresholds({
    ...scenario,
    file: '--objective',
    thresholds: expressions.map(plainRule),
  });
}

/**
 * Where totals and latency are named, those of the stretch count; apps, roles and the rest are of its whole
 * simulation. What names a window is asked only where the scenario's own windows are.
 */
export function holdsAll(
  thresholds: readonly Threshold[],
  subject: SubjectResult,
  situation: SituationName,
): boolean {
  const stretch = subject.phases[situation];
  const view = stretch === undefined ? subject : { ...subject, ...groupIn(stretch) };
  return thresholds.every(
    (threshold) => !appliesTo(threshold, situation) || evaluate(threshold, view).passed,
  );
}

function appliesTo({ path }: Threshold, situation: SituationName): boolean {
  return path[0] !== 'windows' || situation === 'coldStart' || situation === 'steadyState';
}

function groupIn({ totals, latency }: GroupResult): GroupResult {
  return { totals, latency };
}

/** Whether any asks for more than calls and stalls, which requests with a credential at hand have none of. */
export function readsSkipped(thresholds: readonly Threshold[]): boolean {
  return thresholds.some(({ path }) => path.at(-2) !== 'assumeRole' && path.at(-2) !== 'stalls');
}

/** What became of calls and requests in the stretch. */
export interface SeedHarm {
  readonly throttled: number;
  readonly stalledRequests: number;
  readonly stalledSeconds: number;
  readonly longestStallSeconds: number;
  readonly failedRequests: number;
}

export function harmIn(subject: SubjectResult, situation: SituationName): SeedHarm {
  const { assumeRole, stalls, requests } = (subject.phases[situation] ?? subject).totals;
  return {
    throttled: assumeRole.throttled,
    stalledRequests: stalls.requests,
    stalledSeconds: stalls.totalSeconds,
    longestStallSeconds: stalls.longestSeconds,
    failedRequests: requests.failed,
  };
}

export function harmOf(seeds: readonly SeedHarm[]): Harm {
  const mean = (read: (harm: SeedHarm) => number) =>
    seeds.length === 0 ? 0 : seeds.reduce((sum, each) => sum + read(each), 0) / seeds.length;
  return {
    throttledMean: mean(({ throttled }) => throttled),
    stalledRequestsMean: mean(({ stalledRequests }) => stalledRequests),
    stalledSecondsMean: mean(({ stalledSeconds }) => stalledSeconds),
    longestStallSecondsMax: Math.max(0, ...seeds.map((each) => each.longestStallSeconds)),
    failedRequestsMean: mean(({ failedRequests }) => failedRequests),
  };
}
