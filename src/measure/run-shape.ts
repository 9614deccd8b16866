/**
 * What recorder and result need to know of a run before it starts. Instants: ms from virtual zero.
 */
import { hopsOf } from '../scenario/hops.ts';
import type { Plan } from '../scenario/plan.ts';
import type { Window } from '../scenario/scenario.ts';

export interface RunShape {
  readonly apps: readonly {
    readonly name: string;
    /** Who calls for the app's own role, and which that is. */
    readonly user: string;
    readonly roleArn: string;
    /** Its calls for the roles on the way there, if there are any. */
    readonly via?: readonly { readonly user: string; readonly roleArn: string }[];
  }[];
  /** Ordered and disjoint: replayed at full load. What lies between them is a gap. */
  readonly windows: readonly Window[];
  /** End of the covered virtual time. */
  readonly endMs: number;
  /** A shorter wait than this is no stall. */
  readonly stallThresholdMs: number;
  /** Reported by name beside the windows, whatever these are. */
  readonly phases?: readonly Phase[];
  /** Gaps have their full load, too (virtual time): the timeline shows them by the minute. */
  readonly gapsAreFull?: boolean;
}

/** Half-open, and not empty. */
export interface Phase {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Those of every run. */
export const PHASES = ['coldStart', 'steadyState'] as const;
export type PhaseName = (typeof PHASES)[number];

/** The part of a scenario's shape that is the same in real and in virtual time. */
export function shapeOf(
  plan: Plan,
  options: Pick<RunShape, 'endMs' | 'stallThresholdMs'>,
): RunShape {
  const { apps, windows } = plan.scenario;
  return {
    apps: apps.map((app) => {
      const calls = hopsOf(app, plan.scenario.caller).map(({ caller, role }) => ({
        user: caller,
        roleArn: role.arn,
      }));
      const last = calls.pop()!;
      return { name: app.name, ...last, ...(calls.length === 0 ? {} : { via: calls }) };
    }),
    windows,
    phases: phasesOf(plan, options.endMs),
    ...options,
  };
}

/**
 * Cold start is where the fleet comes up: the event that fills a quota, and no transient to be cut
 * away. It is over half a session after the last start, before the first refresh of any sensible
 * client. Steady state is what is left once the start can no longer be seen in it, two sessions after
 * the last start; a scenario that ends before has none.
 */
function phasesOf({ scenario, processes }: Plan, endMs: number): Phase[] {
  const sessionsMs = scenario.apps.map((app) => app.sessionDurationMs);
  const lastStartMs = processes.reduce((latest, { startMs }) => Math.max(latest, startMs), 0);
  const coldUntilMs = wholeSecond(lastStartMs + Math.min(...sessionsMs) / 2);
  const steadyFromMs = wholeSecond(lastStartMs + 2 * Math.max(...sessionsMs));
  const phases: Phase[] = [
    { name: 'coldStart', fromMs: 0, toMs: Math.min(coldUntilMs, endMs) },
    { name: 'steadyState', fromMs: steadyFromMs, toMs: endMs },
  ];
  return phases.filter(({ fromMs, toMs }) => fromMs < toMs);
}

/** Timeline buckets begin at the edges of phases, and should be seconds of the quota. */
function wholeSecond(ms: number): number {
  return Math.ceil(ms / 1_000) * 1_000;
}
