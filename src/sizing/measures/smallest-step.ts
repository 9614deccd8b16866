/**
 * The smallest step of a measure that does all that its largest can do: by bisection with a few seeds,
 * since more of a measure hardly ever does less. What that comes to is confirmed with all seeds, and taken
 * a step further where it fails.
 */
import type { Scenario } from '../../scenario/scenario.ts';
import type { SituationName } from '../size-report.ts';
import type { MeasureRange } from './measure.ts';
import { fits, type Needs, namesOf, type Sizer } from './needs.ts';

export interface StepInputs {
  readonly scenario: Scenario;
  /** As sized without any measure. */
  readonly needs: Needs;
  /** What is to suffice. */
  readonly withinPerSecond: number;
  /** With a few seeds. */
  readonly search: Sizer;
  /** With all of them. */
  readonly confirm: Sizer;
}

interface Step {
  readonly value: number;
  /** Situations that fail without it, and not with it. */
  readonly mends: readonly SituationName[];
  /** What all situations need with it; where it mends nothing, those that fail alone. */
  readonly situations: Needs;
}

/** The last step where even that mends nothing. */
export async function smallestStep(
  { values, change }: MeasureRange,
  { scenario, needs, withinPerSecond, search, confirm }: StepInputs,
  failing: readonly SituationName[],
): Promise<Step> {
  const last = values.length - 1;
  const at = (index: number) => change(scenario, values[index]!);
  const mendedBy = async (index: number, situations: readonly SituationName[]) =>
    mended(situations, await search(at(index), situations), withinPerSecond);
  const mends = await mendedBy(last, failing);
  if (mends.length === 0) {
    return { value: values[last]!, mends, situations: await confirm(at(last), failing) };
  }
  const isEnough = async (index: number) => (await mendedBy(index, mends)).length === mends.length;
  for (let index = await leastIndex(last, isEnough); ; index += 1) {
    const situations = await confirm(at(index), namesOf(needs));
    const confirmed = mended(mends, situations, withinPerSecond);
    if (index === last || confirmed.length === mends.length) {
      return { value: values[index]!, mends: confirmed, situations };
    }
  }
}

/** The first index that is enough, of those up to `last`, which is. */
async function leastIndex(
  last: number,
  isEnough: (index: number) => Promise<boolean>,
): Promise<number> {
  // Where a closed form says where to begin, that is mostly the answer.
  if (last === 0 || (await isEnough(0))) return 0;
  let below = 0;
  let above = last;
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (await isEnough(middle)) above = middle;
    else below = middle;
  }
  return above;
}

/** One that does not come about any more needs nothing. */
function mended(
  situations: readonly SituationName[],
  needs: Needs,
  withinPerSecond: number,
): SituationName[] {
  const failing = namesOf(needs, (need) => !fits(need, withinPerSecond));
  return situations.filter((name) => !failing.includes(name));
}
