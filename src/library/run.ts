/** A scenario in real time, as a function. */
import { availableParallelism } from 'node:os';
import type { Result, ThresholdResult } from '../measure/result.ts';
import { type LiveRunOptions, runLive } from '../run/live/live-run.ts';
import { evaluate } from '../verdict/evaluate.ts';
import { judge } from '../verdict/judge.ts';
import type { Threshold } from '../verdict/thresholds.ts';
import { Watch } from '../verdict/watch.ts';
import { version } from './package-files.ts';
import { prepare, type ReplayOptions, refuseContradictions } from './replay.ts';
import type { ScenarioSource } from './scenario-source.ts';

export const WORKERS_MAX = 64;
export const REPETITIONS_MAX = 100;

export interface RunOptions extends ReplayOptions {
  /** Driver threads, up to 64; one less than the machine has cores when left out. */
  readonly workers?: number;
  /** `fast` (when left out): fast-forward between windows of interest; `real`: never. */
  readonly pace?: 'fast' | 'real';
  /** How often each subject is replayed, several in turns; 1 when left out, up to 100. */
  readonly repetitions?: number;
}

export async function run(source: ScenarioSource, options: RunOptions = {}): Promise<Result> {
  const counts = {
    workers: { min: 1, max: WORKERS_MAX },
    repetitions: { min: 1, max: REPETITIONS_MAX },
  };
  const { thresholds, ...prepared } = prepare('run', source, options, counts);
  const watch = new Watch(thresholds);
  const { measured, replicated } = await measureRepetitions(
    {
      ...prepared,
      stop: AbortSignal.any([prepared.stop, watch.stop]),
      repetitions: options.repetitions ?? 1,
      workers: options.workers ?? defaultWorkers(),
      pace: options.pace ?? 'fast',
      version,
      onProgress: ({ subject, subjectIndex, subjectCount, nowMs, shape, counts }) =>
        options.onProgress?.({
          subject,
          subjectIndex,
          subjectCount,
          virtualSeconds: nowMs / 1_000,
          endSeconds: shape.endMs / 1_000,
          calls: counts.calls,
        }),
    },
    thresholds,
    watch,
  );
  const result = judge(measured, thresholds, { replicated, abort: watch.abort });
  refuseContradictions(result, result.run.id);
  return result;
}

/** The thresholds are held against every repetition of the subject under test, and watched meanwhile. */
export async function measureRepetitions(
  options: LiveRunOptions,
  thresholds: readonly Threshold[],
  watch: Watch,
) {
  const replicated: ThresholdResult[][] = [];
  const measured = await runLive({
    ...options,
    onRepetition: ({ subjectIndex, result }) => {
      if (subjectIndex === 0) replicated.push(thresholds.map((each) => evaluate(each, result)));
    },
    onLook: watch.isNeeded ? (nowMs, sofar) => watch.look(nowMs, sofar) : undefined,
  });
  return { measured, replicated };
}

/** One core is left to the mock; a machine of one core runs both on it. */
export function defaultWorkers(): number {
  return Math.max(1, availableParallelism() - 1);
}
