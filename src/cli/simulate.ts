/** `sts-harness simulate [scenario]`. */
import { EXIT, HarnessError } from '../kernel/errors.ts';
import { measureSeeds, REPLICATIONS_MAX } from '../library/simulate.ts';
import type { MeasuredResult } from '../measure/result.ts';
import { RESULT_FORMATS } from '../report/formats.ts';
import { simulationLine } from '../report/simulation-line.ts';
import {
  runVirtual,
  type VirtualProgress,
  type VirtualRunOptions,
} from '../run/virtual/virtual-run.ts';
import { loadScenario } from '../scenario/load.ts';
import { judge } from '../verdict/judge.ts';
import { parseThresholds } from '../verdict/thresholds.ts';
import { Watch } from '../verdict/watch.ts';
import { conclude } from './conclude.ts';
import { firstDifference } from './first-difference.ts';
import { namesIn, wholeNumber, withSeed } from './flags.ts';
import { listenForInterrupts } from './interrupts.ts';
import { lineProgress } from './line-progress.ts';
import { prepareDirectory, scenariosDirectory, version } from './package-files.ts';
import { reportFiles } from './reports.ts';

export interface SimulateFlags {
  readonly subject?: string;
  readonly seed?: string;
  readonly replications: string;
  readonly checkDeterminism?: boolean;
  readonly skipAhead: boolean;
  readonly report?: readonly string[];
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export async function simulate(name: string, flags: SimulateFlags): Promise<number> {
  const scenario = withSeed(loadScenario(name, { scenariosDirectory }), flags.seed);
  const thresholds = parseThresholds(scenario);
  const replications = wholeNumber('--replications', flags.replications, {
    min: 1,
    max: REPLICATIONS_MAX,
  });
  const subjects = namesIn(flags.subject);
  const reports = await reportFiles(flags.report, RESULT_FORMATS);
  await prepareDirectory('--out', flags.out);
  const progress = lineProgress(process.stderr, { quiet: flags.quiet === true });
  const interrupts = listenForInterrupts(progress.say);
  const watch = new Watch(thresholds, { onlyForGood: true });
  const options = {
    scenario,
    subjects,
    replications,
    skipsAhead: flags.skipAhead,
    command: commandOf(name, flags, scenario.seed),
    version,
    stop: AbortSignal.any([interrupts.stop, watch.stop]),
    onProgress: (state: VirtualProgress) => progress.update(simulationLine(state)),
  };
  try {
    const { measured, replicated } = await measureSeeds(options, thresholds, watch);
    if (flags.checkDeterminism === true && !options.stop.aborted) {
      await refuseDifference(measured, options);
      progress.say('Simulated twice, and both gave the same figures.');
    }
    progress.end();
    const result = judge(measured, thresholds, { replicated, abort: watch.abort });
    const { out, json = false } = flags;
    return await conclude(result, { out, json, reports, interrupts });
  } finally {
    progress.end();
    interrupts.release();
  }
}

async function refuseDifference(
  measured: MeasuredResult,
  options: VirtualRunOptions,
): Promise<void> {
  const again = await runVirtual(options);
  const path = firstDifference(measured.subjects, again.subjects, 'subjects');
  if (path === undefined || options.stop.aborted) return;
  throw new HarnessError('NOT_DETERMINISTIC', `two simulations of one seed differ at ${path}`, {
    exitCode: EXIT.internalError,
    hint: 'This is a bug of sts-harness; please report it with the scenario and the seed.',
  });
}

function commandOf(name: string, flags: SimulateFlags, seed: number): string {
  const parts = ['sts-harness simulate', name];
  if (flags.subject !== undefined) parts.push(`--subject '${flags.subject}'`);
  if (flags.replications !== '1') parts.push(`--replications ${flags.replications}`);
  if (!flags.skipAhead) parts.push('--no-skip-ahead');
  return [...parts, `--seed ${seed}`].join(' ');
}
