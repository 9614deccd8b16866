/**
 * What the mock's configuration file may hold, as a zod schema that turns it into the core's units.
 * Every error message is the text of what is allowed.
 */
import { z } from 'zod';
import { parseDurationMs, parseRatePerSecond } from '../../src/kernel/units.ts';
import { DEFAULT_WIRE } from '../core/config.ts';
import { LONGEST_SESSION_SECONDS } from '../core/parameters.ts';

type Shape = Readonly<Record<string, z.ZodType>>;

function mapping<S extends Shape>(shape: S) {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `one of: ${keys}` : `a mapping of ${keys}`,
  });
}

function text(form: RegExp, allowed: string) {
  return z.string({ error: allowed }).regex(form, { error: allowed });
}

function list<T extends z.ZodType>(element: T, atLeast: number, allowed: string) {
  return z.array(element, { error: allowed }).min(atLeast, { error: allowed });
}

function quantity(
  parse: (text: string) => number | undefined,
  fits: (value: number) => boolean,
  allowed: string,
) {
  return z.unknown().transform((value, context): number => {
    const number = typeof value === 'string' ? parse(value) : undefined;
    if (number !== undefined && fits(number)) return number;
    context.issues.push({ code: 'custom', message: allowed, input: value });
    return z.NEVER;
  });
}

const duration = quantity(parseDurationMs, (ms) => ms >= 0, 'a duration such as 15ms, 900s or 1h');
const quota = z.union(
  [
    z.literal('off').transform(() => undefined),
    quantity(parseRatePerSecond, (rate) => Number.isInteger(rate) && rate >= 1, ''),
  ],
  { error: 'off, or a whole number of calls a second such as 100/s' },
);
const limiter = z.union(
  [
    z.enum(['fixed-window', 'sliding-window']).transform((algorithm) => ({ algorithm })),
    z
      .strictObject({ 'token-bucket': z.strictObject({ burst: z.number().min(1) }) })
      .transform(({ 'token-bucket': { burst } }) => ({
        algorithm: 'token-bucket' as const,
        burst,
      })),
  ],
  { error: 'one of: fixed-window, sliding-window, {token-bucket: {burst: <calls, at least 1>}}' },
);

const accountId = text(/^\d{5,20}$/, 'an account id in quotes: 5 to 20 digits');
const arnPattern = text(
  /^(\*|acs:ram:.+)$/,
  'an ARN such as acs:ram::1234567890123456:role/app, * and ? match',
);
const names = z.union([arnPattern, list(arnPattern, 1, 'ARNs')], {
  error: 'an ARN, or a list of ARNs',
});
const action = z.union([z.string(), list(z.string(), 1, 'actions')], {
  error: 'an action such as sts:AssumeRole, or a list of actions',
});
const service = z.union([z.string(), z.array(z.string())], { error: 'a name, or a list of names' });
const condition = mapping({
  'sts:ExternalId': z.union([z.string(), list(z.string(), 1, 'texts')], {
    error: 'a text, or a list of texts',
  }),
});

const statement = mapping({
  Effect: z.enum(['Allow', 'Deny'], { error: 'one of: Allow, Deny' }),
  Action: action,
  Principal: mapping({
    RAM: names.optional(),
    Service: service.optional(),
    Federated: service.optional(),
  }),
  // Nothing else: the mock would have to ignore a condition that it cannot judge.
  Condition: mapping({
    StringEquals: condition.optional(),
    StringLike: condition.optional(),
  }).optional(),
});

const accessKey = mapping({
  id: text(
    /^(?!STS\.)[A-Za-z0-9._-]{4,128}$/,
    '4 to 128 letters, digits, . _ -, not beginning with STS.',
  ),
  secret: text(/^[!-~]{1,256}$/, '1 to 256 printable characters'),
  active: z.boolean({ error: 'true or false' }).default(true),
});

const user = mapping({
  account: accountId,
  name: text(/^[A-Za-z0-9._-]{1,64}$/, '1 to 64 letters, digits, . _ -'),
  accessKeys: list(accessKey, 1, 'a list of AccessKeys; leave it out to have one made').optional(),
  mayAssume: list(arnPattern, 0, 'a list of role ARNs').default([]),
});

const SESSION = 'a duration from 1h to 12h in whole seconds';
const role = mapping({
  arn: text(/^acs:ram::\d{5,20}:role\/[A-Za-z0-9.-]{1,64}$/, 'acs:ram::<account>:role/<name>'),
  maxSessionDuration: quantity(
    parseDurationMs,
    (ms) => ms % 1_000 === 0 && ms >= 3_600_000 && ms <= LONGEST_SESSION_SECONDS * 1_000,
    SESSION,
  ).optional(),
  trust: mapping({
    Version: z.literal('1', { error: "'1'" }),
    Statement: list(statement, 1, 'a list of statements'),
  }),
  mayAssume: list(arnPattern, 0, 'a list of role ARNs').default([]),
});

export const mockConfigSchema = mapping({
  seed: z
    .int({ error: 'a whole number from 0' })
    .min(0, { error: 'a whole number from 0' })
    .optional(),
  region: text(/^[a-z]{2}-[a-z0-9-]{2,30}$/, 'a region such as cn-hangzhou').optional(),
  latency: mapping({ median: duration, p99: duration })
    .refine(({ median, p99 }) => p99 >= median, { error: 'at least the median', path: ['p99'] })
    .optional(),
  quota: mapping({
    perAccount: quota.optional(),
    perRole: quota.optional(),
    limiter: limiter.optional(),
  }).optional(),
  users: list(user, 1, 'a list of users'),
  roles: list(role, 1, 'a list of roles'),
  wire: mapping({
    timestampTolerance: duration.optional(),
    defaultFormat: z.enum(['JSON', 'XML'], { error: 'one of: JSON, XML' }).optional(),
    throttleStatus: z
      .union([z.literal(400), z.literal(429), z.literal(503)], {
        error: `one of: ${DEFAULT_WIRE.throttleStatus}, 429, 503`,
      })
      .optional(),
    sendRetryAfter: z.boolean({ error: 'true or false' }).optional(),
    requireTls: z.boolean({ error: 'true or false' }).optional(),
  }).optional(),
});

export type MockConfigFile = z.output<typeof mockConfigSchema>;
