/**
 * Where an app's processes have their identity from, and the roles on the way to the app's own.
 */
import { z } from 'zod';
import { list, mapping, text } from './forms.ts';
import { durationMsBetween } from './quantity.ts';

const HOUR_MS = 3_600_000;

export const user = text(
  /^[A-Za-z0-9.@_-]{1,64}$/,
  'a RAM user name: 1 to 64 of A-Z a-z 0-9 . @ _ -',
);

const KIND_FORM = 'one of: access-key, kms, instance-role, oidc';

export const identity = z.discriminatedUnion(
  'kind',
  [
    mapping({ kind: z.literal('access-key') }),
    mapping({
      kind: z.literal('kms'),
      ttl: durationMsBetween({ min: 1_000, max: 24 * HOUR_MS }, 'a duration from 1s to 24h')
        .optional()
        .describe('How long the reference client uses a key that it read. Default: 10m.'),
    }),
    mapping({ kind: z.literal('instance-role') }),
    mapping({
      kind: z.literal('oidc'),
      provider: text(/^[A-Za-z0-9._-]{1,128}$/, 'a name of 1 to 128 of A-Z a-z 0-9 . _ -')
        .optional()
        .describe('Identity provider, in the account of the first role. Default: ack-pods.'),
      serviceAccount: text(
        /^[a-z0-9-]{1,63}:[a-z0-9.-]{1,120}$/,
        'a namespace and a service account, such as shop:orders',
      )
        .optional()
        .describe("Default: the app's name for both."),
      tokenLifetime: durationMsBetween(
        { min: HOUR_MS / 6, max: 24 * HOUR_MS, stepMs: 1_000 },
        'a duration from 10m to 24h in whole seconds',
      )
        .optional()
        .describe('Tokens are renewed after four fifths of it. Default: 1h.'),
    }),
  ],
  { error: KIND_FORM },
);

const VIA_MAX = 5;

export function viaOf<Role extends z.ZodType>(role: Role) {
  return list(role, VIA_MAX, 'roles');
}
