/**
 * Which quota a scenario needs. Each situation (`situations.ts`) is simulated with many seeds and without
 * any quota; what these calls need is read from them (`demand.ts`), by every limiter and in both readings,
 * and the worst decides. An objective that tolerates something is searched for by simulation instead
 * (`search.ts`). The answer is then simulated again, with seeds that it does not come from.
 *
 * Every quota meets the same seeds, so that two of them differ by the quota alone.
 */
import { derivedSeed } from '../kernel/rng.ts';
import { entryOf, keepsCredentials, withOwnSessions } from '../run/virtual/simulate-seed.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Crew } from './crew.ts';
import { curveOf } from './curve.ts';
import { documentOf } from './document.ts';
import { gatherEvidence } from './evidence.ts';
import { DEFAULT_OBJECTIVE, parseObjectives } from './objective.ts';
import { readingOf } from './reading.ts';
import { afterMonths, type Growth, scaled } from './scale.ts';
import { coldUntilMs, pilotOf, type Stage, stagesOf } from './situations.ts';
import { SIZE_DEFAULTS, type SizeOptions } from './size-options.ts';
import type { ForecastMonth, Scope, SizeReport } from './size-report.ts';
import type { Sizing } from './sizing.ts';
import { Trials } from './trials.ts';

export type { SizeOptions } from './size-options.ts';

/**
 * Throws HarnessError (exit 2) for an objective that is none (`THRESHOLD_INVALID`) and a subject that
 * cannot be simulated with this scenario; the reason of `stop` once that is aborted.
 */
export async function sizeScenario(
  scenario: Scenario,
  given: Partial<SizeOptions> = {},
): Promise<SizeReport> {
  const options = { ...SIZE_DEFAULTS, ...given };
  const crew = new Crew(options);
  try {
    const report = await sizeWith(crew, scenario, options);
    if (options.growth === undefined) return report;
    const forecast = await forecastOf(crew, { scenario, options, growth: options.growth, report });
    return { ...report, forecast, simulations: crew.done };
  } finally {
    await crew.dismiss();
  }
}

interface Forecast {
  readonly scenario: Scenario;
  readonly options: SizeOptions;
  readonly growth: Growth;
  /** Of today. */
  readonly report: SizeReport;
}

/** Each month is sized by itself, with as many runs: needs do not grow in proportion. */
async function forecastOf(crew: Crew, forecast: Forecast): Promise<ForecastMonth[]> {
  const { scenario, options, growth, report } = forecast;
  const months = [monthOf(0, report)];
  for (let month = 1; month <= growth.months; month += 1) {
    const scale = afterMonths(options.scale, growth, month);
    const lean = { ...options, scale, hasCurve: false, freshReplications: 0 };
    months.push(monthOf(month, await sizeWith(crew, scenario, lean)));
  }
  return months;
}

function monthOf(month: number, { scale, processes, readings }: SizeReport): ForecastMonth {
  const quota = (scope: Scope) =>
    readings.find((reading) => reading.scope === scope)?.quotaPerSecond ?? null;
  return {
    month,
    ...scale,
    processes,
    perAccountPerSecond: quota('account'),
    perRolePerSecond: quota('role'),
  };
}

/** One sizing of several that share their threads. */
export async function sizeWith(
  crew: Crew,
  asWritten: Scenario,
  options: SizeOptions,
): Promise<SizeReport> {
  const entry = entryOf(asWritten, options.subject);
  const scenario = withOwnSessions(scaled(asWritten, options.scale), entry);
  const isDefault = options.objectives.length === 0;
  const expressions = isDefault ? DEFAULT_OBJECTIVE.slice(0, 1) : options.objectives;
  const parts = {
    scenario,
    options,
    entry,
    isDefault,
    objectives: parseObjectives(scenario, expressions),
    crew,
    seed: (index: number) => derivedSeed(scenario.seed, index),
  };
  const sizing: Sizing = { ...parts, stages: await stagesFor(parts) };
  const evidence = await gatherEvidence(sizing);
  const trials = new Trials(sizing, evidence);
  // At once, as are their situations: none has so many runs that threads would not wait at their end.
  const readings = await Promise.all(
    options.scopes.map((scope) => readingOf(scope, sizing, evidence, trials)),
  );
  const curve = options.hasCurve ? await curveOf(sizing, evidence, readings, trials) : [];
  return documentOf(sizing, evidence, { readings, curve });
}

/** When the first refresh comes has to be seen, for an outage that begins with it. */
async function stagesFor(sizing: Omit<Sizing, 'stages'>): Promise<Stage[]> {
  const { scenario, options, entry } = sizing;
  const { situations, outageMs } = options;
  const keeps = keepsCredentials(scenario, entry);
  const outageFromMs =
    keeps && situations.includes('recovery') ? await firstRefreshMs(sizing) : undefined;
  return stagesOf(scenario, { outageFromMs, outageMs }).filter(
    ({ name }) =>
      situations.includes(name) && (keeps || name === 'coldStart' || name === 'steadyState'),
  );
}

/** The second in which it comes. */
async function firstRefreshMs(sizing: Omit<Sizing, 'stages'>): Promise<number | undefined> {
  const { scenario, entry, crew, seed } = sizing;
  const pilot = pilotOf(scenario);
  const stage: Stage = {
    name: 'recovery',
    scenario: pilot,
    fromMs: coldUntilMs(scenario),
    toMs: pilot.durationMs,
  };
  const [reply] = await crew.all('the first refresh', [
    {
      scenario: pilot,
      entry,
      seed: seed(0),
      stages: [stage],
      objectives: [],
      reads: ['firstCall'],
    },
  ]);
  const { firstCallMs } = reply!;
  return firstCallMs === undefined ? undefined : 1_000 * Math.floor(firstCallMs / 1_000);
}
