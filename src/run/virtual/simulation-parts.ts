/** What a simulation is made of, and what comes out of it. */
import type { SessionCredentials } from '../../kernel/sts/credentials.ts';
import type { CallLog, CallLogExport } from '../../measure/call-log.ts';
import type { RecorderSnapshot } from '../../measure/recorder-snapshot.ts';
import type { RunShape } from '../../measure/run-shape.ts';
import type { Plan } from '../../scenario/plan.ts';
import type { VirtualSubject } from './virtual-subject.ts';

/**
 * Real clients in this thread, whose caches are the simulator's (`host/hosted-fleet.ts`). They call
 * STS themselves, so calls and their answers come from here.
 */
export interface HostedClients {
  /** Epoch of virtual zero, as clients and their STS have it. */
  readonly zeroAtMs: number;
  readonly calls: CallLog;
  /** Most calls of one client for its own role that were in the air at once. */
  readonly inFlightMax: number;
  /** Nothing more may happen before Node's own event loop has turned. */
  readonly isUnsettled: boolean;
  /** Told when a client hands over a session that it did not hand over before, as STS issued it. */
  onAdopted: (app: number, kept: SessionCredentials, issued: SessionCredentials) => void;
  /** Instants must not fall. */
  moveTo(nowMs: number): void;
  /** Clients with effects or another next timer that came beside their own events, each once. */
  takeMoved(visit: (client: number) => void): void;
  /** Calls of STS that have ended. */
  takeAnswered(visit: (client: number, latencyMs: number, atMs: number) => void): void;
}

export interface SimulationParts {
  readonly plan: Plan;
  readonly shape: RunShape;
  /** By app. */
  readonly subjects: readonly VirtualSubject[];
  /** The subject that takes the place of every app's own, if one does. */
  readonly override: string | undefined;
  /** False: every request is simulated, for comparison. */
  readonly skipsAhead: boolean;
  /** False: the requests that are skipped are in no count. Calls and stalls are the same. */
  readonly countsSkipped: boolean;
  /** A plan of at most so many requests has its skipped ones counted, a larger one drawn. */
  readonly countedMax: number;
  /** By app: requests between windows are left out. */
  readonly windowsOnly: readonly boolean[];
  /** Where all subjects are real clients; undefined where all are models. */
  readonly hosted?: HostedClients | undefined;
}

export interface Simulated {
  readonly recorded: RecorderSnapshot;
  readonly calls: CallLogExport;
  readonly coveredMs: number;
  readonly processes: number;
  readonly refreshesInFlightMax: number;
  /** Events that were worked through: what a simulation's cost is made of. */
  readonly events: number;
}
