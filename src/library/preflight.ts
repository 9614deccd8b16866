/**
 * What is known of a run against real STS before it: whether the scenario can be run there, and the calls
 * that a simulation of the same plan makes.
 */
import { badInput, type Problem } from '../kernel/errors.ts';
import { runVirtual } from '../run/virtual/virtual-run.ts';
import type { App, Scenario } from '../scenario/scenario.ts';
import { version } from './package-files.ts';

export interface Prediction {
  /** Of all subjects and repetitions. */
  readonly calls: number;
  /** Of the subject with the highest: most calls in any second. */
  readonly slidingPeakPerSecond: number;
}

export async function predictCalls(options: {
  readonly scenario: Scenario;
  readonly subjects: readonly string[];
  readonly repetitions: number;
  readonly stop: AbortSignal;
}): Promise<Prediction> {
  const { scenario, subjects, repetitions, stop } = options;
  const { subjects: simulated } = await runVirtual({
    scenario,
    subjects,
    replications: 1,
    skipsAhead: true,
    command: '',
    version,
    stop,
    onProgress: () => {},
  });
  const totals = simulated.map(({ totals: { assumeRole } }) => assumeRole);
  return {
    calls: totals.reduce((sum, { calls }) => sum + calls, 0) * repetitions,
    slidingPeakPerSecond: Math.max(...totals.map((each) => each.slidingPeakPerSecond)),
  };
}

/** Throws HarnessError (exit 2) for a scenario with what only a mock can do. */
export function checkForRealSts({ apps, faults, rotations, file }: Scenario): void {
  const problem = (path: string, found: string, allowed: string): Problem => ({
    file,
    path,
    found,
    allowed: `with --target real, ${allowed}`,
  });
  const problems = [
    ...apps.flatMap((app) => problemsOf(app, problem)),
    ...faults.map(({ kind }) => problem('faults', kind, 'no fault: nobody can inject one there')),
    ...rotations.map(() => problem('faults', 'key-rotation', 'no rotation of keys')),
  ];
  if (problems.length > 0) throw badInput('SCENARIO_INVALID', problems, 'See docs/real-sts.md.');
}

function problemsOf(
  { name, identity, via, work }: App,
  problem: (path: string, found: string, allowed: string) => Problem,
): Problem[] {
  const problems: Problem[] = [];
  const at = (field: string) => `apps.${name}.${field}`;
  if (identity.kind !== 'access-key') {
    const allowed = 'access-key: the credential chain of this machine calls for all apps';
    problems.push(problem(at('identity'), identity.kind, allowed));
  }
  if (via.length > 0) {
    problems.push(problem(at('via'), via[0]!.arn, 'one role: sessions never leave the gate'));
  }
  if (work.resource !== undefined) {
    const allowed = 'work of its own: no service but STS is called';
    problems.push(problem(at('work'), 'a call to a service', allowed));
  }
  return problems;
}
