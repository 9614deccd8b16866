/**
 * The document of `import-trail --json`, `schemaVersion: 1`, as a schema: what files of ActionTrail events
 * hold, and what was inferred of one quota's callers. Types are inferred from it and `schema/trail.json`
 * is generated from it. What stands here may be added to, never renamed.
 */
import { z } from 'zod';

const count = () => z.int().nonnegative();
/** `2026-11-22T12:00:00Z`. */
const instant = () => z.string();
const accountAndRegion = { accountId: z.string(), region: z.string() };

const namedCountSchema = z
  .object({
    name: z.string(),
    calls: count(),
    failed: count(),
    throttled: count().describe('Of those that failed.'),
  })
  .meta({ id: 'NamedCount' });

const brokenPlaceSchema = z
  .object({ file: z.string(), line: z.int().positive(), reason: z.string() })
  .meta({ id: 'BrokenPlace' });

export const trailSummarySchema = z.object({
  files: z.array(z.string()),
  calls: count(),
  assumeRoleCalls: count().describe('`AssumeRole` and those with OIDC and SAML.'),
  otherEvents: count().describe('Events of other services, which are not calls here.'),
  duplicates: z
    .object({
      count: count(),
      unchecked: count().describe('Came when no more could be kept.'),
    })
    .describe('Copies of events, by eventId and time: left out.'),
  broken: z.object({ count: count(), first: z.array(brokenPlaceSchema) }),
  span: z.object({ from: instant(), to: instant(), seconds: z.number().nonnegative() }).nullable(),
  busiestSecond: z
    .object({
      at: instant(),
      calls: count(),
      ...accountAndRegion,
      uncounted: count().describe(
        'Calls that were not looked at, since the trail covers too many hours.',
      ),
    })
    .nullable()
    .describe('Of the calls that assume a role, in the second of one account and region.'),
  actions: z.array(namedCountSchema),
  callers: z
    .array(namedCountSchema)
    .describe('`<account>/<principal>`, the latter as a pseudonym unless names were to be kept.'),
  roles: z.array(namedCountSchema).describe('By ARN.'),
  errors: z.array(namedCountSchema).describe('By code.'),
});

const judged = <Value extends z.ZodType>(value: Value) =>
  z.object({
    value,
    confidence: z
      .enum(['high', 'medium', 'low', 'none'])
      .describe('`none`: it could not be told, and the value is an assumption.'),
    method: z.string().describe('What it rests on, in one phrase.'),
  });

const rangeSchema = z
  .object({ from: z.number(), to: z.number() })
  .describe('Seconds.')
  .meta({ id: 'Range' });

const seenFields = {
  name: z.object({
    ...accountAndRegion,
    principal: z.string(),
    roleArn: z.string(),
    userAgent: z.string(),
  }),
  calls: count(),
  failed: count(),
  throttled: count(),
  addresses: count().describe('Distinct source addresses.'),
  lifetimeSeconds: count().describe('Of the credentials, most often.'),
};

export const cachedCallerSchema = z
  .object({
    ...seenFields,
    kind: z.literal('cached'),
    processes: judged(z.number().nonnegative()),
    interval: judged(rangeSchema),
    lead: rangeSchema.describe(
      'Seconds before the end of a credential at which the next one was asked for: lifetime minus interval.',
    ),
    jitterSeconds: z
      .number()
      .nonnegative()
      .describe('Width of the interval; 0 where it is below what whole seconds can show.'),
    singleFlight: judged(z.enum(['kept', 'missing', 'unknown'])),
    callsPerRefresh: z.number().nonnegative(),
    synchrony: judged(z.number()).describe(
      'Rayleigh’s r of the calls on a circle of one interval: 1 in step, 0 spread.',
    ),
    sampledShare: z
      .number()
      .describe('Of its session names, those that were followed; 1 where all were.'),
  })
  .describe('It keeps its credentials, and asks for new ones at intervals.');

export const perRequestCallerSchema = z
  .object({
    ...seenFields,
    kind: z.literal('per-request'),
    verdict: judged(z.literal('no interval')),
  })
  .describe(
    'Its calls follow what it has to do: nothing is kept, or each call is for somebody else.',
  );

export const unknownCallerSchema = z
  .object({ ...seenFields, kind: z.literal('unknown'), reason: z.string() })
  .describe('Too little of it to say anything.');

const app = z
  .string()
  .nullable()
  .describe('Of the scenario; null for what is in its background, or without a scenario.');

const callerSchema = z.discriminatedUnion('kind', [
  cachedCallerSchema.extend({ app }).meta({ id: 'CachedCaller' }),
  perRequestCallerSchema.extend({ app }).meta({ id: 'PerRequestCaller' }),
  unknownCallerSchema.extend({ app }).meta({ id: 'UnknownCaller' }),
]);

const quotaSchema = z.object({
  ...accountAndRegion,
  calls: count(),
  from: instant(),
  to: instant(),
  busiestSecond: z.object({ at: instant(), calls: count() }),
  others: z
    .array(z.object({ ...accountAndRegion, calls: count() }))
    .describe('Accounts and regions with a quota of their own, which are not looked at.'),
  furtherCalls: count().describe('Calls of callers beyond the limit.'),
  callers: z.array(callerSchema).describe('Most calls first. Principals are pseudonyms.'),
});

export const trailSchema = trailSummarySchema
  .extend({
    schemaVersion: z.literal(1),
    quota: quotaSchema
      .nullable()
      .describe(
        'Of `AssumeRole`, by caller’s account and region; null where there is no such call.',
      ),
    scenario: z
      .object({ file: z.string(), apps: count(), backgroundCalls: count() })
      .nullable()
      .describe('Null where none could be made, or none was asked for.'),
  })
  .describe('What files of ActionTrail events hold: a document of sts-harness import-trail.');
