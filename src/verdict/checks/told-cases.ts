/** Cases of a check as a reader wants them: those of which the same is said, once. */
import type { CheckedCase, CheckedPromise } from './report.ts';

export interface ToldCase {
  /** Names of the cases; empty for the only one of a check. */
  readonly names: readonly string[];
  readonly seen: string;
  readonly wanted: string;
}

/** Of a check, those with this status. */
export function toldCases({ cases }: CheckedPromise, status: CheckedCase['status']): ToldCase[] {
  const told = new Map<string, { names: string[]; seen: string; wanted: string }>();
  for (const { name, seen, wanted } of cases.filter((each) => each.status === status)) {
    const key = JSON.stringify([seen, wanted]);
    const same = told.get(key) ?? { names: [], seen, wanted };
    if (name !== '') same.names.push(name);
    told.set(key, same);
  }
  return [...told.values()];
}

/** `100 calls …`, `Throttling.User, Throttling: 60 calls …` */
export function seenText({ names, seen }: ToldCase): string {
  return names.length === 0 ? seen : `${names.join(', ')}: ${seen}`;
}
