/** The table of measures of a scenario: the sizer that it is found with, and how little it may ask. */
import { STS_DEFAULTS } from '../../scenario/defaults.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { Crew } from '../crew.ts';
import { accountReading } from '../quota-asked.ts';
import { AS_WRITTEN, scaled } from '../scale.ts';
import { coldUntilMs, cutAfter } from '../situations.ts';
import { SIZE_DEFAULTS, type SizeOptions } from '../size-options.ts';
import type { SituationName, SizeReport } from '../size-report.ts';
import { sizeScenario, sizeWith } from '../size-scenario.ts';
import { evaluateMeasures } from './evaluate-measures.ts';
import type { Sizer } from './needs.ts';

/** Of each step that a search tries; what it comes to is confirmed with all. */
const SEARCH_REPLICATIONS = 8;

/**
 * A size document with its table of measures. `withinPerSecond`: what is to suffice; undefined: the
 * scenario's quota, or else the documented one. Throws as `sizeScenario` does.
 */
export async function sizeWithMeasures(
  scenario: Scenario,
  given: Partial<SizeOptions>,
  withinPerSecond: number | undefined,
): Promise<SizeReport> {
  const report = await sizeScenario(scenario, given);
  const options = { ...SIZE_DEFAULTS, ...given };
  const crew = new Crew(options);
  try {
    const measures = await evaluateMeasures({
      scenario: scaled(withSubject(scenario, options.subject), options.scale),
      needs: accountReading(report).situations,
      withinPerSecond: withinPerSecond ?? presentOf(scenario),
      replications: options.replications,
      search: sizerWith(crew, options, Math.min(SEARCH_REPLICATIONS, options.replications)),
      confirm: sizerWith(crew, options, options.replications),
    });
    return { ...report, measures, simulations: report.simulations + crew.done };
  } finally {
    await crew.dismiss();
  }
}

/** The quota by account alone, without what is only shown. */
function sizerWith(crew: Crew, options: SizeOptions, replications: number): Sizer {
  return async (variant, situations) => {
    const short = situations.every((name) => name === 'coldStart') ? startOf(variant) : variant;
    const { readings } = await sizeWith(crew, short, {
      ...options,
      replications,
      subject: undefined,
      scale: AS_WRITTEN,
      growth: undefined,
      situations,
      scopes: ['account'],
      freshReplications: 0,
      hasCurve: false,
    });
    return readings[0]!.situations.map(({ situation, quotaPerSecond }) => ({
      situation,
      quotaPerSecond,
    }));
  };
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
