/**
 * Quantities of a scenario file as zod types: text with its unit in, a number in the project's unit
 * out. Every type's error message is the text of what is allowed, and its metadata is what an editor
 * checks, so that both stand next to the parser.
 */
import { z } from 'zod';
import {
  parseSecondSeries,
  SECOND_SERIES_FORM,
  SECOND_SERIES_PATTERN,
} from '../kernel/second-series.ts';
import { parseCount, parseDurationMs, parseRatePerSecond, parseShare } from '../kernel/units.ts';
import { mapping } from './forms.ts';

interface Quantity {
  readonly parse: (text: string) => number | undefined;
  /** What is allowed, fit for "allowed: …". */
  readonly allowed: string;
  /** Which bare numbers need no unit. */
  readonly bare: 'any' | 'zero';
  readonly pattern: string;
  readonly min?: number;
  readonly max?: number;
  /** The value is a whole multiple of it. */
  readonly step?: number;
}

const NUMBER = String.raw`\d+(\.\d+)?`;
const DURATION_PATTERN = String.raw`^\s*(0|(${NUMBER}\s*(us|ms|s|min|m|h|d)\s*)+)$`;
const RATE_PATTERN = String.raw`^\s*${NUMBER}\s*[kKMG]?\s*/\s*(ms|s|min|m|h|d)\s*$`;
const COUNT_PATTERN = String.raw`^\s*${NUMBER}\s*[kKMG]?\s*$`;
const SHARE_PATTERN = String.raw`^\s*${NUMBER}\s*%?\s*$`;

/** Whatever is there is read; the type is for those who write a scenario as an object. */
const written = z.unknown() as z.ZodType<unknown, string | number>;

function quantity(form: Quantity) {
  const { parse, allowed, bare, pattern, min = 0, max = Number.MAX_SAFE_INTEGER, step } = form;
  const read = (value: unknown): number | undefined => {
    if (typeof value === 'string') return parse(value);
    if (typeof value !== 'number') return undefined;
    return bare === 'any' || value === 0 ? value : undefined;
  };
  return written
    .transform((value, context): number => {
      const number = read(value);
      const fits = number !== undefined && number >= min && number <= max;
      if (fits && (step === undefined || number % step === 0)) return number;
      context.issues.push({ code: 'custom', message: allowed, input: value });
      return z.NEVER;
    })
    .meta({
      anyOf: [{ type: 'string', pattern }, bare === 'any' ? { type: 'number' } : { const: 0 }],
    });
}

const DURATION = {
  parse: parseDurationMs,
  bare: 'zero',
  pattern: DURATION_PATTERN,
} as const;

/** Zero or more. */
export const durationMs = quantity({
  ...DURATION,
  allowed: 'a duration with its unit, such as 250ms, 900s, 45m or 1h30m',
});

/** More than zero: the least is a microsecond. */
export const positiveDurationMs = quantity({
  ...DURATION,
  allowed: 'a duration above zero with its unit, such as 250ms, 900s, 45m or 1h30m',
  min: 0.001,
});

/** A length of time within bounds that `allowed` states; `stepMs` asks for whole multiples of it. */
export function durationMsBetween(
  bounds: { readonly min: number; readonly max: number; readonly stepMs?: number },
  allowed: string,
) {
  const { stepMs: step, ...range } = bounds;
  return quantity({ ...DURATION, ...range, allowed, ...(step === undefined ? {} : { step }) });
}

/** Above this no machine replays a plan, and a slip of a multiplier is the likelier reading. */
const HIGHEST_RATE_PER_SECOND = 1e9;

export const ratePerSecond = quantity({
  parse: parseRatePerSecond,
  bare: 'zero',
  pattern: RATE_PATTERN,
  allowed: 'a rate with its unit, such as 100/s, 20k/s or 90/m, at most 1G/s',
  max: HIGHEST_RATE_PER_SECOND,
});

/** A quota is a whole number of calls in a second. */
export const quotaPerSecond = quantity({
  parse: parseRatePerSecond,
  bare: 'zero',
  pattern: RATE_PATTERN,
  allowed: 'off, or a whole number of calls a second from 1/s, such as 100/s',
  min: 1,
  max: HIGHEST_RATE_PER_SECOND,
  step: 1,
});

/** A number of things, within bounds. */
export function wholeCount(min: number, max: number) {
  return quantity({
    parse: parseCount,
    bare: 'any',
    pattern: COUNT_PATTERN,
    allowed: `a whole number from ${min} to ${max}, such as 40, 5k or 6M`,
    min,
    max,
    step: 1,
  });
}

/** A plain factor or an average, within bounds. */
export function numberBetween(min: number, max: number) {
  return quantity({
    parse: parseCount,
    bare: 'any',
    pattern: COUNT_PATTERN,
    allowed: `a number from ${min} to ${max}`,
    min,
    max,
  });
}

export function shareBetween(min: number, max: number, allowed: string) {
  return quantity({ parse: parseShare, bare: 'any', pattern: SHARE_PATTERN, allowed, min, max });
}

/** A random time by its median and its 99th percentile; equal values mean a constant. */
/** Text in, a count for each second out. */
export const secondSeries = z
  .string({ error: SECOND_SERIES_FORM })
  .transform((text, context) => {
    const counts = parseSecondSeries(text);
    if (counts !== undefined) return counts;
    context.issues.push({ code: 'custom', message: SECOND_SERIES_FORM, input: text });
    return z.NEVER;
  })
  .meta({ pattern: SECOND_SERIES_PATTERN });

export const distribution = mapping({ median: positiveDurationMs, p99: positiveDurationMs })
  .superRefine((value, context) => {
    if (value.p99 < value.median) {
      context.addIssue({ code: 'custom', path: ['p99'], message: 'at least the median' });
    }
  })
  .transform((value) => ({ medianMs: value.median, p99Ms: value.p99 }));
