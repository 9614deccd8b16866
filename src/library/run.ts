/** A scenario in real time, as a function. */
import { availableParallelism } from 'node:os';
import type { Result } from '../measure/result.ts';
import { runLive } from '../run/live/live-run.ts';
import { judge } from '../verdict/judge.ts';
import { version } from './package-files.ts';
import { prepare, type ReplayOptions, refuseContradictions } from './replay.ts';
import type { ScenarioSource } from './scenario-source.ts';

export const WORKERS_MAX = 64;

export interface RunOptions extends ReplayOptions {
  /** Driver threads, up to 64; one less than the machine has cores when left out. */
  readonly workers?: number;
  /** `fast` (when left out): fast-forward between windows of interest; `real`: never. */
  readonly pace?: 'fast' | 'real';
}

export async function run(source: ScenarioSource, options: RunOptions = {}): Promise<Result> {
  const counts = { workers: { min: 1, max: WORKERS_MAX } };
  const { thresholds, ...prepared } = prepare('run', source, { ...options }, counts);
  const measured = await runLive({
    ...prepared,
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
  });
  const result = judge(measured, thresholds);
  refuseContradictions(result, result.run.id);
  return result;
}

/** One core is left to the mock; a machine of one core runs both on it. */
export function defaultWorkers(): number {
  return Math.max(1, availableParallelism() - 1);
}
