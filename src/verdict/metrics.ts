/**
 * The metrics that a threshold can name: every number in a subject's part of the result, found by
 * walking its schema, so that there is no second list of them. A metric's unit is the end of its
 * name.
 */
import type { z } from 'zod';
import { type Path, pathText } from '../measure/figures.ts';
import { subjectSchema } from '../measure/subject-schema.ts';

/** Stands for any app, role, window or quota scope. */
export const ANY = '*';

export type Unit = 'ms' | 'seconds' | 'perSecond' | 'share' | 'count';

/** By the text of their path, with `*` where a name stands. */
export const METRICS: ReadonlyMap<string, Path> = new Map(
  numbersIn(subjectSchema, []).map((path) => [pathText(path), path]),
);

export function unitOf(path: Path): Unit {
  const name = path.at(-1)!;
  if (name.endsWith('PerSecond') || name === 'limit') return 'perSecond';
  if (name.endsWith('Ms')) return 'ms';
  if (name.endsWith('Seconds') || name === 'seconds') return 'seconds';
  return name === 'shortfall' ? 'share' : 'count';
}

function numbersIn(schema: z.core.$ZodType, path: Path): Path[] {
  const { def } = schema._zod as z.core.$ZodTypes['_zod'];
  switch (def.type) {
    case 'number':
      return [path];
    case 'nullable':
    case 'default':
      return numbersIn(def.innerType, path);
    case 'optional':
      // Only figures that every run could have: several seeds are no part of one.
      return def.innerType._zod.def.type === 'number' ? [path] : [];
    case 'object':
      return Object.entries(def.shape).flatMap(([key, value]) => numbersIn(value, [...path, key]));
    case 'record':
      return numbersIn(def.valueType, [...path, ANY]);
    case 'array':
      // Of the lists only quotas have names to go by: their scopes.
      return path.join() === 'quotas' ? numbersIn(def.element, [...path, ANY]) : [];
    default:
      return [];
  }
}
