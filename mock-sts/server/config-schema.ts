/**
 * What the mock's configuration file may hold, as a zod schema that turns it into the core's units.
 * Every error message is the text of what is allowed.
 */
import { z } from 'zod';
import { parseTimestamp } from '../../src/kernel/sts/wire.ts';
import { parseRatePerSecond } from '../../src/kernel/units.ts';
import { DEFAULT_WIRE } from '../core/config.ts';
import { FAULTS_MAX } from '../core/fault-list.ts';
import { AUTOMATIC_OVERLAP_MS } from '../core/ram-secrets.ts';
import { duration, list, mapping, quantity, text } from './config-forms.ts';
import { account, identityProvider, resourceDirectory, role, user } from './config-identities.ts';

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

const FAULTS = `a list of at most ${FAULTS_MAX} faults`;

export const RAM_SECRET = 'the name of a RAM secret, acs/ram/user/<a user of this file>';

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
  accounts: list(account, 1, 'a list of accounts').optional(),
  resourceDirectory: resourceDirectory.optional(),
  users: list(user, 1, 'a list of users').optional(),
  roles: list(role, 1, 'a list of roles').optional(),
  identityProviders: list(identityProvider, 1, 'a list of identity providers').optional(),
  rotations: list(
    mapping({
      secret: z.string({ error: RAM_SECRET }),
      at: quantity(parseTimestamp, () => true, 'an instant such as 2026-11-22T20:00:00Z'),
      overlap: duration.default(AUTOMATIC_OVERLAP_MS),
    }),
    0,
    'a list of rotations',
  ).default([]),
  /** Each is read by the table of faults, see `config-faults.ts`. */
  faults: z.array(z.unknown(), { error: FAULTS }).max(FAULTS_MAX, { error: FAULTS }).default([]),
  instance: mapping({
    role: z.string({ error: 'the ARN of one of the roles' }),
    hardened: z.boolean({ error: 'true or false' }).default(false),
  }).optional(),
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
