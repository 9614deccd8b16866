/**
 * The result document's types. It is data: every report is made from it alone. Fields, units and
 * meanings are in `result-schema.ts` and `subject-schema.ts`.
 */
import type { z } from 'zod';
import type { DeepReadonly } from '../kernel/deep-readonly.ts';
import type { resultSchema } from './result-schema.ts';

export type Result = DeepReadonly<z.infer<typeof resultSchema>>;

/** What was measured, before anybody judged it: `src/verdict` adds the verdict and its reasons. */
export type MeasuredResult = Omit<Result, 'verdict' | 'reasons'>;

export type Verdict = Result['verdict'];
export type SubjectResult = Result['subjects'][number];
export type GroupResult = SubjectResult['apps'][string];
export type PhaseResult = SubjectResult['phases'][string];
export type WindowResult = SubjectResult['windows'][string];
export type Totals = SubjectResult['totals'];
export type Latencies = SubjectResult['latency'];
export type LatencySummary = Latencies['request'];
export type QuotaUse = SubjectResult['quotas'][number];
export type TimelineBucket = SubjectResult['timeline'][number];
export type ThresholdResult = SubjectResult['thresholds'][number];
export type ErrorCount = SubjectResult['errors'][number];
