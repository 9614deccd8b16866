/** The types of what `measures-schema.ts` describes. */
import type { z } from 'zod';
import type { DeepReadonly } from '../../kernel/deep-readonly.ts';
import type { measuresSchema } from './measures-schema.ts';

export type MeasuresReport = DeepReadonly<z.infer<typeof measuresSchema>>;
export type MeasureRow = MeasuresReport['measures'][number];
export type MeasureName = MeasureRow['name'];
