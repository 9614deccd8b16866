/**
 * The part of a size document on what would make a quota suffice, as a schema. What stands here may be
 * added to, never renamed.
 */
import { z } from 'zod';
import { SITUATION_NAMES } from '../situation-names.ts';

const quota = () => z.int().nonnegative().nullable();

const MEASURE_NAMES = [
  'jitter-window',
  'prefetch-lead',
  'session-duration',
  'rolling-start',
  'share-per-host',
  'spreading-client',
  'regional-endpoints',
] as const;

const situationNeedSchema = z.object({
  situation: z.enum(SITUATION_NAMES),
  quotaPerSecond: quota(),
});

const measureSchema = z
  .object({
    name: z.enum(MEASURE_NAMES),
    title: z.string(),
    verdict: z
      .enum(['suffices', 'helps', 'does not help', 'not applicable'])
      .describe('`helps`: in some of the situations that fail, not in all of them.'),
    setting: z
      .string()
      .nullable()
      .describe(
        'The smallest change that does it, or the largest that was tried; null: not applicable.',
      ),
    value: z.number().nullable().describe('The setting as a number, in `unit`.'),
    unit: z.enum(['seconds', 'share', 'regions']).nullable(),
    quotaPerSecond: quota().describe('What the scenario then needs; null where that is not known.'),
    situations: z.array(situationNeedSchema),
    reason: z.string().nullable().describe('Why it is not applicable, or does not suffice.'),
    sideEffects: z.array(z.string()),
  })
  .meta({ id: 'Measure' });

export const measuresSchema = z
  .object({
    withinPerSecond: z.number().positive().describe('The quota that is to suffice.'),
    neededPerSecond: quota().describe('Without any measure.'),
    failing: z
      .array(z.enum(SITUATION_NAMES))
      .describe('Situations that need more; empty: nothing to do.'),
    replications: z.int().positive().describe('Runs for each figure.'),
    measures: z
      .array(measureSchema)
      .describe('Ranked: those that suffice, the least intrusive first; then by what they need.'),
    together: z
      .object({
        names: z.array(z.enum(MEASURE_NAMES)),
        quotaPerSecond: quota(),
        suffices: z.boolean(),
      })
      .nullable()
      .describe('Several at their settings, where none suffices alone and some help.'),
    perRequest: z
      .object({
        apps: z.array(z.string()),
        peakPerSecond: z.number().nonnegative().describe('Calls, at the peak of the load.'),
        wayOut: z.string(),
        source: z.string(),
      })
      .nullable()
      .describe('Apps that ask STS for each request, as for tokens of single users.'),
  })
  .meta({ id: 'Measures' });
