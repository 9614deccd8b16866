/**
 * The forms that the parts of the configuration file's schema are made of. Every error message is the
 * text of what is allowed.
 */
import { z } from 'zod';
import { parseDurationMs } from '../../src/kernel/units.ts';

type Shape = Readonly<Record<string, z.ZodType>>;

export function mapping<S extends Shape>(shape: S) {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `one of: ${keys}` : `a mapping of ${keys}`,
  });
}

export function text(form: RegExp, allowed: string) {
  return z.string({ error: allowed }).regex(form, { error: allowed });
}

export function list<T extends z.ZodType>(element: T, atLeast: number, allowed: string) {
  return z.array(element, { error: allowed }).min(atLeast, { error: allowed });
}

export function quantity(
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

export const duration = quantity(
  parseDurationMs,
  (ms) => ms >= 0,
  'a duration such as 15ms, 900s or 1h',
);
