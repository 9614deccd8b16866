/**
 * What the simulations without a quota gave, all seeds together: needs by situation, scope and key, what
 * happened to requests, and the busiest seconds.
 */

import { CURVE_SIMULATIONS } from './curve-points.ts';
import type { Stage } from './situations.ts';
import type { Algorithm, Scope, SituationName } from './size-report.ts';
import type { KeyMinutes, KeyNeed, SizeReply, SizeTask, StageReply } from './size-task.ts';
import type { Sizing } from './sizing.ts';

export interface Evidence {
  /** By situation; one for each seed, in their order. */
  readonly bySituation: ReadonlyMap<SituationName, readonly StageReply[]>;
  /** Of the scenario as it is, one for each seed. */
  readonly minutes: readonly (readonly KeyMinutes[])[];
}

export async function gatherEvidence(sizing: Sizing): Promise<Evidence> {
  const { options, crew, stages } = sizing;
  const { freshReplications, hasCurve } = options;
  const simulations = simulationsOf(stages);
  crew.expect(options.replications * simulations.length);
  // As long as both readings are one.
  crew.expect(stages.length * (freshReplications + (hasCurve ? CURVE_SIMULATIONS : 0)));
  const tasks = Array.from({ length: options.replications }, (_, index) =>
    simulations.map((stages) => demandTask(sizing, stages, index)),
  ).flat();
  const replies = await crew.all('without a quota', tasks);
  const bySituation = new Map<SituationName, StageReply[]>();
  for (const stage of replies.flatMap((reply: SizeReply) => reply.stages)) {
    const known = bySituation.get(stage.name);
    if (known === undefined) bySituation.set(stage.name, [stage]);
    else known.push(stage);
  }
  return {
    bySituation,
    minutes: replies.filter((_, i) => tasks[i]!.reads.includes('minutes')).map((r) => r.minutes),
  };
}

/** Stages of one scenario are stretches of one simulation. */
function simulationsOf(stages: readonly Stage[]): Stage[][] {
  const groups = new Map<Stage['scenario'], Stage[]>();
  for (const stage of stages) {
    groups.set(stage.scenario, [...(groups.get(stage.scenario) ?? []), stage]);
  }
  return [...groups.values()];
}

function demandTask(sizing: Sizing, stages: readonly Stage[], index: number): SizeTask {
  const { entry, objectives, seed } = sizing;
  const isAsWritten = stages.some(({ name }) => name === 'steadyState' || name === 'coldStart');
  return {
    scenario: stages[0]!.scenario,
    entry,
    seed: seed(index),
    stages,
    objectives,
    reads: isAsWritten ? ['needs', 'minutes'] : ['needs'],
  };
}

/** One seed's need in this reading: that of the account or role that needs most. Null: none is enough. */
export function seedNeed({ needs }: StageReply, scope: Scope, limiter: Algorithm): number | null {
  return mostOf(
    needs.filter((need) => need.scope === scope).map((need) => need.byLimiter[limiter]),
  );
}

/** The greatest; null, which no quota is enough for, is greater than any. */
export function mostOf(needs: readonly (number | null)[]): number | null {
  return needs.reduce<number | null>(
    (most, need) => (most === null || need === null ? null : Math.max(most, need)),
    0,
  );
}

export function keysIn(replies: readonly StageReply[], scope: Scope): KeyNeed[][] {
  const byKey = new Map<string, KeyNeed[]>();
  for (const need of replies.flatMap(({ needs }) => needs)) {
    if (need.scope !== scope) continue;
    byKey.set(need.key, [...(byKey.get(need.key) ?? []), need]);
  }
  return [...byKey.values()];
}
