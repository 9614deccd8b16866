/**
 * What a trail suggests of one caller. Each figure has its method and a confidence; none is a
 * measurement of the client, which the trail does not see.
 */
import type { CallerName } from '../caller.ts';

/** `none`: it could not be told, and the value is an assumption. */
export type Confidence = 'high' | 'medium' | 'low' | 'none';

export interface Judged<Value> {
  readonly value: Value;
  readonly confidence: Confidence;
  /** What it rests on, in one phrase. */
  readonly method: string;
}

/** Epoch seconds that a trail covers, the last one included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Seconds. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

interface Seen {
  readonly name: CallerName;
  readonly calls: number;
  readonly failed: number;
  readonly throttled: number;
  /** Distinct source addresses. */
  readonly addresses: number;
  /** Of the credentials, most often. */
  readonly lifetimeSeconds: number;
}

/** It keeps its credentials, and asks for new ones at intervals. */
export interface CachedCaller extends Seen {
  readonly kind: 'cached';
  readonly processes: Judged<number>;
  readonly interval: Judged<Range>;
  /** How long before the end of a credential the next one was asked for: lifetime minus interval. */
  readonly lead: Range;
  /** Width of the interval; 0 where it is below what whole seconds can show. */
  readonly jitterSeconds: number;
  readonly singleFlight: Judged<'kept' | 'missing' | 'unknown'>;
  readonly callsPerRefresh: number;
  /** Rayleigh's r of the calls on a circle of one interval: 1 in step, 0 spread. */
  readonly synchrony: Judged<number>;
  /** Of its session names, those that were followed; 1 where all were. */
  readonly sampledShare: number;
  /** Seconds after the trail's begin at which its clients first called, as far as they are told. */
  readonly starts: readonly number[];
}

/** Its calls follow what it has to do: nothing is kept, or each call is for somebody else. */
export interface PerRequestCaller extends Seen {
  readonly kind: 'per-request';
  readonly verdict: Judged<'no interval'>;
}

/** Too little of it to say anything. */
export interface UnknownCaller extends Seen {
  readonly kind: 'unknown';
  readonly reason: string;
}

export type InferredCaller = CachedCaller | PerRequestCaller | UnknownCaller;
