/**
 * The result document, `schemaVersion: 1`, as a schema: the types of `result.ts` are inferred from
 * it, `schema/result.json` is generated from it (`json-schema.ts`), and a file is read through it, so that the three
 * cannot drift. The paths that docs/architecture.md lists are stable; anything else may be added,
 * never renamed. A reader passes over what it does not know.
 */
import { z } from 'zod';
import { subjectSchema } from './subject-schema.ts';

const runSchema = z.object({
  id: z.string(),
  engine: z.enum(['live', 'virtual']),
  scenario: z.string(),
  scenarioHash: z.string(),
  question: z.string().describe('The question that the scenario answers.'),
  seed: z.int().nonnegative(),
  startedAt: z.iso.datetime().describe('Wall clock.'),
  virtualSeconds: z
    .number()
    .nonnegative()
    .describe("Virtual time covered, of the scenario's `scenarioSeconds`."),
  scenarioSeconds: z.number().nonnegative(),
  wallSeconds: z.number().nonnegative(),
  partial: z
    .boolean()
    .describe(
      'Something ended the run early: a signal, a dead worker, a dead mock. The figures cover what there was.',
    ),
  command: z.string().describe('The command line that repeats it.'),
  environment: z.object({
    version: z.string().describe('Of sts-harness.'),
    node: z.string(),
    platform: z.string(),
    cpus: z.int().positive(),
    workers: z.int().nonnegative(),
    pace: z
      .enum(['fast', 'real', 'virtual'])
      .describe('`fast`: fast-forwarded between windows; `real`: never.'),
  }),
  assumptions: z
    .array(z.string())
    .describe("What the figures rest on that is not known, such as the limiter's algorithm."),
});

export const resultSchema = z
  .object({
    schemaVersion: z.literal(1, { error: '1, the only version that this sts-harness reads' }),
    run: runSchema,
    verdict: z
      .enum(['passed', 'failed', 'invalid', 'aborted'])
      .describe('Of the first subject, the one under test.'),
    reasons: z.array(z.string()).describe('Why, most important first; one sentence each.'),
    subjects: z.array(subjectSchema).min(1),
  })
  .describe('Result of one sts-harness run.');
