/**
 * Simulations with a quota. Each is done once: where a single role is called from a single account, both
 * readings are the same simulations.
 */
import type { Evidence } from './evidence.ts';
import { limiterOf } from './limiters.ts';
import { cutAfter, type Stage, withQuota } from './situations.ts';
import type { Algorithm, Scope } from './size-report.ts';
import type { SizeTask, StageReply } from './size-task.ts';
import type { Sizing } from './sizing.ts';

export interface Trial {
  readonly stage: Stage;
  readonly scope: Scope;
  readonly limiter: Algorithm;
  readonly quotaPerSecond: number;
  /** Index of its seed. */
  readonly index: number;
}

export class Trials {
  private readonly sizing: Sizing;
  private readonly readingsAreOne: boolean;
  private readonly known = new Map<string, Promise<StageReply>>();

  constructor(sizing: Sizing, evidence: Evidence) {
    this.sizing = sizing;
    const hasOthers = sizing.scenario.faults.some(({ kind }) => kind === 'background');
    this.readingsAreOne = !hasOthers && oneOfEach(evidence);
  }

  /** In the order of the trials. */
  async all(what: string, trials: readonly Trial[]): Promise<StageReply[]> {
    const missing = new Map<string, Trial>();
    for (const trial of trials) {
      const key = this.keyOf(trial);
      if (!this.known.has(key)) missing.set(key, trial);
    }
    if (missing.size > 0) this.begin(what, missing);
    return Promise.all(trials.map((trial) => this.known.get(this.keyOf(trial))!));
  }

  /** Known as soon as they are begun, so that readings that ask at once share them. */
  private begin(what: string, missing: ReadonlyMap<string, Trial>): void {
    const tasks = [...missing.values()].map((trial) => this.taskOf(trial));
    const replies = this.sizing.crew.all(what, tasks);
    for (const [i, key] of [...missing.keys()].entries()) {
      const reply = replies.then((each) => each[i]!.stages[0]!);
      this.known.set(key, reply);
    }
  }

  private keyOf({ stage, scope, limiter, quotaPerSecond, index }: Trial): string {
    const reading = this.readingsAreOne ? '' : scope;
    return `${stage.name} ${reading} ${limiter} ${quotaPerSecond} ${index}`;
  }

  private taskOf({ stage, scope, limiter, quotaPerSecond, index }: Trial): SizeTask {
    const { entry, objectives, seed, scenario } = this.sizing;
    const alone = cutAfter(stage);
    return {
      scenario: withQuota(alone, {
        quotaPerAccount: scope === 'account' ? quotaPerSecond : undefined,
        quotaPerRole: scope === 'role' ? quotaPerSecond : undefined,
        limiter: limiterOf(limiter, quotaPerSecond, scenario.sts.limiter),
      }),
      entry,
      seed: seed(index),
      stages: [alone],
      objectives,
      reads: [],
    };
  }
}

function oneOfEach({ bySituation }: Evidence): boolean {
  const needs = [...bySituation.values()].flat().flatMap((reply) => reply.needs);
  const keys = (scope: Scope) => new Set(needs.filter((n) => n.scope === scope).map((n) => n.key));
  return keys('account').size <= 1 && keys('role').size <= 1;
}
