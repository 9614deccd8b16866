/** `sts-harness run [scenario]`. */
import { refuseContradictions } from '../library/replay.ts';
import { defaultWorkers, WORKERS_MAX } from '../library/run.ts';
import { resultText, writeResult } from '../measure/result-file.ts';
import { runLive } from '../run/live/live-run.ts';
import { loadScenario } from '../scenario/load.ts';
import { exitCodeOf } from '../verdict/exit-code.ts';
import { judge } from '../verdict/judge.ts';
import { parseThresholds } from '../verdict/thresholds.ts';
import { namesIn, wholeNumber, withSeed } from './flags.ts';
import { listenForInterrupts } from './interrupts.ts';
import { prepareDirectory, scenariosDirectory, version } from './package-files.ts';
import { newProgress } from './progress.ts';
import { summaryFor } from './summary.ts';

export interface RunFlags {
  readonly subject?: string;
  readonly seed?: string;
  readonly workers?: string;
  readonly pace: 'fast' | 'real';
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export async function run(name: string, flags: RunFlags): Promise<number> {
  const scenario = withSeed(loadScenario(name, { scenariosDirectory }), flags.seed);
  const thresholds = parseThresholds(scenario);
  const workers = workersOf(flags.workers);
  const subjects = namesIn(flags.subject);
  await prepareDirectory('--out', flags.out);
  const progress = newProgress(process.stderr, { quiet: flags.quiet === true });
  const interrupts = listenForInterrupts(progress.say);
  try {
    const measured = await runLive({
      scenario,
      subjects,
      workers,
      pace: flags.pace,
      command: commandOf(name, flags, scenario.seed),
      version,
      stop: interrupts.stop,
      onProgress: progress.update,
    });
    progress.end();
    const result = judge(measured, thresholds);
    const file = await writeResult(result, flags.out);
    process.stdout.write(flags.json === true ? resultText(result) : summaryFor(result, file));
    refuseContradictions(result, file);
    return exitCodeOf(result, interrupts.signal());
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
  if (flags.pace !== 'fast') parts.push(`--pace ${flags.pace}`);
  return [...parts, `--seed ${seed}`].join(' ');
}
