/** The table of measures of a scenario: the sizer that it is found with, and how little it may ask. */
import { STS_DEFAULTS } from '../../scenario/defaults.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Crew } from '../crew.ts';
import { coldUntilMs, cutAfter } from '../situations.ts';
import type { SizeOptions } from '../size-options.ts';
import type { SituationName, SizeReport } from '../size-report.ts';
import { sizeWith } from '../size-scenario.ts';
import { evaluateMeasures } from './evaluate-measures.ts';
import type { MeasuresReport } from './measures-report.ts';
import type { Sizer } from './needs.ts';

/** Of each step that a search tries; what it comes to is confirmed with all. */
const SEARCH_REPLICATIONS = 8;

export interface MeasureOptions extends SizeOptions {
  /** What is to suffice; undefined: the scenario's quota, or else the documented one. */
  readonly withinPerSecond: number | undefined;
}

/** `size`: of the same scenario, options and clients. Throws as `sizeScenario` does. */
export async function measureScenario(
  crew: Crew,
  scenario: Scenario,
  size: SizeReport,
  options: MeasureOptions,
): Promise<MeasuresReport> {
  const sizerWith =
    (replications: number): Sizer =>
    async (variant, situations) => {
      const short = situations.every((name) => name === 'coldStart') ? startOf(variant) : variant;
      const { readings } = await sizeWith(crew, short, {
        ...options,
        replications,
        subject: undefined,
        situations,
        scopes: ['account'],
        freshReplications: 0,
        hasCurve: false,
      });
      return readings[0]!.situations;
    };
  return evaluateMeasures({
    scenario: withSubject(scenario, options.subject),
    needs: size.readings.find(({ scope }) => scope === 'account')!.situations,
    withinPerSecond: options.withinPerSecond ?? presentOf(scenario),
    replications: options.replications,
    search: sizerWith(Math.min(SEARCH_REPLICATIONS, options.replications)),
    confirm: sizerWith(options.replications),
  });
}

function presentOf({ sts }: Scenario): number {
  return sts.quotaPerAccount ?? STS_DEFAULTS.quotaPerAccount!;
}

/** The clients as they are simulated, so that what they are can be asked and changed. */
function withSubject(scenario: Scenario, subject: string | undefined): Scenario {
  if (subject === undefined) return scenario;
  const apps = scenario.apps.map((app) =>
    app.client.subject === subject ? app : { ...app, client: { subject, options: {} } },
  );
  return { ...scenario, apps };
}

/** What follows the start is not asked for, and not simulated. */
function startOf(scenario: Scenario): Scenario {
  const name: SituationName = 'coldStart';
  const toMs = Math.min(coldUntilMs(scenario), scenario.durationMs);
  return cutAfter({ name, scenario, fromMs: 0, toMs }).scenario;
}
