/** `sts-harness size [scenario]`: which quota to ask for, by simulation. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, EXIT } from '../kernel/errors.ts';
import { freshSuffix, realClock } from '../kernel/real-clock.ts';
import { parseDurationMs, parseShare } from '../kernel/units.ts';
import { sizeLoaded, sizeWorkers } from '../library/size.ts';
import { type SizeOptions as LibraryOptions, SIZE_LIMITS } from '../library/size-options.ts';
import { runIdOf } from '../measure/run-header.ts';
import { writeWhole } from '../measure/whole-file.ts';
import { renderCurveCsv, renderUsageCsv } from '../report/size-csv.ts';
import { sizeLine, sizeText } from '../report/size-text.ts';
import { oneOf } from '../scenario/issues.ts';
import { loadScenario } from '../scenario/load.ts';
import { SITUATION_NAMES } from '../sizing/situation-names.ts';
import type { SizeOptions } from '../sizing/size-options.ts';
import type { SituationName } from '../sizing/size-report.ts';
import { namesIn, wholeNumber, withSeed } from './flags.ts';
import { listenForInterrupts } from './interrupts.ts';
import { lineProgress } from './line-progress.ts';
import { prepareDirectory, scenariosDirectory, version } from './package-files.ts';
import { growthIn, scaleIn } from './size-flags.ts';
import { terminalLook } from './summary.ts';

export interface SizeFlags {
  readonly subject?: string;
  readonly seed?: string;
  readonly replications: string;
  readonly confirm: string;
  readonly confidence: string;
  readonly objective?: readonly string[];
  readonly situation?: string;
  readonly outage: string;
  readonly scale?: string;
  readonly growth?: string;
  readonly months: string;
  /** True where the flag has no value. */
  readonly measures?: string | true;
  readonly workers?: string;
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export async function size(name: string, flags: SizeFlags): Promise<number> {
  const scenario = withSeed(loadScenario(name, { scenariosDirectory }), flags.seed);
  const options = optionsOf(flags);
  const measures = measuresOf(flags.measures);
  await prepareDirectory('--out', flags.out);
  const progress = lineProgress(process.stderr, { quiet: flags.quiet === true });
  const interrupts = listenForInterrupts(() => progress.say('Stopping: there is no answer yet.'));
  try {
    const report = await sizeLoaded(scenario, measures, {
      ...options,
      command: commandOf(name, flags, scenario.seed),
      version,
      stop: interrupts.stop,
      onProgress: (state) => progress.update(sizeLine(state)),
    });
    progress.end();
    const id = runIdOf(scenario, { startedAtMs: realClock().nowMs(), suffix: freshSuffix() });
    const folder = join(flags.out, id);
    const text = `${JSON.stringify(report, null, 2)}\n`;
    await mkdir(folder, { recursive: true });
    await writeWhole(join(folder, 'size.json'), text);
    await writeWhole(join(folder, 'curve.csv'), renderCurveCsv(report));
    await writeWhole(join(folder, 'usage.csv'), renderUsageCsv(report));
    process.stdout.write(
      flags.json === true ? text : sizeText(report, { ...terminalLook(), folder }),
    );
    return EXIT.passed;
  } catch (error) {
    const signal = interrupts.signal();
    if (signal === undefined) throw error;
    return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  } finally {
    progress.end();
    interrupts.release();
  }
}

function measuresOf(text: string | true | undefined): LibraryOptions['measures'] {
  if (text === undefined) return undefined;
  if (text === true) return {};
  const range = { min: 1, max: SIZE_LIMITS.quotaMax };
  return { withinPerSecond: wholeNumber('--measures', text, range) };
}

function optionsOf(flags: SizeFlags): Partial<SizeOptions> {
  const { subject, workers, objective = [] } = flags;
  const count = (
    flag: string,
    text: string,
    min: number,
    max: number = SIZE_LIMITS.replicationsMax,
  ) => wholeNumber(flag, text, { min, max });
  return {
    subject,
    replications: count('--replications', flags.replications, 1),
    freshReplications: count('--confirm', flags.confirm, 0),
    confidence: confidenceIn(flags.confidence),
    objectives: objective,
    situations: situationsIn(flags.situation),
    outageMs: outageIn(flags.outage),
    scale: scaleIn(flags.scale),
    growth: growthIn(flags.growth, count('--months', flags.months, 1, SIZE_LIMITS.monthsMax)),
    workers:
      workers === undefined
        ? sizeWorkers()
        : count('--workers', workers, 1, SIZE_LIMITS.workersMax),
  };
}

/** `steady-state,recovery`; all where none is named. */
function situationsIn(text: string | undefined): readonly SituationName[] {
  const chosen = namesIn(text, '--situation').map((name) => {
    const known = SITUATION_NAMES.find((situation) => kebab(situation) === name);
    if (known !== undefined) return known;
    throw refused('--situation', name, oneOf(name, SITUATION_NAMES.map(kebab)));
  });
  return chosen.length === 0
    ? SITUATION_NAMES
    : SITUATION_NAMES.filter((each) => chosen.includes(each));
}

/** `coldStart` -> `cold-start` */
function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function confidenceIn(text: string): number {
  const share = parseShare(text);
  if (share !== undefined && share >= SIZE_LIMITS.confidenceMin && share < 1) return share;
  throw refused('--confidence', text, 'a share from 50% to below 100%, such as 95%');
}

function outageIn(text: string): number {
  const ms = parseDurationMs(text);
  if (ms !== undefined && ms >= SIZE_LIMITS.outageMsMin) return ms;
  throw refused('--outage', text, 'a duration from 1s on, such as 10m');
}

function refused(flag: string, text: string, allowed: string): Error {
  return badInput('FLAG_INVALID', [{ file: flag, path: '', found: `"${text}"`, allowed }]);
}

/** What the figures come from; how they are shown is left out. */
function commandOf(name: string, flags: SizeFlags, seed: number): string {
  const given = [
    ['--subject', flags.subject],
    ['--seed', String(seed)],
    ['--replications', flags.replications],
    ['--confirm', flags.confirm],
    ['--confidence', flags.confidence],
    ...(flags.objective ?? []).map((expression) => ['--objective', `'${expression}'`]),
    ['--situation', flags.situation],
    ['--outage', flags.outage],
    ['--scale', flags.scale],
    ['--growth', flags.growth],
    ['--months', flags.growth === undefined ? undefined : flags.months],
    ['--measures', flags.measures === true ? '' : flags.measures],
  ];
  const words = given.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
  return ['sts-harness size', name, ...words].join(' ');
}
