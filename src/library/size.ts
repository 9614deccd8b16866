/** Which quota a scenario needs, as a function. */
import { availableParallelism } from 'node:os';
import { badInput } from '../kernel/errors.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { sizeWithMeasures } from '../sizing/measures/size-with-measures.ts';
import { AS_WRITTEN } from '../sizing/scale.ts';
import { SIZE_DEFAULTS, type SizeOptions as SizingOptions } from '../sizing/size-options.ts';
import type { SizeReport } from '../sizing/size-report.ts';
import { sizeScenario } from '../sizing/size-scenario.ts';
import { commandText, subjectName } from './options.ts';
import { version } from './package-files.ts';
import { type ScenarioSource, scenarioFrom } from './scenario-source.ts';
import { SIZE_LIMITS, type SizeOptions, sizeOptionProblems } from './size-options.ts';

export async function size(source: ScenarioSource, options: SizeOptions = {}): Promise<SizeReport> {
  const problems = sizeOptionProblems(options);
  if (problems.length > 0) throw badInput('OPTION_INVALID', problems);
  const { name, signal, onProgress, workers, ...asked } = options;
  signal?.throwIfAborted();
  const loaded = scenarioFrom(source, options);
  const scenario = { ...loaded, seed: asked.seed ?? loaded.seed };
  const { subject, measures } = asked;
  return sizeLoaded(scenario, measures, {
    subject: subject === undefined ? undefined : subjectName(subject),
    replications: asked.replications ?? SIZE_DEFAULTS.replications,
    freshReplications: asked.freshReplications ?? SIZE_DEFAULTS.freshReplications,
    confidence: asked.confidence ?? SIZE_DEFAULTS.confidence,
    objectives: asked.objectives ?? SIZE_DEFAULTS.objectives,
    situations: asked.situations ?? SIZE_DEFAULTS.situations,
    outageMs: asked.outageMs ?? SIZE_DEFAULTS.outageMs,
    scale: { ...AS_WRITTEN, ...asked.scale },
    growth: asked.growth,
    workers: workers ?? sizeWorkers(),
    stop: signal ?? SIZE_DEFAULTS.stop,
    onProgress: onProgress ?? SIZE_DEFAULTS.onProgress,
    command: commandText('size', source, scenario, { ...asked, seed: scenario.seed }),
    version,
  });
}

/** Without `measures` there is no table of them. */
export function sizeLoaded(
  scenario: Scenario,
  measures: SizeOptions['measures'],
  options: Partial<SizingOptions>,
): Promise<SizeReport> {
  if (measures === undefined) return sizeScenario(scenario, options);
  return sizeWithMeasures(scenario, options, measures.withinPerSecond);
}

/** One a core. */
export function sizeWorkers(): number {
  return Math.min(SIZE_LIMITS.workersMax, availableParallelism());
}
