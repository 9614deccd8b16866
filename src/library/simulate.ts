/** A scenario in virtual time, as a function. */
import type { Result, ThresholdResult } from '../measure/result.ts';
import { runVirtual, type VirtualRunOptions } from '../run/virtual/virtual-run.ts';
import { evaluate } from '../verdict/evaluate.ts';
import { judge } from '../verdict/judge.ts';
import type { Threshold } from '../verdict/thresholds.ts';
import { Watch } from '../verdict/watch.ts';
import { version } from './package-files.ts';
import { prepare, type ReplayOptions, refuseContradictions } from './replay.ts';
import type { ScenarioSource } from './scenario-source.ts';

export const REPLICATIONS_MAX = 10_000;

export interface SimulateOptions extends ReplayOptions {
  /** Seeds to simulate, the scenario's and others derived from it; 1 when left out, up to 10,000. */
  readonly replications?: number;
}

export async function simulate(
  source: ScenarioSource,
  options: SimulateOptions = {},
): Promise<Result> {
  const counts = { replications: { min: 1, max: REPLICATIONS_MAX } };
  const { thresholds, ...prepared } = prepare('simulate', source, options, counts);
  const watch = new Watch(thresholds, { onlyForGood: true });
  const { measured, replicated } = await measureSeeds(
    {
      ...prepared,
      stop: AbortSignal.any([prepared.stop, watch.stop]),
      replications: options.replications ?? 1,
      skipsAhead: true,
      version,
      onProgress: ({ subject, subjectIndex, subjectCount, nowMs, endMs, calls }) =>
        options.onProgress?.({
          subject,
          subjectIndex,
          subjectCount,
          virtualSeconds: nowMs / 1_000,
          endSeconds: endMs / 1_000,
          calls,
        }),
    },
    thresholds,
    watch,
  );
  const result = judge(measured, thresholds, { replicated, abort: watch.abort });
  refuseContradictions(result, result.run.id);
  return result;
}

/** The thresholds are held against every seed of the subject under test, and watched meanwhile. */
export async function measureSeeds(
  options: VirtualRunOptions,
  thresholds: readonly Threshold[],
  watch: Watch,
) {
  const replicated: ThresholdResult[][] = [];
  const measured = await runVirtual({
    ...options,
    onReplication: ({ subjectIndex, result }) => {
      if (subjectIndex === 0) replicated.push(thresholds.map((each) => evaluate(each, result)));
    },
    onLook: watch.isNeeded ? (nowMs, sofar) => watch.look(nowMs, sofar) : undefined,
  });
  return { measured, replicated };
}
