/** Puts the document together. */
import { type Evidence, keysIn } from './evidence.ts';
import { DEFAULT_OBJECTIVE } from './objective.ts';
import { situationOf } from './situations.ts';
import type { CurvePoint, Reading, Scope, SizeReport, Usage } from './size-report.ts';
import type { KeyMinutes } from './size-task.ts';
import type { Sizing } from './sizing.ts';

const MINUTE_SECONDS = 60;

export function documentOf(
  sizing: Sizing,
  evidence: Evidence,
  found: { readonly readings: readonly Reading[]; readonly curve: readonly CurvePoint[] },
): SizeReport {
  const { scenario, options, entry, isDefault, stages, crew } = sizing;
  const { caller, apps } = scenario;
  return {
    schemaVersion: 1,
    kind: 'size',
    scenario: scenario.name,
    scenarioHash: scenario.hash,
    question: scenario.question,
    subject: entry.name,
    seed: scenario.seed,
    command: options.command,
    version: options.version,
    processes: apps.reduce((sum, app) => sum + app.hosts * app.processesPerHost, 0),
    roles: keysIn([...evidence.bySituation.values()].flat(), 'role').length,
    callerAccount: `${caller.accountId}/${caller.region}`,
    scale: options.scale,
    replications: options.replications,
    confidence: options.confidence,
    objective: {
      isDefault,
      expressions: isDefault ? [...DEFAULT_OBJECTIVE] : [...options.objectives],
    },
    situations: options.situations.map((name) =>
      situationOf(
        name,
        stages.find((stage) => stage.name === name),
        options.outageMs,
      ),
    ),
    ...found,
    usage: usageOf(evidence.minutes),
    forecast: [],
    simulations: crew.done,
    assumptions: assumptionsOf(sizing),
  };
}

/** Over the seeds: median and greatest of each minute. */
function usageOf(seeds: Evidence['minutes']): Usage[] {
  const byKey = new Map<string, KeyMinutes[]>();
  for (const minutes of seeds.flat()) {
    const name = `${minutes.scope} ${minutes.key}`;
    byKey.set(name, [...(byKey.get(name) ?? []), minutes]);
  }
  const order: readonly Scope[] = ['account', 'role'];
  return [...byKey.values()]
    .sort(([a], [b]) => order.indexOf(a!.scope) - order.indexOf(b!.scope))
    .map((list) => ({
      scope: list[0]!.scope,
      key: list[0]!.key,
      minutes: list[0]!.perSecond.map((_, minute) => {
        // A seed in which nobody called has no entry.
        const values = seeds.map((__, i) => list[i]?.perSecond[minute] ?? 0);
        values.sort((a, b) => a - b);
        return {
          at: minute * MINUTE_SECONDS,
          medianPerSecond: values[Math.floor((values.length - 1) / 2)]!,
          maxPerSecond: values.at(-1)!,
        };
      }),
    }));
}

function assumptionsOf({ scenario, options }: Sizing): string[] {
  const { limiter } = scenario.sts;
  const burst =
    limiter.algorithm === 'token-bucket'
      ? `a burst of ${limiter.burst}, as the scenario has it`
      : 'a burst of one second’s quota';
  return [
    `Alibaba Cloud documents "100/1(s)" and no algorithm: each figure is that of the worst of fixed window, sliding window and token bucket with ${burst}.`,
    "Alibaba Cloud documents one quota for the caller's account, region and API, which all roles and applications behind it share; a quota per role is the other reading, for plans that count so.",
    'A call that is refused spends nothing of a quota. Network and TLS take no time.',
    `All statements on chance hold at ${100 * options.confidence} % confidence, for each situation by itself: over runs that differ by chance alone, and are as the scenario has them.`,
  ];
}
