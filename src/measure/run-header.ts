/**
 * The head of a result: what was run, and what its figures rest on. The same for both engines but
 * for what each adds.
 */
import type { Scenario } from '../scenario/scenario.ts';
import type { MeasuredResult } from './result.ts';

type Run = MeasuredResult['run'];

export interface RunFacts
  extends Pick<
    Run,
    'engine' | 'virtualSeconds' | 'wallSeconds' | 'partial' | 'command' | 'environment'
  > {
  readonly startedAtMs: number;
  /** Tells two runs of one second apart. */
  readonly suffix: string;
  /** What the engine itself takes for granted. */
  readonly assumptions: readonly string[];
  /** The mock when left out. */
  readonly target?: 'real';
}

export function runHeader(scenario: Scenario, facts: RunFacts): Run {
  const { startedAtMs, suffix, assumptions, target, ...run } = facts;
  return {
    id: runIdOf(scenario, facts),
    engine: run.engine,
    scenario: scenario.name,
    scenarioHash: scenario.hash,
    question: scenario.question,
    seed: scenario.seed,
    startedAt: new Date(startedAtMs).toISOString(),
    virtualSeconds: run.virtualSeconds,
    scenarioSeconds: scenario.durationMs / 1_000,
    wallSeconds: run.wallSeconds,
    partial: run.partial,
    command: run.command,
    environment: run.environment,
    assumptions: [...assumptionsOf(scenario, target), ...assumptions],
  };
}

/** `peak-6m-users-20261123-014512-k3x`, UTC. */
export function runIdOf(
  scenario: Scenario,
  { startedAtMs, suffix }: Pick<RunFacts, 'startedAtMs' | 'suffix'>,
): string {
  const date = new Date(startedAtMs).toISOString().slice(0, 19);
  return `${scenario.name}-${date.replaceAll(/[-:]/g, '').replace('T', '-')}-${suffix}`;
}

function assumptionsOf(scenario: Scenario, target: RunFacts['target']): string[] {
  const { limiter, quotaPerAccount, quotaPerRole } = scenario.sts;
  const assumptions =
    target === 'real'
      ? [
          'Calls went to real STS through a gate that keeps them below a ceiling: clients wait longer for it than STS takes.',
        ]
      : ['STS latency is the scenario’s; Alibaba Cloud publishes none.'];
  if (scenario.apps.some(({ work }) => work.resource === undefined)) {
    assumptions.push('The work of a request is accounted on an exact queue, not performed.');
  }
  if (scenario.apps.some(({ work }) => work.resource !== undefined)) {
    assumptions.push('Services that requests call are the mock’s, as fast as the scenario says.');
  }
  if (target !== 'real' && (quotaPerAccount !== undefined || quotaPerRole !== undefined)) {
    assumptions.unshift(
      `The quota’s algorithm is not documented by Alibaba Cloud; assumed here: ${limiter.algorithm.replace('-', ' ')}.`,
    );
  }
  return assumptions;
}
