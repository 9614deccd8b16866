/** What functions of the library do with their options: check them, and say how a call is repeated. */
import { fileURLToPath } from 'node:url';
import type { Problem } from '../kernel/errors.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ScenarioSource } from './scenario-source.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
}

export const SEEDS: Range = { min: 0, max: Number.MAX_SAFE_INTEGER };

/** Those of the options that are counts, where they are given. */
export function countProblems(
  verb: string,
  options: object,
  counts: Readonly<Record<string, Range>>,
): Problem[] {
  return Object.entries(counts).flatMap(([name, { min, max }]) => {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    const isWithin = Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
    if (value === undefined || isWithin) return [];
    return [optionProblem(verb, name, value, `a whole number from ${min} to ${max}`)];
  });
}

export function optionProblem(
  verb: string,
  path: string,
  value: unknown,
  allowed: string,
): Problem {
  return { file: `${verb} options`, path, found: JSON.stringify(value) ?? String(value), allowed };
}

export function subjectName(subject: string | URL): string {
  return subject instanceof URL ? `module:${fileURLToPath(subject)}` : subject;
}

/** `simulate("smoke", { seed: 1 })`: text and objects have their scenario's name alone. */
export function commandText(
  verb: string,
  source: ScenarioSource,
  scenario: Scenario,
  options: Readonly<Record<string, unknown>>,
): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const parts = given.map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `${verb}(${JSON.stringify(nameOf(source, scenario))}, { ${parts.join(', ')} })`;
}

function nameOf(source: ScenarioSource, { name }: Scenario): string {
  if (source instanceof URL) return source.href;
  return typeof source === 'string' && !source.includes('\n') ? source : name;
}
