/**
 * What coordinator, driver threads and mock thread say to each other. Everything here survives
 * structured cloning.
 */
import type { MessagePort } from 'node:worker_threads';
import type { MockStsConfig } from '../../../mock-sts/core/config.ts';
import type { CallLogExport } from '../../measure/call-log.ts';
import type { RecorderSnapshot } from '../../measure/recorder-snapshot.ts';
import type { RunShape } from '../../measure/run-shape.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { AroundEndpoints } from '../subjects/caller-identities.ts';
import type { RunClockShare } from './run-clock.ts';

/** A driver thread's share of one subject's replay. */
export interface ShardTask {
  readonly scenario: Scenario;
  /** Subject under this name takes the place of every app's own client; undefined keeps those. */
  readonly subject: string | undefined;
  readonly runId: string;
  readonly slice: { readonly index: number; readonly count: number };
  readonly shape: RunShape;
  /** Full load between windows too: nothing is fast-forwarded. */
  readonly continuous: boolean;
  readonly clock: RunClockShare;
  /** Epoch of virtual zero on the run clock. */
  readonly zeroAtMs: number;
  readonly stsEndpoint: string;
  readonly stsCa: string;
  /** `http://127.0.0.1:port` of the services that requests call; empty where none does. */
  readonly resourceEndpoint: string;
  /** Where processes have their identities from. */
  readonly around: AroundEndpoints;
  /** `stsEndpoint` leads to real STS: clients may connect to nothing else. */
  readonly isReal: boolean;
  readonly port: MessagePort;
}

export type ToShard = { readonly kind: 'hop' } | { readonly kind: 'stop' };

export type FromShard =
  /** Clients can be made; waits for virtual zero. */
  | { readonly kind: 'ready' }
  /** In a gap with nothing in flight; nothing will happen before `nextDueMs` of virtual time. */
  | { readonly kind: 'settled'; readonly nextDueMs: number }
  | { readonly kind: 'snapshot'; readonly report: ShardReport };

/** What a shard measured so far: the last one stands for a shard that died. */
export interface ShardReport {
  readonly snapshot: RecorderSnapshot;
  /** Requests started later than the tolerance, of those inside windows. */
  readonly late: number;
  /** Longest and total garbage-collection pause of the thread, milliseconds. */
  readonly gcMs: { readonly longest: number; readonly total: number };
  readonly processes: number;
  /** Most refreshes of one client in the air at once; undefined where no subject can tell. */
  readonly refreshesInFlightMax: number | undefined;
  /** What clients tried to reach and may not. */
  readonly breaches: readonly string[];
}

export interface MockThreadData {
  readonly config: MockStsConfig;
  readonly clock: RunClockShare;
  readonly zeroAtMs: number;
  readonly caDirectory: string;
  /** Whether processes ask the metadata service, KMS, and the services that requests call. */
  readonly needs: Readonly<Record<'metadata' | 'kms' | 'resource', boolean>>;
}

export type ToMock =
  /** The clock is about to jump to `toMs` of virtual time. */
  | { readonly kind: 'hop'; readonly toMs: number }
  | { readonly kind: 'log' }
  | { readonly kind: 'finish' };

export type FromMock =
  | {
      readonly kind: 'ready';
      readonly tlsHost: string;
      readonly caPem: string;
      readonly resourceEndpoint: string;
      readonly around: AroundEndpoints;
    }
  | { readonly kind: 'hopped' }
  | { readonly kind: 'counts'; readonly counts: MockCounts }
  /** The calls so far. */
  | { readonly kind: 'log'; readonly log: CallLogExport }
  | { readonly kind: 'finished'; readonly log: CallLogExport };

export interface MockCounts {
  readonly calls: number;
  readonly throttled: number;
}
