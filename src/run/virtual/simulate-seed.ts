/** One scenario, one seed, one subject: what was measured, and every call with its instant. */
import type { Phase } from '../../measure/run-shape.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { type Entry, lineUp } from '../subjects/line-up.ts';
import { castOf } from './cast.ts';
import { simulateInThread } from './host/host-thread.ts';
import { type SimulatedSubject, simulateSubject } from './simulate-subject.ts';

export interface SeedTask {
  readonly scenario: Scenario;
  readonly entry: Entry;
  readonly seed: number;
  /** Reported in place of the usual ones. */
  readonly phases: readonly Phase[];
  readonly countsSkipped: boolean;
}

const NEVER = new AbortController().signal;

export async function simulateSeed({
  scenario,
  entry,
  seed,
  phases,
  countsSkipped,
}: SeedTask): Promise<SimulatedSubject> {
  const cast = castOf(scenario, entry);
  const { name, override } = entry;
  const task = { scenario, name, override, seed, phases, countsSkipped, skipsAhead: true };
  if (cast === undefined) return simulateInThread(task, { stop: NEVER, onProgress: () => {} });
  return simulateSubject(task, cast, { isStopped: () => false, onProgress: () => {} });
}

/** Whose clients are simulated: the one named, or the one under test by the scenario. */
export function entryOf(scenario: Scenario, subject: string | undefined): Entry {
  const [entry] = lineUp(scenario, subject === undefined ? [] : [subject]);
  return entry!;
}

/** False where every request is a call: nothing is kept that could end. */
export function keepsCredentials(scenario: Scenario, entry: Entry): boolean {
  return castOf(scenario, entry)?.some(({ caches }) => caches) ?? true;
}

/** With the sessions that the clients ask for, where they ask for others than the scenario's. */
export function withOwnSessions(scenario: Scenario, entry: Entry): Scenario {
  const cast = castOf(scenario, entry);
  if (cast === undefined) return scenario;
  const apps = scenario.apps.map((app, i) => {
    const { durationSeconds } = cast[i]!;
    return durationSeconds === undefined
      ? app
      : { ...app, sessionDurationMs: durationSeconds * 1_000 };
  });
  return { ...scenario, apps };
}
