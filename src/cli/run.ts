/** `sts-harness run [scenario]`. */
import {
  defaultWorkers,
  measureRepetitions,
  REPETITIONS_MAX,
  WORKERS_MAX,
} from '../library/run.ts';
import { RESULT_FORMATS } from '../report/formats.ts';
import { loadScenario } from '../scenario/load.ts';
import { judge } from '../verdict/judge.ts';
import { parseThresholds } from '../verdict/thresholds.ts';
import { Watch } from '../verdict/watch.ts';
import { conclude } from './conclude.ts';
import { namesIn, wholeNumber, withSeed } from './flags.ts';
import { listenForInterrupts } from './interrupts.ts';
import { prepareDirectory, scenariosDirectory, version } from './package-files.ts';
import { newProgress } from './progress.ts';
import { reportFiles } from './reports.ts';

export interface RunFlags {
  readonly subject?: string;
  readonly seed?: string;
  readonly workers?: string;
  readonly pace: 'fast' | 'real';
  readonly repeat: string;
  readonly report?: readonly string[];
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export async function run(name: string, flags: RunFlags): Promise<number> {
  const scenario = withSeed(loadScenario(name, { scenariosDirectory }), flags.seed);
  const thresholds = parseThresholds(scenario);
  const workers = workersOf(flags.workers);
  const repetitions = wholeNumber('--repeat', flags.repeat, { min: 1, max: REPETITIONS_MAX });
  const subjects = namesIn(flags.subject);
  const reports = await reportFiles(flags.report, RESULT_FORMATS);
  await prepareDirectory('--out', flags.out);
  const progress = newProgress(process.stderr, { quiet: flags.quiet === true });
  const interrupts = listenForInterrupts(progress.say);
  const watch = new Watch(thresholds);
  try {
    const { measured, replicated } = await measureRepetitions(
      {
        scenario,
        subjects,
        workers,
        pace: flags.pace,
        repetitions,
        command: commandOf(name, flags, scenario.seed),
        version,
        stop: AbortSignal.any([interrupts.stop, watch.stop]),
        onProgress: progress.update,
      },
      thresholds,
      watch,
    );
    progress.end();
    const result = judge(measured, thresholds, { replicated, abort: watch.abort });
    const { out, json = false } = flags;
    return await conclude(result, { out, json, reports, interrupts });
  } finally {
    progress.end();
    interrupts.release();
  }
}

function workersOf(text: string | undefined): number {
  if (text === undefined) return defaultWorkers();
  return wholeNumber('--workers', text, { min: 1, max: WORKERS_MAX });
}

function commandOf(name: string, flags: RunFlags, seed: number): string {
  const parts = ['sts-harness run', name];
  if (flags.subject !== undefined) parts.push(`--subject ${flags.subject}`);
  if (flags.workers !== undefined) parts.push(`--workers ${flags.workers}`);
  if (flags.repeat !== '1') parts.push(`--repeat ${flags.repeat}`);
  if (flags.pace !== 'fast') parts.push(`--pace ${flags.pace}`);
  return [...parts, `--seed ${seed}`].join(' ');
}
