/**
 * Which subjects a run has, in which order: those of the command line, or those of the scenario. The
 * first is the one under test.
 */
import type { Scenario } from '../../scenario/scenario.ts';

export interface Entry {
  readonly name: string;
  /** Takes the place of every app's own client. */
  readonly override: string | undefined;
}

/** `named` on the command line; empty: what the scenario says. */
export function lineUp(scenario: Scenario, named: readonly string[]): Entry[] {
  if (named.length > 0) return named.map((name) => ({ name, override: name }));
  const own = [...new Set(scenario.apps.map((app) => app.client.subject))];
  const first = own.length === 1 ? own[0]! : 'as configured';
  const others = scenario.compare.filter((name) => name !== first);
  return [
    { name: first, override: undefined },
    ...others.map((name) => ({ name, override: name })),
  ];
}
