/** A replay in real time as the command line has it: flags to options, and a result to its end. */
import {
  defaultWorkers,
  measureRepetitions,
  REPETITIONS_MAX,
  WORKERS_MAX,
} from '../library/run.ts';
import { RESULT_FORMATS, type ResultFormat } from '../report/formats.ts';
import type { RealSts } from '../run/live/real/real-sts.ts';
import { loadScenario } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { judge } from '../verdict/judge.ts';
import { parseThresholds, type Threshold } from '../verdict/thresholds.ts';
import { Watch } from '../verdict/watch.ts';
import { conclude } from './conclude.ts';
import { namesIn, wholeNumber, withSeed } from './flags.ts';
import type { Interrupts } from './interrupts.ts';
import { prepareDirectory, scenariosDirectory, version } from './package-files.ts';
import type { Progress } from './progress.ts';
import type { RealFlags } from './real-flags.ts';
import { type ReportFile, reportFiles } from './reports.ts';

export interface RunFlags extends RealFlags {
  readonly subject?: string;
  readonly seed?: string;
  readonly target: 'mock' | 'real';
  readonly workers?: string;
  readonly pace?: 'fast' | 'real';
  readonly repeat: string;
  readonly report?: readonly string[];
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export interface PreparedRun {
  readonly scenario: Scenario;
  readonly thresholds: readonly Threshold[];
  readonly workers: number;
  readonly repetitions: number;
  readonly subjects: readonly string[];
  readonly reports: readonly ReportFile<ResultFormat>[];
}

/** Throws HarnessError (exit 2) for flags and scenarios that cannot be used. */
export async function prepareRun(name: string, flags: RunFlags): Promise<PreparedRun> {
  const scenario = withSeed(loadScenario(name, { scenariosDirectory }), flags.seed);
  const prepared = {
    scenario,
    thresholds: parseThresholds(scenario),
    workers: workersOf(flags.workers),
    repetitions: wholeNumber('--repeat', flags.repeat, { min: 1, max: REPETITIONS_MAX }),
    subjects: namesIn(flags.subject),
    reports: await reportFiles(flags.report, RESULT_FORMATS),
  };
  await prepareDirectory('--out', flags.out);
  return prepared;
}

/** Gives the exit code. */
export async function replay(
  { scenario, thresholds, workers, repetitions, subjects, reports }: PreparedRun,
  by: {
    readonly flags: RunFlags;
    readonly command: string;
    readonly progress: Progress;
    readonly interrupts: Interrupts;
    /** In the place of a mock. */
    readonly real?: RealSts;
  },
): Promise<number> {
  const { flags, command, progress, interrupts, real } = by;
  const watch = new Watch(thresholds);
  const stop = AbortSignal.any([
    interrupts.stop,
    watch.stop,
    ...(real === undefined ? [] : [real.stopSignal]),
  ]);
  // At once, and not when the threads have come to their end.
  stop.addEventListener('abort', () => real?.halt('The run was ended early.'), { once: true });
  const { measured, replicated } = await measureRepetitions(
    {
      scenario,
      subjects,
      workers,
      pace: real === undefined ? (flags.pace ?? 'fast') : 'real',
      real,
      repetitions,
      command,
      version,
      stop,
      onProgress: progress.update,
    },
    thresholds,
    watch,
  );
  progress.end();
  const result = judge(measured, thresholds, { replicated, abort: watch.abort });
  const { out, json = false } = flags;
  return conclude(result, { out, json, reports, interrupts });
}

function workersOf(text: string | undefined): number {
  if (text === undefined) return defaultWorkers();
  return wholeNumber('--workers', text, { min: 1, max: WORKERS_MAX });
}

/** What was confirmed for one run is not repeated by its command: `--yes` is left out. */
export function commandOf(name: string, flags: RunFlags, { scenario }: PreparedRun): string {
  const parts = ['sts-harness run', name];
  if (flags.subject !== undefined) parts.push(`--subject ${flags.subject}`);
  if (flags.workers !== undefined) parts.push(`--workers ${flags.workers}`);
  if (flags.repeat !== '1') parts.push(`--repeat ${flags.repeat}`);
  if (flags.target === 'real') parts.push(...realParts(flags));
  else if (flags.pace === 'real') parts.push('--pace real');
  return [...parts, `--seed ${scenario.seed}`].join(' ');
}

function realParts(flags: RealFlags): string[] {
  const { budget, ceiling, maxErrorShare, sessionPrefix, region, endpoint } = flags;
  const given: [string, string | undefined][] = [
    ['--budget', budget],
    ['--ceiling', ceiling],
    ['--max-error-share', maxErrorShare],
    ['--session-prefix', sessionPrefix],
    ['--region', region],
    ['--endpoint', endpoint],
  ];
  const named = given.flatMap(([flag, value]) => (value === undefined ? [] : [`${flag} ${value}`]));
  return ['--target real', ...named, ...(flags.allowThrottling ? ['--allow-throttling'] : [])];
}
