/**
 * The inverse question: which change makes a given quota suffice? Each measure is laid over the scenario,
 * and what it then needs is found by the same sizing as ever.
 */
import type { Scenario } from '../../scenario/scenario.ts';
import type { SituationName } from '../size-report.ts';
import { ALL_MEASURES } from './all-measures.ts';
import type { Measure } from './measure.ts';
import type { MeasureRow, MeasuresReport } from './measures-report.ts';
import { fits, mostOf, namesOf } from './needs.ts';
import { perRequestIn } from './per-request.ts';
import { type StepInputs, smallestStep } from './smallest-step.ts';

export interface MeasuresInputs extends StepInputs {
  /** Runs of `confirm`. */
  readonly replications: number;
  /** In place of all. */
  readonly measures?: readonly Measure[];
}

export async function evaluateMeasures(inputs: MeasuresInputs): Promise<MeasuresReport> {
  const { scenario, needs, withinPerSecond, replications, measures = ALL_MEASURES } = inputs;
  const failing = namesOf(needs, (need) => !fits(need, withinPerSecond));
  const tried: Tried[] = [];
  if (failing.length > 0) {
    for (const measure of measures) tried.push(await tryMeasure(measure, inputs, failing));
  }
  return {
    withinPerSecond,
    neededPerSecond: mostOf(needs),
    failing,
    replications,
    measures: ranked(tried.map(({ row }) => row)),
    together: await combined(tried, inputs, failing),
    perRequest: perRequestIn(scenario),
  };
}

interface Tried {
  readonly row: MeasureRow;
  /** Its change at the setting of the row; undefined where it does nothing. */
  readonly change: ((scenario: Scenario) => Scenario) | undefined;
  /** Situations that it makes suffice. */
  readonly mends: readonly SituationName[];
}

async function tryMeasure(
  measure: Measure,
  inputs: MeasuresInputs,
  failing: readonly SituationName[],
): Promise<Tried> {
  const { scenario, withinPerSecond } = inputs;
  const { name, title, sideEffects } = measure;
  const range = measure.rangeIn(scenario, withinPerSecond);
  if ('notApplicable' in range) {
    const none = { setting: null, value: null, unit: null, quotaPerSecond: null, situations: [] };
    return {
      row: {
        name,
        title,
        verdict: 'not applicable',
        ...none,
        reason: range.notApplicable,
        sideEffects: [],
      },
      change: undefined,
      mends: [],
    };
  }
  const { value, mends, situations } = await smallestStep(range, inputs, failing);
  const suffices = situations.every((need) => fits(need, withinPerSecond));
  const verdict = suffices ? 'suffices' : mends.length > 0 ? 'helps' : 'does not help';
  return {
    row: {
      name,
      title,
      verdict,
      setting: range.settingText(value),
      value: measure.unit === null ? null : value,
      unit: measure.unit,
      quotaPerSecond: mostOf(situations),
      situations: [...situations],
      reason: null,
      sideEffects: [...sideEffects],
    },
    change: mends.length > 0 ? (base) => range.change(base, value) : undefined,
    mends,
  };
}

/** Those that help, each where it mends what none before it does; the whole simulated again. */
async function combined(
  tried: readonly Tried[],
  { scenario, needs, withinPerSecond, confirm }: MeasuresInputs,
  failing: readonly SituationName[],
): Promise<MeasuresReport['together']> {
  if (tried.some(({ row }) => row.verdict === 'suffices')) return null;
  const left = new Set(failing);
  const chosen = tried.filter(({ mends }) => {
    const isNew = mends.some((name) => left.has(name));
    for (const name of mends) left.delete(name);
    return isNew;
  });
  if (chosen.length < 2) return null;
  const all = chosen.reduce((base, { change }) => change!(base), scenario);
  const situations = await confirm(all, namesOf(needs));
  return {
    names: chosen.map(({ row }) => row.name),
    quotaPerSecond: mostOf(situations),
    suffices: situations.every((need) => fits(need, withinPerSecond)),
  };
}

const RANKS: Readonly<Record<MeasureRow['verdict'], number>> = {
  suffices: 0,
  helps: 1,
  'does not help': 2,
  'not applicable': 3,
};

/** Of equals that do not suffice, the one that needs less comes first. */
function ranked(rows: readonly MeasureRow[]): MeasureRow[] {
  const need = ({ verdict, quotaPerSecond }: MeasureRow) =>
    verdict === 'suffices' ? 0 : (quotaPerSecond ?? Number.MAX_VALUE);
  return [...rows].sort((a, b) => RANKS[a.verdict] - RANKS[b.verdict] || need(a) - need(b));
}
