/**
 * A fault as somebody writes it, `{"kind":"slow-body","over":"10s","share":"30%"}`, turned into one:
 * while the mock runs, with `after` from now, and in its configuration file, with `at` from its start.
 * Without it a fault is there at once; without `for`, until it is removed.
 */
import { nearest } from '../../src/kernel/nearest.ts';
import { parseSecondSeries, SECOND_SERIES_FORM } from '../../src/kernel/second-series.ts';
import {
  parseCount,
  parseDurationMs,
  parseRatePerSecond,
  parseShare,
} from '../../src/kernel/units.ts';
import type { MockFault } from './config.ts';
import {
  EXAMPLE,
  FAULT_NAMES,
  type FaultName,
  type FaultParameter,
  type FaultValue,
  faultKind,
  type ParameterForm,
} from './fault-kinds.ts';

export type FaultReading =
  | { readonly kind: 'fault'; readonly name: FaultName; readonly fault: MockFault }
  | {
      readonly kind: 'problem';
      /** A key of the fault; undefined for all of it. */
      readonly key: string | undefined;
      readonly allowed: string;
      /** All of it in one sentence. */
      readonly problem: string;
    };

/** The key for when it begins. */
type Begin = 'after' | 'at';

/** A hundred days: enough to be always, and small enough to be added to an instant exactly. */
const SPAN_MS_MAX = 8_640_000_000;
const FOUND_LENGTH_MAX = 40;

/** `zeroMs`: what `after` or `at` counts from. */
export function readFault(value: unknown, zeroMs: number, begin: Begin = 'after'): FaultReading {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const text = problem('fault', value, 'an object with a kind and its parameters');
    return { ...text, key: undefined };
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const name = FAULT_NAMES.find((known) => known === fields.kind);
  if (name === undefined) return problem('kind', fields.kind, kindsText(fields.kind));
  const { parameters, targets = [], effect } = faultKind(name);
  const allowed = [
    ...['kind', begin, 'for'],
    ...(targets.length === 0 ? [] : ['target']),
    ...parameters.map((parameter) => parameter.name),
  ];
  const unknown = Object.keys(fields).find((key) => !allowed.includes(key));
  if (unknown !== undefined) {
    return { ...problem('key', unknown, `one of: ${allowed.join(', ')}`), key: unknown };
  }
  const span = readSpan(fields, zeroMs, begin);
  if ('problem' in span) return span;
  const target = targets.find((known) => known === fields.target);
  if (target === undefined && fields.target !== undefined) {
    return problem('target', fields.target, `one of: ${targets.join(', ')}`);
  }
  const values: Record<string, FaultValue | undefined> = {};
  for (const parameter of parameters) {
    const read = readParameter(parameter, fields[parameter.name]);
    if (isProblem(read)) return read;
    values[parameter.name] = read;
  }
  const effected = effect(values);
  if ('misfit' in effected) {
    return problem(effected.misfit, fields[effected.misfit], effected.allowed);
  }
  const at = target === undefined ? {} : { target };
  return { kind: 'fault', name, fault: { ...span, ...at, ...effected } };
}

function readSpan(
  fields: Readonly<Record<string, unknown>>,
  zeroMs: number,
  begin: Begin,
): { readonly fromMs: number; readonly toMs: number } | Problem {
  const beginMs = fields[begin] === undefined ? 0 : READ.duration(fields[begin]);
  if (beginMs === undefined) return problem(begin, fields[begin], FORMS.duration);
  const fromMs = zeroMs + Number(beginMs);
  if (fields.for === undefined) return { fromMs, toMs: Number.MAX_SAFE_INTEGER };
  const forMs = Number(READ.duration(fields.for) ?? 0);
  if (forMs <= 0) return problem('for', fields.for, `${FORMS.duration}, above zero`);
  return { fromMs, toMs: fromMs + forMs };
}

function readParameter(
  { name, form, required }: FaultParameter,
  value: unknown,
): FaultValue | undefined | Problem {
  if (value === undefined && !required) return undefined;
  const read = value === undefined ? undefined : READ[form](value);
  return read ?? problem(name, value, FORMS[form]);
}

function isProblem(read: FaultValue | undefined | Problem): read is Problem {
  return typeof read === 'object' && 'problem' in read;
}

const FORMS: Readonly<Record<ParameterForm, string>> = {
  duration: `a duration such as ${EXAMPLE.duration}, at most 100d`,
  share: `a share such as ${EXAMPLE.share} or 0.3`,
  code: `an error code such as ${EXAMPLE.code}`,
  rate: `a rate such as ${EXAMPLE.rate}, at most 1G/s`,
  count: `a whole number such as ${EXAMPLE.count}`,
  role: `a role ARN such as ${EXAMPLE.role}`,
  user: `a user's name such as ${EXAMPLE.user}`,
  series: SECOND_SERIES_FORM,
};

const RATE_PER_SECOND_MAX = 1e9;
/** As much as a scenario file may hold. */
const SERIES_LENGTH_MAX = 1_000_000;

const READ: Readonly<Record<ParameterForm, (value: unknown) => FaultValue | undefined>> = {
  duration: (value) => within(textual(value, parseDurationMs), SPAN_MS_MAX),
  share: (value) => within(numeric(value, parseShare), 1),
  code: (value) => matching(value, /^[A-Za-z][A-Za-z0-9.]{1,63}$/),
  rate: (value) => within(textual(value, parseRatePerSecond), RATE_PER_SECOND_MAX),
  count: (value) => {
    const count = numeric(value, parseCount);
    return Number.isSafeInteger(count) ? within(count, Number.MAX_SAFE_INTEGER) : undefined;
  },
  role: (value) => matching(value, /^acs:ram::\d{5,20}:role\/[A-Za-z0-9.-]{1,64}$/),
  user: (value) => matching(value, /^[A-Za-z0-9._-]{1,64}$/),
  series: (value) =>
    typeof value === 'string' && value.length <= SERIES_LENGTH_MAX
      ? parseSecondSeries(value)
      : undefined,
};

type Parser = (text: string) => number | undefined;

function textual(value: unknown, parse: Parser): number | undefined {
  return typeof value === 'string' && value.length <= 64 ? parse(value) : undefined;
}

function numeric(value: unknown, parse: Parser): number | undefined {
  return typeof value === 'number' ? value : textual(value, parse);
}

function within(value: number | undefined, max: number): number | undefined {
  return value !== undefined && value >= 0 && value <= max ? value : undefined;
}

function matching(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined;
}

type Problem = Extract<FaultReading, { kind: 'problem' }>;

function problem(place: string, value: unknown, allowed: string): Problem {
  const found = value === undefined ? 'nothing' : (JSON.stringify(value) ?? 'nothing');
  const shown = found.length > FOUND_LENGTH_MAX ? `${found.slice(0, FOUND_LENGTH_MAX)}…` : found;
  return {
    kind: 'problem',
    key: place,
    allowed,
    problem: `${place}: found ${shown}; allowed: ${allowed}`,
  };
}

function kindsText(found: unknown): string {
  const meant =
    typeof found === 'string' && found.length <= 64 ? nearest(found, FAULT_NAMES) : undefined;
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  return `one of: ${FAULT_NAMES.join(', ')}${hint}`;
}
