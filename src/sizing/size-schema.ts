/**
 * The size document, `schemaVersion: 1`, as a schema: which quota a scenario needs, with the evidence.
 * The types of `size-report.ts` are inferred from it and `schema/size.json` is generated from it. What
 * stands here may be added to, never renamed. A reader passes over what it does not know.
 */
import { z } from 'zod';
import { measuresSchema } from './measures/measures-schema.ts';
import { SITUATION_NAMES } from './situation-names.ts';

const count = () => z.int().nonnegative();
const amount = () => z.number().nonnegative();
/** 0 where no call is made. */
const quota = () => z.int().nonnegative();

const SCOPES = ['account', 'role'] as const;
const ALGORITHMS = ['fixed-window', 'sliding-window', 'token-bucket'] as const;

const situationSchema = z
  .object({
    name: z.enum(SITUATION_NAMES),
    derivation: z.string().describe('How it comes out of the scenario, in one sentence.'),
    fromSeconds: amount().describe('Virtual seconds: what is judged begins here.'),
    toSeconds: amount(),
    /** Undefined where the scenario is too short to have it. */
    applies: z.boolean().describe('False where the scenario is over before it.'),
  })
  .meta({ id: 'Situation' });

const failuresSchema = z
  .object({
    count: count().describe('Runs in which the objective did not hold.'),
    of: count().describe('Runs, each with a seed of its own.'),
    chanceMax: z
      .number()
      .min(0)
      .max(1)
      .describe('Upper bound of the chance that a run fails, at the confidence of the document.'),
    method: z
      .enum(['rule of three', 'Clopper-Pearson'])
      .describe('Exact in both cases; for no failure the rule of three is its short form.'),
  })
  .meta({ id: 'Failures' });

const spreadSchema = z
  .object({ min: count(), median: count(), p95: count(), max: count() })
  .describe('Of the quota that single runs need so that no call is throttled.')
  .meta({ id: 'NeedSpread' });

const closedFormSchema = z
  .object({
    formula: z.string().describe('What it was computed by, in words.'),
    quotaPerSecond: amount(),
    simulatedPerSecond: count().describe(
      'The simulated figure of the fixed window, which the formula is for.',
    ),
    residual: z.number().describe('simulated / closed form - 1.'),
  })
  .meta({ id: 'ClosedForm' });

const harmSchema = z
  .object({
    throttledMean: amount(),
    stalledRequestsMean: amount(),
    stalledSecondsMean: amount().describe('Sum of the waits of all stalled requests.'),
    longestStallSecondsMax: amount(),
    failedRequestsMean: amount(),
  })
  .describe('Within the situation, over the runs that were simulated in full.')
  .meta({ id: 'Harm' });

const needSchema = z
  .object({
    situation: z.enum(SITUATION_NAMES),
    quotaPerSecond: quota()
      .nullable()
      .describe(
        'Smallest quota with which the objective held in every run, by the worst limiter; null where it holds with no quota at all, see `reason`.',
      ),
    limiter: z.enum(ALGORITHMS).describe('The worst one: it needs the most.'),
    byLimiter: z.record(z.enum(ALGORITHMS), quota().nullable()),
    unthrottledPerSecond: quota()
      .nullable()
      .describe(
        'Smallest quota with which no call of any run is throttled, by the worst limiter: more is of no use.',
      ),
    spread: z
      .record(z.enum(ALGORITHMS), spreadSchema.nullable())
      .describe('Null where a run has none that is enough.'),
    failures: failuresSchema,
    fresh: failuresSchema
      .nullable()
      .describe(
        'The quota simulated again, with seeds that the search did not use; null: not done.',
      ),
    withoutQuota: harmSchema.describe('What happens where no quota is enforced.'),
    isMonotone: z
      .boolean()
      .describe('False where a larger quota than one that held was seen to fail: check by hand.'),
    closedForm: closedFormSchema.nullable(),
    reason: z.string().nullable().describe('Why no quota is enough, or what limits the figure.'),
  })
  .meta({ id: 'Need' });

const keySchema = z
  .object({
    key: z
      .string()
      .describe('Role ARN, or `account/region`, with the action where it is not AssumeRole.'),
    quotaPerSecond: quota().nullable().describe('For the worst situation.'),
  })
  .meta({ id: 'KeyNeed' });

const readingSchema = z
  .object({
    scope: z
      .enum(SCOPES)
      .describe(
        "`account`: caller's account, region and API, which Alibaba Cloud documents; `role`: one quota a role, as teams often plan.",
      ),
    quotaPerSecond: quota()
      .nullable()
      .describe('The quota to ask for: that of the worst situation; null where none is enough.'),
    situation: z.enum(SITUATION_NAMES).nullable().describe('The one that decides.'),
    limiter: z.enum(ALGORITHMS).nullable().describe('The one that decides.'),
    presentPerSecond: amount().nullable().describe("The scenario's own; null: not enforced."),
    suffices: z
      .boolean()
      .nullable()
      .describe('Whether the present quota is at least that; null where either is not known.'),
    situations: z.array(needSchema),
    keys: z
      .array(keySchema)
      .describe(
        'What each account or role needs by itself so that none of its calls is throttled.',
      ),
  })
  .meta({ id: 'Reading' });

const curvePointSchema = z
  .object({
    scope: z.enum(SCOPES),
    situation: z.enum(SITUATION_NAMES),
    limiter: z.enum(ALGORITHMS),
    quotaPerSecond: quota(),
    failures: failuresSchema.describe('Of runs in which the objective did not hold.'),
    ...harmSchema.shape,
  })
  .meta({ id: 'CurvePoint' });

const usageSchema = z
  .object({
    scope: z.enum(SCOPES),
    key: z.string(),
    minutes: z
      .array(
        z.object({
          at: amount().describe('Virtual seconds from zero at which the minute begins.'),
          medianPerSecond: amount().describe('Over the runs.'),
          maxPerSecond: count().describe('Over the runs.'),
        }),
      )
      .describe(
        'The busiest second of each minute, as CloudMonitor shows it (acs_quotas_flowcontrol, Usage), where no quota throttles.',
      ),
  })
  .meta({ id: 'Usage' });

const monthSchema = z
  .object({
    month: count().describe('0: now.'),
    users: amount().describe('Factor on the load.'),
    hosts: amount().describe('Factor on the hosts.'),
    processes: count(),
    perAccountPerSecond: quota().nullable(),
    perRolePerSecond: quota().nullable(),
  })
  .meta({ id: 'ForecastMonth' });

export const sizeSchema = z
  .object({
    schemaVersion: z.literal(1),
    kind: z.literal('size'),
    scenario: z.string(),
    scenarioHash: z.string(),
    question: z.string(),
    subject: z.string().describe('Whose clients they are; `as configured` where apps differ.'),
    seed: count(),
    command: z.string().describe('The command line that repeats it.'),
    version: z.string().describe('Of sts-harness.'),
    processes: count(),
    roles: count().describe('Different roles that are called.'),
    callerAccount: z.string().describe('`account/region`: the key of the quota per account.'),
    scale: z
      .object({ users: amount(), hosts: amount() })
      .describe('Factors on the scenario’s load and hosts; 1: as written.'),
    replications: count().describe('Runs, each with a seed of its own, the same for every quota.'),
    confidence: z.number().min(0).max(1),
    objective: z.object({
      isDefault: z.boolean(),
      expressions: z.array(z.string()).describe('Every one has to hold.'),
    }),
    situations: z.array(situationSchema),
    readings: z.array(readingSchema).describe('Per account, then per role.'),
    curve: z.array(curvePointSchema),
    usage: z.array(usageSchema),
    forecast: z.array(monthSchema).describe('Empty where no growth was given.'),
    measures: measuresSchema
      .optional()
      .describe('What would make a quota suffice, where that was asked for.'),
    simulations: count().describe('Simulations that it took.'),
    assumptions: z.array(z.string()),
  })
  .describe('Which quota a scenario needs: a document of sts-harness size.');
