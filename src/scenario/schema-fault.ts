/**
 * Faults of a scenario file, each kind with the parameters that the mock's table of faults gives it.
 */
import { z } from 'zod';
import type { FaultTarget } from '../../mock-sts/core/config.ts';
import {
  FAULT_NAMES,
  type FaultName,
  type FaultValues,
  faultKind,
  type ParameterForm,
} from '../../mock-sts/core/fault-kinds.ts';
import { choice, mapping, text } from './forms.ts';
import {
  durationMs,
  positiveDurationMs,
  ratePerSecond,
  secondSeries,
  shareBetween,
  wholeCount,
} from './quantity.ts';
import { appFields, roleArn } from './schema-app.ts';

export const span = { at: durationMs.describe('From virtual zero.'), for: positiveDurationMs };

/** Not the mock's: KMS does it by its own schedule. `for` is the overlap of the two keys. */
export const KEY_ROTATION = 'key-rotation';

export type FaultDraft = {
  readonly kind: FaultName | typeof KEY_ROTATION;
  readonly at: number;
  readonly for: number;
  readonly target?: FaultTarget;
} & FaultValues;

/** As a scenario file has it: the kind's parameters beside when it is. */
export type FaultForm = {
  readonly kind: FaultDraft['kind'];
  readonly at: string | number;
  readonly for: string | number;
} & FaultValues;

const CODE_FORM = 'an STS error code, such as InternalError or Throttling.User';
const TARGET = 'Where it strikes.';
const CALLS_MAX = 1_000_000_000;

const FORMS: Readonly<Record<ParameterForm, z.ZodType>> = {
  duration: positiveDurationMs,
  share: shareBetween(0, 1, 'a share, such as 30% or 0.3'),
  code: text(/^[A-Za-z][A-Za-z0-9.]{1,63}$/, CODE_FORM),
  rate: ratePerSecond,
  count: wholeCount(0, CALLS_MAX),
  role: roleArn,
  user: appFields.user,
  series: secondSeries,
};

const keyRotation = mapping({
  kind: z.literal(KEY_ROTATION),
  at: span.at,
  for: positiveDurationMs.describe('Overlap: so long the old key works beside the new one.'),
  user: appFields.user.describe('RAM user whose AccessKey KMS rotates.'),
});

export const faultSchema = z.discriminatedUnion('kind', [...kindSchemas(), keyRotation], {
  error: `one of: ${[...FAULT_NAMES, KEY_ROTATION].join(', ')}`,
}) as unknown as z.ZodType<FaultDraft, FaultForm>;

function kindSchemas(): [ReturnType<typeof kindSchema>] {
  return FAULT_NAMES.map(kindSchema) as [ReturnType<typeof kindSchema>];
}

function kindSchema(name: FaultName) {
  const { parameters, targets } = faultKind(name);
  const fields = parameters.map(({ name: key, form, required, what }) => {
    const field = FORMS[form].describe(`${what[0]!.toUpperCase()}${what.slice(1)}.`);
    return [key, required ? field : field.optional()] as const;
  });
  const target = targets && { target: choice(targets).optional().describe(TARGET) };
  return mapping({ kind: z.literal(name), ...span, ...target, ...Object.fromEntries(fields) });
}
