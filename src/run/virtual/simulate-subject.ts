/**
 * One subject, one seed: a plan simulated, and the result of it. What crosses threads is data, so that
 * a subject of real clients can be simulated in a thread of its own (`host/host-thread.ts`).
 */
import { nextTurn } from '../../kernel/real-clock.ts';
import type { CallLogExport } from '../../measure/call-log.ts';
import type { SubjectResult } from '../../measure/result.ts';
import { type Phase, shapeOf } from '../../measure/run-shape.ts';
import { resultOfSubject } from '../../measure/subject-result.ts';
import { expectedRequests } from '../../scenario/estimate.ts';
import { type Plan, planOf } from '../../scenario/plan.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { commonClaims } from '../subjects/claims.ts';
import { Simulation } from './simulation.ts';
import type { HostedClients, Simulated } from './simulation-parts.ts';
import type { VirtualSubject } from './virtual-subject.ts';

/** In virtual time any wait is a stall: nothing but the client makes a request wait. */
const STALL_THRESHOLD_MS = Number.MIN_VALUE;
/** Between two looks at whoever waits for progress or wants to stop. */
const EVENTS_PER_TURN = 100_000;
/** So many requests are counted in less than a tenth of a second. */
const COUNTED_MAX = 1_000_000;
/** More requests than this are not simulated one by one beyond the windows of interest. */
const REQUESTS_SINGLY_MAX = 2_000_000;
/** At those who may end the run early: each costs what a result costs. */
const LOOKS = 100;

export interface SubjectTask {
  readonly scenario: Scenario;
  /** As it stands in the result. */
  readonly name: string;
  /** Takes the place of every app's own client. */
  readonly override: string | undefined;
  readonly seed: number;
  readonly skipsAhead: boolean;
  /** False where calls and stalls alone are read: the requests that are skipped are in no count. */
  readonly countsSkipped?: boolean | undefined;
  readonly countedMax?: number | undefined;
  /** Reported in place of the usual ones. */
  readonly phases?: readonly Phase[] | undefined;
}

export interface SubjectProgress {
  /** Virtual ms, of so many. */
  readonly nowMs: number;
  readonly endMs: number;
  readonly calls: number;
  readonly stalled: number;
}

export interface SimulatedSubject {
  readonly result: SubjectResult;
  /** Every call of STS, with its instant. */
  readonly calls: CallLogExport;
  readonly coveredMs: number;
}

/** What a simulation is to be told, and to be run by. */
export interface SubjectHooks {
  readonly isStopped: () => boolean;
  readonly onProgress: (progress: SubjectProgress) => void;
  /** Waited for; undefined where nobody looks. Instants are the scenario's alone to decide. */
  readonly onLook?: ((nowMs: number, sofar: SubjectResult) => void | Promise<void>) | undefined;
}

/** Real clients under a simulation. */
export interface Hosting {
  readonly clients: HostedClients;
  /** Runs a stretch of the simulation in a turn of its own, once its clients have settled. */
  turn<T>(code: () => T): Promise<T>;
  /** Why the figures say nothing about the clients; empty if they do. */
  reasons(): string[];
}

export async function simulateSubject(
  task: SubjectTask,
  cast: readonly VirtualSubject[],
  hooks: SubjectHooks,
  hosting?: Hosting,
): Promise<SimulatedSubject> {
  const { scenario } = task;
  const plan = planOf(scenario, task.seed);
  const windowsOnly = onlyWindows(plan, cast);
  const shape = {
    ...shapeOf(plan, { endMs: scenario.durationMs, stallThresholdMs: STALL_THRESHOLD_MS }),
    gapsAreFull: true,
    ...(task.phases === undefined ? {} : { phases: task.phases }),
  };
  const simulation = new Simulation({
    plan,
    shape,
    subjects: cast,
    skipsAhead: task.skipsAhead,
    countsSkipped: task.countsSkipped ?? true,
    countedMax: task.countedMax ?? COUNTED_MAX,
    windowsOnly,
    override: task.override,
    hosted: hosting?.clients,
  });
  const resultOf = (simulated: Simulated) =>
    resultOfSubject({
      name: task.name,
      shape,
      recorded: simulated.recorded,
      calls: [simulated.calls],
      quotas: { caller: scenario.caller, sts: scenario.sts },
      validity: { reasons: hosting?.reasons() ?? [], shortfall: 0 },
      processes: simulated.processes,
      fastForward: windowsOnly.includes(true)
        ? { mode: 'jump', hops: 0, reason: 'it keeps nothing that ages' }
        : { mode: 'none', hops: 0, reason: 'virtual time takes none' },
      coveredMs: simulated.coveredMs,
      refreshesInFlightMax: simulated.refreshesInFlightMax,
      notes: notesOf(cast, windowsOnly),
      ...commonClaims(cast),
    });
  const turn = hosting === undefined ? soon : hosting.turn.bind(hosting);
  const everyMs = Math.max(1_000, shape.endMs / LOOKS);
  let lookAtMs = hooks.onLook === undefined ? Number.POSITIVE_INFINITY : everyMs;
  while (await turn(() => simulation.advance(EVENTS_PER_TURN, lookAtMs))) {
    if (simulation.nowMs === lookAtMs) {
      await hooks.onLook?.(lookAtMs, resultOf(simulation.look()));
      lookAtMs += everyMs;
    }
    if (hooks.isStopped()) break;
    hooks.onProgress({ nowMs: simulation.nowMs, endMs: shape.endMs, ...simulation.counts });
  }
  const simulated = simulation.finish();
  const { calls, coveredMs } = simulated;
  return { result: resultOf(simulated), calls, coveredMs };
}

/** In a later turn, so that a signal to stop gets through. */
function soon<T>(code: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    nextTurn(() => {
      try {
        resolve(code());
      } catch (error) {
        reject(error);
      }
    });
  });
}

/**
 * By app: whether requests between windows are left out. Where every request is a call, nothing can
 * be skipped, and a day of them would take hours; a client that keeps nothing is no other for it.
 */
function onlyWindows(plan: Plan, cast: readonly VirtualSubject[]): boolean[] {
  const requests = cast.reduce(
    (sum, { caches }, app) => sum + (caches ? 0 : expectedRequests(plan, app)),
    0,
  );
  return cast.map(({ caches }) => !caches && requests > REQUESTS_SINGLY_MAX);
}

function notesOf(cast: readonly VirtualSubject[], windowsOnly: readonly boolean[]): string[] {
  const notes = new Set(cast.flatMap(({ note }) => note ?? []));
  if (windowsOnly.includes(true)) {
    notes.add(
      'every request is a call, too many to simulate one by one: its figures are of the windows alone.',
    );
  }
  return [...notes];
}
