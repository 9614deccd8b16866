/**
 * The size document's types. It is data: every text is made from it alone. Fields, units and meanings
 * are in `size-schema.ts`.
 */
import type { z } from 'zod';
import type { DeepReadonly } from '../kernel/deep-readonly.ts';
import type { sizeSchema } from './size-schema.ts';

export type SizeReport = DeepReadonly<z.infer<typeof sizeSchema>>;

export type Reading = SizeReport['readings'][number];
export type Need = Reading['situations'][number];
export type Situation = SizeReport['situations'][number];
export type SituationName = Situation['name'];
export type Scope = Reading['scope'];
export type Algorithm = Need['limiter'];
export type Failures = Need['failures'];
export type Harm = Need['withoutQuota'];
export type CurvePoint = SizeReport['curve'][number];
export type Usage = SizeReport['usage'][number];
export type ForecastMonth = SizeReport['forecast'][number];
