/**
 * The operators of conditions: how the value of a policy is read, and when one found in a request
 * fits it. A negated operator holds where its positive one does not.
 * Source: Alibaba Cloud, "Conditional operators" (five types; no `IfExists`, no `Null`, which RAM
 * refuses by name).
 */
import { compilePattern, type Matcher } from '../pattern.ts';
import { compileIpRange } from './ip-range.ts';

export interface ConditionOperator {
  readonly name: string;
  readonly negated: boolean;
  /** What a value must look like, for people. */
  readonly allowed: string;
  /** A test of one found value; undefined for a value that the operator does not take. */
  readonly compile: (value: string) => Matcher | undefined;
}

const TEXT = 'a text, or a list of texts';
const NUMBER = 'a number in quotes';
const INSTANT = 'an ISO 8601 instant with a time zone, such as 2026-11-22T08:00:00Z';
const TRUTH = "'true' or 'false', in quotes";
const RANGE = 'an IP address, or a block such as 10.0.0.0/8';

type Order = (found: number, wanted: number) => boolean;

const ORDERS: readonly (readonly [suffix: string, negated: boolean, order: Order])[] = [
  ['Equals', false, (found, wanted) => found === wanted],
  ['NotEquals', true, (found, wanted) => found === wanted],
  ['LessThan', false, (found, wanted) => found < wanted],
  ['LessThanEquals', false, (found, wanted) => found <= wanted],
  ['GreaterThan', false, (found, wanted) => found > wanted],
  ['GreaterThanEquals', false, (found, wanted) => found >= wanted],
];

const ALL: readonly ConditionOperator[] = [
  ...bothWays(['StringEquals', 'StringNotEquals'], TEXT, (value) => (found) => found === value),
  ...bothWays(['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'], TEXT, (value) => {
    const lower = value.toLowerCase();
    return (found) => found.toLowerCase() === lower;
  }),
  ...bothWays(['StringLike', 'StringNotLike'], TEXT, compilePattern),
  ...ORDERS.flatMap(([suffix, negated, order]) => [
    { name: `Numeric${suffix}`, negated, allowed: NUMBER, compile: ordered(order, parseNumber) },
    { name: `Date${suffix}`, negated, allowed: INSTANT, compile: ordered(order, parseInstant) },
  ]),
  { name: 'Bool', negated: false, allowed: TRUTH, compile: compileBool },
  ...bothWays(['IpAddress', 'NotIpAddress'], RANGE, compileIpRange),
];

export const CONDITION_OPERATORS: ReadonlyMap<string, ConditionOperator> = new Map(
  ALL.map((operator) => [operator.name, operator]),
);

function bothWays(
  [positive, negative]: readonly [string, string],
  allowed: string,
  compile: ConditionOperator['compile'],
): ConditionOperator[] {
  return [
    { name: positive, negated: false, allowed, compile },
    { name: negative, negated: true, allowed, compile },
  ];
}

function ordered(
  order: Order,
  parse: (text: string) => number | undefined,
): ConditionOperator['compile'] {
  return (value) => {
    const wanted = parse(value);
    if (wanted === undefined) return undefined;
    return (text) => {
      const found = parse(text);
      return found !== undefined && order(found, wanted);
    };
  };
}

function compileBool(value: string): Matcher | undefined {
  const wanted = value.toLowerCase();
  if (wanted !== 'true' && wanted !== 'false') return undefined;
  return (found) => found.toLowerCase() === wanted;
}

function parseNumber(text: string): number | undefined {
  return /^[+-]?\d{1,30}(\.\d{1,30})?$/.test(text) ? Number(text) : undefined;
}

/** With a zone, always: the machine's own must not matter. */
function parseInstant(text: string): number | undefined {
  const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
  const atMs = form.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : atMs;
}
