/** What a scenario needs in its situations, and whether a quota is enough for it. */
import type { Scenario } from '../../scenario/scenario.ts';
import type { SituationName } from '../size-report.ts';

/** Asked of these situations alone. */
export type Sizer = (scenario: Scenario, situations: readonly SituationName[]) => Promise<Needs>;

export type Needs = readonly {
  readonly situation: SituationName;
  readonly quotaPerSecond: number | null;
}[];

export function fits({ quotaPerSecond }: Needs[number], withinPerSecond: number): boolean {
  return quotaPerSecond !== null && quotaPerSecond <= withinPerSecond;
}

export function namesOf(needs: Needs, isWanted: (need: Needs[number]) => boolean = () => true) {
  return needs.filter(isWanted).map(({ situation }) => situation);
}

export function mostOf(needs: Needs): number | null {
  return needs.reduce<number | null>(
    (most, { quotaPerSecond }) =>
      most === null || quotaPerSecond === null ? null : Math.max(most, quotaPerSecond),
    0,
  );
}
