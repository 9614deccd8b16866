/**
 * The report on a client: a document, from which all that is shown is made. Its fields and their
 * meanings are in `report-schema.ts`.
 */
import type { z } from 'zod';
import type { DeepReadonly } from '../../kernel/deep-readonly.ts';
import type { checkReportSchema } from './report-schema.ts';

export type CheckReport = DeepReadonly<z.infer<typeof checkReportSchema>>;
export type CheckedPromise = CheckReport['checks'][number];
export type CheckedCase = CheckedPromise['cases'][number];
