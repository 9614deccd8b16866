/**
 * The text of a threshold: `<path> <op> <value>`, such as `latency.credentialWait.p999Ms < 5ms` or
 * `roles["acs:ram::1:role/a"].assumeRole.peakPerSecond <= 80/s`. Only its form is judged here;
 * whether the path exists is not this file's business.
 */
import { parseCount, parseDurationMs, parseRatePerSecond, parseShare } from '../kernel/units.ts';
import type { Unit } from './metrics.ts';

export const OPERATORS = ['==', '!=', '<=', '>=', '<', '>'] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Expression {
  readonly path: readonly string[];
  readonly operator: Operator;
  /** Unit and all, as written. */
  readonly value: string;
}

const SEGMENT = /\.?([\w-]+|\*)|\.?\[\s*(?:"([^"]+)"|'([^']+)'|(\*))\s*\]/y;
const COMPARISON = /\s*(==|!=|<=|>=|<|>)\s*(\S.*)$/y;

/** Undefined when the text has not the form of a threshold. */
export function parseExpression(text: string): Expression | undefined {
  const trimmed = text.trim();
  const path: string[] = [];
  let at = 0;
  for (;;) {
    SEGMENT.lastIndex = at;
    const segment = SEGMENT.exec(trimmed);
    if (segment === null) break;
    const needsDot = path.length > 0 && segment[1] !== undefined;
    if (needsDot !== segment[0].startsWith('.') && segment[1] !== undefined) return undefined;
    path.push(segment.slice(1).find((group) => group !== undefined)!);
    at = SEGMENT.lastIndex;
  }
  COMPARISON.lastIndex = at;
  const comparison = COMPARISON.exec(trimmed);
  if (comparison === null || path.length === 0) return undefined;
  return { path, operator: comparison[1] as Operator, value: comparison[2]! };
}

/** The value in the metric's own unit; undefined when it does not fit. A bare number is in that unit. */
export function parseValue(text: string, unit: Unit): number | undefined {
  const isNegative = text.startsWith('-');
  const size = parseSize(isNegative ? text.slice(1).trim() : text, unit);
  return size === undefined ? undefined : isNegative ? -size : size;
}

function parseSize(text: string, unit: Unit): number | undefined {
  switch (unit) {
    case 'ms':
      return parsePlain(text) ?? parseDurationMs(text);
    case 'seconds': {
      const ms = parseDurationMs(text);
      return parsePlain(text) ?? (ms === undefined ? undefined : ms / 1_000);
    }
    case 'perSecond':
      return parseCount(text) ?? parseRatePerSecond(text);
    case 'share':
      return parseShare(text);
    case 'count':
      return parseCount(text);
  }
}

function parsePlain(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

export function unitText(unit: Unit): string {
  switch (unit) {
    case 'ms':
      return 'a duration such as 5ms, or a number of milliseconds';
    case 'seconds':
      return 'a duration such as 2s, or a number of seconds';
    case 'perSecond':
      return 'a rate such as 80/s, or a number a second';
    case 'share':
      return 'a share such as 1%, or a number from 0 to 1';
    case 'count':
      return 'a number such as 0 or 20k';
  }
}
