/**
 * What `compare --json` prints, `schemaVersion: 1`, as a schema: its types are inferred from it, and
 * `schema/comparison.json` is generated from it. Names may be added, never renamed.
 */
import { z } from 'zod';

const value = () =>
  z
    .number()
    .nullable()
    .describe('The mean where there were several repetitions; null where it was not measured.');

const figureSchema = z.object({
  path: z.string().describe('From the subject, or `mean over seeds: ` and that.'),
  better: z
    .enum(['smaller', 'larger', 'equal', 'neither'])
    .describe('`equal`: any change is worse; `neither`: no change is judged.'),
  baseline: value(),
  candidate: value(),
  change: z
    .enum(['better', 'worse', 'same', 'changed', 'untold'])
    .describe('`changed`: neither good nor bad; `untold`: too few repetitions or calls to say.'),
});

const sideSchema = z.object({
  runId: z.string(),
  scenario: z.string(),
  subject: z.string(),
  version: z.string().describe('Of the sts-harness that made it.'),
  repetitions: z.int().positive(),
});

export const comparisonSchema = z
  .object({
    schemaVersion: z.literal(1),
    rule: z.enum(['exact', 'repetitions']).describe('Of virtual results; of others.'),
    baseline: sideSchema,
    candidate: sideSchema,
    verdict: z.enum(['worse', 'better', 'same', 'untold']).describe('`worse` if anything is.'),
    figures: z.array(figureSchema).describe('In the order of the result document.'),
    notes: z.array(z.string()).describe('What else is to be known of it.'),
  })
  .describe('Comparison of two results by sts-harness compare.');
