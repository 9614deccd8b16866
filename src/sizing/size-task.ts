/**
 * One simulation of a sizing and what is read from it: data in, data out, so that it can be done in any
 * thread. It reads everything that needs the calls themselves, which are too many to send.
 */

import type { MockFault } from '../../mock-sts/core/config.ts';
import type { Entry } from '../run/subjects/line-up.ts';
import { simulateSeed } from '../run/virtual/simulate-seed.ts';
import { mockConfigOf } from '../scenario/identities.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Threshold } from '../verdict/thresholds.ts';
import { busiestByMinute, type Demand, demandsOf, type NeedByLimiter, needOf } from './demand.ts';
import { harmIn, holdsAll, readsSkipped, type SeedHarm } from './objective.ts';
import { phaseOf, type Stage } from './situations.ts';
import type { Scope, SituationName } from './size-report.ts';

export interface SizeTask {
  /** With or without a quota; the stages' own scenario counts for nothing here. */
  readonly scenario: Scenario;
  readonly entry: Entry;
  readonly seed: number;
  /** All of one simulation, disjoint. */
  readonly stages: readonly Stage[];
  readonly objectives: readonly Threshold[];
  /** What is read beside harm: needs of the calls; the busiest second of each minute. */
  readonly reads: readonly ('needs' | 'minutes' | 'firstCall')[];
}

export interface SizeReply {
  readonly stages: readonly StageReply[];
  readonly minutes: readonly KeyMinutes[];
  /** The first call of the last stage. */
  readonly firstCallMs: number | undefined;
}

export interface StageReply {
  readonly name: SituationName;
  readonly holds: boolean;
  readonly harm: SeedHarm;
  readonly needs: readonly KeyNeed[];
}

export interface KeyNeed {
  readonly scope: Scope;
  readonly key: string;
  readonly byLimiter: NeedByLimiter;
}

export interface KeyMinutes {
  readonly scope: Scope;
  readonly key: string;
  readonly perSecond: readonly number[];
}

export async function runSizeTask(task: SizeTask): Promise<SizeReply> {
  const { scenario, entry, seed, stages, objectives, reads } = task;
  const { result, calls } = await simulateSeed({
    scenario,
    entry,
    seed,
    phases: stages.map(phaseOf),
    countsSkipped: readsSkipped(objectives),
  });
  const { faults } = mockConfigOf(scenario, { epochOfZeroMs: 0 });
  const last = stages.at(-1);
  return {
    stages: stages.map((stage) => ({
      name: stage.name,
      holds: holdsAll(objectives, result, stage.name),
      harm: harmIn(result, stage.name),
      needs: reads.includes('needs') ? needsIn(demandsOf(calls, stage), scenario, faults) : [],
    })),
    minutes: !reads.includes('minutes')
      ? []
      : demandsOf(calls, { fromMs: 0, toMs: scenario.durationMs }).map((demand) => ({
          scope: demand.scope,
          key: demand.key,
          perSecond: busiestByMinute(demand, scenario.durationMs),
        })),
    firstCallMs:
      reads.includes('firstCall') && last !== undefined
        ? calls.atMs.find((atMs) => atMs >= last.fromMs)
        : undefined,
  };
}

function needsIn(
  demands: readonly Demand[],
  { sts }: Scenario,
  faults: readonly MockFault[],
): KeyNeed[] {
  const others = faults.filter(({ kind }) => kind === 'background');
  const known: { readonly atMs: Float64Array; readonly byLimiter: NeedByLimiter }[] = [];
  return demands.map((demand) => {
    const { scope, key, atMs } = demand;
    // One role called from one account: both readings have the same calls.
    const same = known.find((each) => others.length === 0 && areEqual(each.atMs, atMs));
    const byLimiter = same?.byLimiter ?? needOf(demand, sts.limiter, others);
    known.push({ atMs, byLimiter });
    return { scope, key, byLimiter };
  });
}

function areEqual(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
