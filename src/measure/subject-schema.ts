/**
 * One subject's column of the result document. Thresholds name their metrics by these paths, and a
 * metric's unit is the end of its name (`…Ms`, `…Seconds`, `…PerSecond`), so a new figure here can be
 * put in a threshold without further code.
 */
import { z } from 'zod';

const count = () => z.int().nonnegative();
const amount = () => z.number().nonnegative();

const totalsSchema = z
  .object({
    requests: z
      .object({
        offered: count(),
        completed: count(),
        failed: count(),
        inFlight: count().describe('Started, and without an answer at the end.'),
        notStarted: count().describe(
          'Due by the plan and never started: the harness was too slow.',
        ),
      })
      .describe(
        'Requests offered, in windows and gaps, and what became of them: offered = completed + failed + inFlight + notStarted.',
      ),
    throughput: z
      .object({ offeredPerSecond: amount(), completedPerSecond: amount() })
      .describe("Over the windows' seconds only: offered by due instant, completed by end."),
    assumeRole: z
      .object({
        calls: count(),
        succeeded: count(),
        throttled: count(),
        failed: count(),
        peakPerSecond: count().describe('Most calls in one aligned second of virtual time.'),
        slidingPeakPerSecond: count().describe('Most calls in any half-open second.'),
      })
      .describe('Calls that STS received, in windows and gaps.'),
    stalls: z
      .object({
        requests: count(),
        episodes: count().describe(
          'Maximal periods in which at least one request of one process was stalled.',
        ),
        episodeSeconds: amount().describe('Length of all episodes: processes add up.'),
        totalSeconds: amount().describe('Sum over stalled requests of the time each waited.'),
        longestSeconds: amount(),
      })
      .describe('In windows and gaps, by the instant at which the request asked.'),
    credentials: z.object({
      servedExpired: count(),
      minRemainingSeconds: z
        .number()
        .nullable()
        .describe('Least time to expiry of any credential handed over; null where none had one.'),
    }),
  })
  .meta({ id: 'Totals' });

const latencySchema = z
  .object({
    count: count(),
    meanMs: amount(),
    p50Ms: amount(),
    p90Ms: amount(),
    p99Ms: amount(),
    p999Ms: amount(),
    p9999Ms: amount(),
    maxMs: amount(),
  })
  .describe('All 0 when count is 0.')
  .meta({ id: 'LatencySummary' });

const groupShape = {
  totals: totalsSchema,
  latency: z
    .object({
      credentialWait: latencySchema.describe(
        'Intended start until the credential was handed over. Completed requests due in windows.',
      ),
      assumeRole: latencySchema.describe(
        "AssumeRole as the client saw it: request written until answer's head read. Every call.",
      ),
      request: latencySchema.describe(
        'Intended start until the work was done. Completed requests due in windows.',
      ),
    })
    .meta({ id: 'Latencies' }),
};

const groupSchema = z.object(groupShape).meta({ id: 'GroupResult' });

const windowSchema = z
  .object({
    ...groupShape,
    at: amount().describe('Virtual seconds from zero.'),
    seconds: amount().describe('What was covered of it.'),
    dip: z
      .object({ completedPerSecond: amount(), offeredPerSecond: amount() })
      .describe('The second in which completed requests fell furthest behind offered ones.'),
  })
  .meta({ id: 'WindowResult' });

const phaseSchema = z
  .object({
    ...groupShape,
    at: amount().describe('Virtual seconds from zero.'),
    seconds: amount().describe('What was covered of it.'),
  })
  .meta({ id: 'PhaseResult' });

const claimsSchema = z
  .object({
    singleFlight: z.boolean().describe('Never more than one refresh of a client in the air.'),
    neverServesExpired: z.boolean(),
  })
  .meta({ id: 'Claims' });

const spreadSchema = z
  .object({
    mean: z.number(),
    low: z.number().describe('Of the mean: its two-sided 95 % interval by Student’s t.'),
    high: z.number(),
    min: z.number(),
    median: z.number(),
    p95: z.number(),
    max: z.number(),
  })
  .meta({ id: 'Spread' });

const replicationsSchema = z
  .object({
    count: z.int().positive(),
    seeds: z.array(z.int().nonnegative()).describe('The first is the run’s own.'),
    figures: z
      .record(z.string(), spreadSchema)
      .describe('By path from the subject. Peaks and percentiles: look at the distribution.'),
  })
  .meta({ id: 'Replications' });

const repetitionSchema = z
  .object({
    ok: z.boolean().describe('It was valid.'),
    partial: z.boolean(),
    figures: z.record(z.string(), z.number()).describe('By path from the subject.'),
  })
  .meta({ id: 'Repetition' });

const limiterSchema = z.discriminatedUnion('algorithm', [
  z.object({ algorithm: z.literal('fixed-window') }),
  z.object({ algorithm: z.literal('sliding-window') }),
  z.object({ algorithm: z.literal('token-bucket'), burst: amount() }),
]);

const quotaSchema = z
  .object({
    scope: z.enum(['role', 'account']),
    key: z
      .string()
      .describe('Role ARN, or `account/region`, with the action where that is not AssumeRole.'),
    limit: amount()
      .nullable()
      .describe('Calls per second; null when this scope was not enforced (its use is shown).'),
    limiter: limiterSchema.nullable().describe('Null when not enforced.'),
    calls: count(),
    peakPerSecond: count(),
    slidingPeakPerSecond: count(),
    succeededPeakPerSecond: count().describe('Of calls that succeeded; aligned second.'),
    succeededSlidingPeakPerSecond: count(),
    throttled: count().describe('Refused by this quota.'),
    succeededBurst: amount()
      .optional()
      .describe(
        'Least burst of a token bucket that refills at the limit and lets these calls pass.',
      ),
  })
  .meta({ id: 'QuotaUse' });

const timelineSchema = z
  .object({
    at: amount().describe('Virtual seconds from zero.'),
    seconds: amount().describe(
      "1 inside a window (more where there are many); a gap's length, or 60 in virtual time.",
    ),
    gap: z
      .boolean()
      .describe(
        'Between windows: a live run offers only requests of unsettled processes there, virtual time all.',
      ),
    offered: count().describe('By due instant.'),
    completed: count().describe(
      'By end instant; what ended after the covered time is in the last.',
    ),
    stalled: count().describe('By the instant at which the request asked.'),
    assumeRole: count(),
    assumeRolePeakPerSecond: count().describe("Most calls in one of the bucket's own seconds."),
    throttled: count(),
  })
  .meta({ id: 'TimelineBucket' });

const validitySchema = z.object({
  ok: z.boolean(),
  reasons: z.array(z.string()).describe('Empty when ok; one sentence each, with the cause.'),
  late: z
    .object({ p50Ms: amount(), p99Ms: amount(), maxMs: amount() })
    .describe("Pacing lag: actual minus intended start. The harness's own, never the client's."),
  shortfall: z.number().min(0).max(1).describe('Share of planned requests not started in time.'),
});

const thresholdSchema = z.object({
  expression: z.string(),
  level: z
    .enum(['error', 'warn'])
    .default('error')
    .describe('`warn` is shown, and changes neither verdict nor exit code.'),
  actual: z
    .number()
    .nullable()
    .describe('Worst value where the path names several; null when nothing was measured there.'),
  where: z.string().describe('The path of the worst value, without wildcards.'),
  passed: z.boolean(),
  abortedAt: amount()
    .optional()
    .describe('It ended the run at this instant: virtual seconds from zero.'),
});

const errorSchema = z.object({
  source: z.enum(['request', 'assumeRole']),
  code: z.string(),
  count: z.int().positive(),
  firstAt: z.number().describe('Virtual seconds from zero.'),
  lastAt: z.number(),
});

const realStsSchema = z
  .object({
    endpoint: z.string().describe('Host name.'),
    sessionPrefix: z.string().describe('Of the session names of all calls, for ActionTrail.'),
    budget: z.int().positive().describe('Calls that the whole run was allowed.'),
    ceilingPerSecond: z.int().positive(),
    latency: latencySchema.describe(
      'Of AssumeRole calls that succeeded: sent by the gate until answered. `sts.latency: {from: …}` reads it.',
    ),
    stoppedBy: z.string().nullable().describe('The guard rail that ended the run, if one did.'),
  })
  .meta({ id: 'RealSts' });

export const subjectSchema = z
  .object({
    name: z.string(),
    partial: z.boolean().describe('Ended before the last window did.'),
    validity: validitySchema,
    ...groupShape,
    apps: z.record(z.string(), groupSchema),
    roles: z.record(z.string(), groupSchema).describe('By role ARN.'),
    windows: z
      .record(z.string(), windowSchema)
      .describe('By name. Calls and stalls of the gaps between them are in `totals` only.'),
    phases: z
      .record(z.string(), phaseSchema)
      .default({})
      .describe(
        '`coldStart`: until half a session after the last start; `steadyState`: from two sessions after it, where the scenario is that long.',
      ),
    quotas: z.array(quotaSchema),
    timeline: z.array(timelineSchema).max(5_000),
    thresholds: z.array(thresholdSchema),
    errors: z
      .array(errorSchema)
      .describe('Failed requests and refused or failed AssumeRole calls, most frequent first.'),
    histograms: z
      .object({ credentialWait: z.string(), assumeRole: z.string(), request: z.string() })
      .describe('HdrHistogram V2, compressed, base64; microseconds.'),
    processes: count().describe('Clients that were started.'),
    fastForward: z.object({
      mode: z.enum(['hops', 'jump', 'none']),
      hops: count(),
      reason: z.string(),
    }),
    claims: claimsSchema
      .optional()
      .describe('What the subject promises of itself; held against the figures.'),
    refreshesInFlightMax: count()
      .nullable()
      .default(null)
      .describe('Most refreshes of one client in the air at once; null where nobody can see it.'),
    replications: replicationsSchema
      .optional()
      .describe('Virtual time, several seeds. All other figures are of the first.'),
    repetitions: z
      .array(repetitionSchema)
      .optional()
      .describe('A live run that was repeated. All other figures are of the first.'),
    realSts: realStsSchema.optional().describe('With `--target real`.'),
    notes: z.array(z.string()).describe('What limits the figures of this subject.'),
  })
  .meta({ id: 'SubjectResult' });
