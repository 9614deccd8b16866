/**
 * The report on a client, `schemaVersion: 1`, as a schema: the types of `report.ts` are inferred from it,
 * and `schema/check.json` is generated from it. Names may be added, never renamed.
 */
import { z } from 'zod';

const status = z.enum(['passed', 'failed', 'skipped']);
const count = () => z.int().nonnegative();
const amount = () => z.number().nonnegative();
const share = () => z.number().min(0).max(1);

const limitsSchema = z
  .object({
    spareMs: amount(),
    recoverWithinMs: amount(),
    answerWithinMs: amount(),
    callsPerMinuteMax: amount(),
    herdShareMax: share(),
    stampedeShareMax: share(),
  })
  .describe('What was allowed where a promise is one of degree: docs/check.md, Limits.');

const caseSchema = z.object({
  name: z.string().describe('Such as `Throttling.User`; empty for the only one.'),
  status,
  seen: z
    .string()
    .describe('Figures, and instants from the start of the script, h:mm:ss; if skipped, why.'),
  wanted: z.string().describe('Empty for one that was skipped.'),
});

const promiseSchema = z.object({
  name: z.string().describe('Stable.'),
  family: z.string(),
  proves: z.string().describe('What a client that passes does.'),
  why: z.string().describe('What happens in production to those that do not.'),
  status: status.describe('Failed with one case; skipped where all of them are.'),
  cases: z.array(caseSchema).describe('One for each script; a check of all scripts has one.'),
});

export const checkReportSchema = z
  .object({
    schemaVersion: z.literal(1),
    client: z.string().describe('As it was named.'),
    seed: count(),
    limits: limitsSchema,
    verdict: z.enum(['passed', 'failed']),
    counts: z.object({ passed: count(), failed: count(), skipped: count() }),
    checks: z.array(promiseSchema),
  })
  .describe('Report of one sts-harness check.');
