/**
 * What a trail suggests of one caller. Each figure has its method and a confidence; none is a
 * measurement of the client, which the trail does not see. Fields are in `../document-schema.ts`.
 */
import type { z } from 'zod';
import type { DeepReadonly } from '../../kernel/deep-readonly.ts';
import type {
  cachedCallerSchema,
  perRequestCallerSchema,
  unknownCallerSchema,
} from '../document-schema.ts';

export type Confidence = CachedCaller['processes']['confidence'];

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

/** It keeps its credentials, and asks for new ones at intervals. */
export type CachedCaller = DeepReadonly<z.infer<typeof cachedCallerSchema>> & {
  /**
   * Seconds after the trail's begin at which its clients first called, as far as they are told: for the
   * scenario alone.
   */
  readonly starts: readonly number[];
};

/** Its calls follow what it has to do: nothing is kept, or each call is for somebody else. */
export type PerRequestCaller = DeepReadonly<z.infer<typeof perRequestCallerSchema>>;

/** Too little of it to say anything. */
export type UnknownCaller = DeepReadonly<z.infer<typeof unknownCallerSchema>>;

export type InferredCaller = CachedCaller | PerRequestCaller | UnknownCaller;
