/**
 * The fields of an app in a scenario file: who it is, how its processes come up, which client it
 * uses, and the load it carries. Each field stands alone, because `defaults` may supply any of them.
 */
import { z } from 'zod';
import {
  RESOURCE_ACTION_FORM,
  resourceActionOf,
} from '../../mock-sts/core/data-plane/resource-actions.ts';
import { parseRoleArn } from '../kernel/sts/wire.ts';
import { presetNamed } from '../models/presets.ts';
import { choice, list, mapping, text } from './forms.ts';
import { WIDEST_PEAK_SHARE } from './population.ts';
import {
  distribution,
  durationMs,
  durationMsBetween,
  numberBetween,
  positiveDurationMs,
  ratePerSecond,
  secondSeries,
  shareBetween,
  wholeCount,
} from './quantity.ts';
import { SUBJECTS } from './scenario.ts';
import { identity, user, viaOf } from './schema-identity.ts';
import { withoutHostedPrefix } from './subject-names.ts';

const HOUR_MS = 3_600_000;
const HIGHEST_COUNT = 1_000_000;
const LONGEST_LIST = 10_000;

const ARN_FORM = 'a role ARN, such as acs:ram::1100000000000001:role/role-appX-prd';
export const roleArn = z
  .string({ error: ARN_FORM })
  .refine((arn) => parseRoleArn(arn) !== undefined, { error: ARN_FORM });

const role = mapping({
  arn: roleArn.describe('The role in its resource account.'),
  maxSessionDuration: durationMsBetween(
    { min: HOUR_MS, max: 12 * HOUR_MS, stepMs: 1_000 },
    'a duration from 1h to 12h in whole seconds',
  )
    .optional()
    .describe('MaxSessionDuration of the role. Default: 1h.'),
  externalId: text(/^[\w+=,.@:/-]{2,1224}$/, '2 to 1224 of the characters A-Z a-z 0-9 _+=,.@:/-')
    .optional()
    .describe('The trust policy asks for this sts:ExternalId. Default: none.'),
});

const within = durationMs.optional();
const start = z.discriminatedUnion(
  'mode',
  [
    mapping({
      mode: z.literal('together'),
      at: durationMs.optional().describe('Default: 0s.'),
      within: within.describe('Each process at a random instant in it. Default: 1s.'),
    }),
    mapping({
      mode: z.literal('rolling'),
      at: durationMs.optional().describe('Default: 0s.'),
      over: positiveDurationMs.describe('Hosts one after another, evenly over this time.'),
    }),
    mapping({
      mode: z.literal('bursts'),
      bursts: list(
        mapping({
          at: durationMs,
          hosts: wholeCount(1, HIGHEST_COUNT).describe('New hosts; all bursts add up to hosts.'),
          within: within.describe('Each host at a random instant in it. Default: 1s.'),
        }),
        1_000,
        'bursts',
      ).min(1, { error: 'at least one burst' }),
    }),
  ],
  { error: 'one of: together, rolling, bursts' },
);

const SUBJECT_FORM = `one of: ${SUBJECTS.join(', ')}, module:<path>, preset:<name>, hosted:<name>`;
export const subject = z
  .string({ error: SUBJECT_FORM })
  .refine((word) => isSubject(word), { error: SUBJECT_FORM })
  .describe(
    `${SUBJECTS.join(', ')}; module:<path>, a client of your own; for simulate also preset:<name>, a model of an SDK's cache, and hosted:<name>, the live run's client in virtual time.`,
  );

function isSubject(word: string): boolean {
  if (word.startsWith('preset:')) return presetNamed(word.slice('preset:'.length)) !== undefined;
  const isBuiltIn = SUBJECTS.some((known) => known === withoutHostedPrefix(word));
  return isBuiltIn || /^module:./.test(word);
}

const client = z.union(
  [subject, z.looseObject({ subject }, { error: 'a mapping with the key subject' })],
  { error: SUBJECT_FORM },
);

const spike = mapping({
  at: durationMs,
  for: positiveDurationMs,
  factor: numberBetween(0, 1_000).optional().describe('The rate is multiplied by it.'),
  add: ratePerSecond.optional().describe('This rate is added.'),
}).superRefine((value, context) => {
  if ((value.factor === undefined) === (value.add === undefined)) {
    context.addIssue({ code: 'custom', message: 'either factor or add' });
  }
});

const HOUR_OF_DAY = 'an hour of the day, 0 to below 24 (20.5 is half past eight)';
const hourOfDay = z
  .number({ error: HOUR_OF_DAY })
  .min(0, { error: HOUR_OF_DAY })
  .lt(24, { error: HOUR_OF_DAY });
const SHARE = 'a share, such as 30% or 0.3';

const population = mapping({
  users: wholeCount(1, 10_000_000_000),
  dailyActive: shareBetween(0, 1, SHARE).describe('Share of users who come on a given day.'),
  requestsPerUserAndDay: numberBetween(0, 1_000_000),
  peakHourShare: shareBetween(
    1 / 24,
    WIDEST_PEAK_SHARE,
    `a share from 1/24 (4.17%, a flat day) to ${WIDEST_PEAK_SHARE * 100}%, such as 6.5%`,
  ).describe("Share of the day's requests in its busiest hour, flash sale not counted."),
  peakHour: hourOfDay.describe('Hour of the day in which the busiest hour is centred.'),
  startHour: hourOfDay.optional().describe('Hour of the day at virtual zero. Default: 0.'),
  flashSale: mapping({
    at: durationMs.describe('From virtual zero.'),
    for: positiveDurationMs,
    factor: numberBetween(1, 1_000).describe('The rate of the ordinary day is multiplied by it.'),
  }).optional(),
});

const knot = z.tuple([durationMs, ratePerSecond], { error: 'an instant and a rate: [1h, 20k/s]' });
const CURVE_SOURCES = ['rate', 'curve', 'steps', 'population', 'bySecond'] as const;

const load = mapping({
  arrivals: choice(['poisson', 'even'])
    .optional()
    .describe('Default: poisson; even with bySecond, which takes nothing else.'),
  rate: ratePerSecond.optional().describe('One rate all the time.'),
  curve: list(knot, LONGEST_LIST, 'knots [instant, rate]')
    .min(1, { error: 'at least one knot [instant, rate]' })
    .optional()
    .describe('Piecewise linear; constant before the first knot and after the last.'),
  steps: list(mapping({ at: durationMs, rate: ratePerSecond }), LONGEST_LIST, 'steps {at, rate}')
    .min(1, { error: 'at least one step {at, rate}' })
    .optional()
    .describe('Each rate holds until the next step; the first is at 0s.'),
  population: population.optional().describe('Derived from people: docs/scenarios.md.'),
  bySecond: secondSeries
    .optional()
    .describe(
      'As recorded: requests of all processes in each second from virtual zero, evenly spaced within it.',
    ),
  spikes: list(spike, 1_000, 'spikes').optional().describe('On top of any of the above.'),
}).superRefine((value, context) => {
  if (CURVE_SOURCES.filter((key) => value[key] !== undefined).length !== 1) {
    const message = `exactly one of the keys ${CURVE_SOURCES.join(', ')}`;
    context.addIssue({ code: 'custom', message });
  }
  if (value.bySecond === undefined) return;
  if (value.arrivals === 'poisson') {
    const message = 'even, beside bySecond, which says how many come';
    context.addIssue({ code: 'custom', path: ['arrivals'], message });
  }
  if (value.spikes !== undefined) {
    context.addIssue({ code: 'custom', path: ['spikes'], message: 'nothing beside bySecond' });
  }
});

const resourceAction = z.string({ error: RESOURCE_ACTION_FORM }).transform((text, context) => {
  const action = resourceActionOf(text);
  if (action !== undefined) return action;
  context.issues.push({ code: 'custom', message: RESOURCE_ACTION_FORM, input: text });
  return z.NEVER;
});

const work = z.union(
  [
    z.literal('resource'),
    mapping({
      resource: resourceAction
        .optional()
        .describe('It calls a service for this action, signed with the credential. Default: none.'),
      service: distribution
        .optional()
        .describe('Time that the work takes, or the service. Default: median 5ms, p99 50ms.'),
      concurrency: wholeCount(1, HIGHEST_COUNT)
        .optional()
        .describe('Requests that a process serves at once; further ones queue. Default: 64.'),
    }),
  ],
  { error: 'resource, or a mapping with the keys resource, service, concurrency' },
);

export const appFields = {
  user: user.describe(
    "RAM user of the caller's account; its AccessKey is made up. Default: the app's name.",
  ),
  identity: identity.describe(
    'Where a process has what it calls STS with. Default: the AccessKey of its user.',
  ),
  via: viaOf(role).describe('Roles assumed one after another on the way to role. Default: none.'),
  role: role.describe('The role that the app assumes.'),
  sessionDuration: durationMsBetween(
    { min: 900_000, max: 12 * HOUR_MS, stepMs: 1_000 },
    'a duration from 900s to 12h in whole seconds',
  ).describe('DurationSeconds that the app asks for. Default: 1h.'),
  hosts: wholeCount(1, HIGHEST_COUNT),
  processesPerHost: wholeCount(1, 10_000).describe('Default: 1.'),
  start: start.describe('How the processes come up. Default: together, within 1s.'),
  client: client.describe(
    'The subject under test, or a mapping of it and its options. Default: reference.',
  ),
  load: load.describe('Arrival rate of the whole app.'),
  work: work.describe(
    'What a request does after it has its credential. Default: work of its own for a median of 5ms.',
  ),
};
