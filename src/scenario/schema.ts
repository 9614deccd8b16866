/**
 * What a scenario file may hold: each top-level part of it as a zod type that turns the file's words
 * into the project's units. It knows forms only; `checks.ts` knows what contradicts what. Every
 * error message is the text of what is allowed, and every description is shown by editors.
 */
import { z } from 'zod';
import { choice, list, mapping, text } from './forms.ts';
import {
  distribution,
  durationMs,
  durationMsBetween,
  quotaPerSecond,
  wholeCount,
} from './quantity.ts';
import { appFields, subject } from './schema-app.ts';
import { faultSchema, span } from './schema-fault.ts';

const DAY_MS = 86_400_000;

const NAME_FORM = 'a name of lower-case letters, digits and hyphens, at most 40 characters';
const name = text(/^[a-z0-9][a-z0-9-]{0,39}$/, NAME_FORM);

const quota = z.union([z.literal('off'), quotaPerSecond], {
  error: 'off, or a whole number of calls a second from 1/s, such as 100/s',
});

const limiter = z.union(
  [
    choice(['fixed-window', 'sliding-window']),
    mapping({
      'token-bucket': mapping({
        burst: wholeCount(1, 1_000_000).describe('Calls that a full bucket holds.'),
      }),
    }),
  ],
  { error: 'one of: fixed-window, sliding-window, {token-bucket: {burst: <calls>}}' },
);

const latency = z.union(
  [
    distribution,
    mapping({
      from: text(/^.+$/, 'the path of a result.json').describe(
        'Result of a run with --target real, relative to this file.',
      ),
    }),
  ],
  { error: 'median and p99 with their units, or {from: <result.json>}' },
);

/** The verdict reads paths and values in depth. */
const THRESHOLD_FORM = '<path> <comparison> <value>, such as totals.stalls.requests == 0';
const expression = text(/^[^=<>!]+(==|!=|<=|>=|<|>)[^=<>!]+$/, THRESHOLD_FORM);

const threshold = z.union(
  [
    expression.transform((error) => ({ error, warn: undefined, abort: undefined })),
    mapping({
      error: expression.optional().describe('Fails the run. The same as the expression alone.'),
      warn: expression.optional().describe('Is shown, and changes no exit code.'),
      abort: mapping({
        after: durationMs.describe('Virtual time from zero in which it is not looked at.'),
      })
        .optional()
        .describe('Ends the run as soon as it fails. With error only.'),
    }).superRefine((value, context) => {
      if ((value.error === undefined) === (value.warn === undefined)) {
        context.addIssue({ code: 'custom', message: 'either error or warn' });
      } else if (value.abort !== undefined && value.error === undefined) {
        context.addIssue({ code: 'custom', path: ['abort'], message: 'abort with error only' });
      }
    }),
  ],
  { error: `${THRESHOLD_FORM}, or a mapping with the keys error, warn, abort` },
);

/** The top-level parts that stand alone. */
export const parts = {
  seed: wholeCount(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('Feeds every random draw. Default: 1.'),
  duration: durationMsBetween(
    { min: 1, max: 31 * DAY_MS },
    'a duration with its unit, above zero and at most 31d, such as 24h',
  ).describe('Virtual time that the scenario covers.'),
  caller: mapping({
    account: text(/^\d{5,20}$/, 'an account id in quotes: 5 to 20 digits').describe(
      'The account whose users call STS: with the region, the key of the account quota.',
    ),
    region: text(/^[a-z]{2}-[a-z0-9-]{2,30}$/, 'a region, such as cn-shanghai'),
    instance: mapping({
      role: text(/^[A-Za-z0-9.-]{1,64}$/, 'a role name: 1 to 64 of A-Z a-z 0-9 . -')
        .optional()
        .describe('Role of the machines, in the same account. Default: ecs-role.'),
      metadata: choice(['normal', 'hardened'])
        .optional()
        .describe('How the metadata service wants to be asked. Default: hardened.'),
    })
      .optional()
      .describe('The machines of apps whose identity is kms or instance-role.'),
  }),
  sts: mapping({
    latency: latency.optional().describe('Default: median 15ms, p99 80ms.'),
    quota: mapping({
      perAccount: quota
        .optional()
        .describe("By caller's account and region, as Alibaba documents it. Default: 100/s."),
      perRole: quota.optional().describe('By role ARN. Default: off.'),
      limiter: limiter.optional().describe('What counts the calls. Default: fixed-window.'),
    }).optional(),
  }).optional(),
  compare: list(subject, 20, 'subjects').optional().describe('Subjects to stand beside.'),
};

/** Elements of the parts that are lists: each is read alone, so that one hides no other's problems. */
export const elements = {
  faults: faultSchema,
  windows: mapping({ name, ...span }),
  thresholds: threshold,
};

export const limits = { apps: 100, faults: 1_000, windows: 100, thresholds: 200 };

export { appFields, name };

/** Apps are partial here, because `defaults` may hold the rest. */
function fileSchema() {
  const app = mapping(appFields).partial();
  return mapping({
    ...parts,
    defaults: app.optional().describe('Fields for every app that does not set them itself.'),
    apps: z.record(name, app).describe('By name.'),
    faults: list(elements.faults, limits.faults, 'faults').optional(),
    windows: list(elements.windows, limits.windows, 'windows')
      .optional()
      .describe('Replayed at true speed and reported by name. Default: one, the whole duration.'),
    thresholds: list(elements.thresholds, limits.thresholds, 'thresholds')
      .optional()
      .describe('What the subject under test has to keep.'),
  });
}

/** A scenario as its file has it, before it is checked: for those who write it as an object. */
export type ScenarioFile = z.input<ReturnType<typeof fileSchema>>;

/** The whole file for editors. */
export function scenarioJsonSchema(): unknown {
  const schema = z.toJSONSchema(fileSchema(), {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
  });
  return { title: 'sts-harness scenario', ...schema };
}
