/** Holds one threshold against one subject's figures. */

import type { Path } from '../measure/figures.ts';
import { pathText } from '../measure/figures.ts';
import type { SubjectResult, ThresholdResult } from '../measure/result.ts';
import type { Operator } from './expression.ts';
import { ANY } from './metrics.ts';
import type { Threshold } from './thresholds.ts';

interface Reading {
  readonly where: Path;
  /** Null when nothing was measured there. */
  readonly actual: number | null;
}

/**
 * Where nothing at all was measured, the threshold does not hold: a percentile of no request is no
 * good percentile. Of several readings those without a measurement are passed over.
 */
export function evaluate(threshold: Threshold, subject: SubjectResult): ThresholdResult {
  const { expression, level, path, operator, value } = threshold;
  const readings = readingsAt(subject, path);
  const measured = readings.filter(({ actual }) => actual !== null);
  let worst: Reading = measured[0] ?? readings[0] ?? { where: path, actual: null };
  for (const reading of measured) {
    if (badness(reading.actual!, operator, value) > badness(worst.actual!, operator, value)) {
      worst = reading;
    }
  }
  const { where, actual } = worst;
  const passed = actual !== null && holds(actual, operator, value);
  return { expression, level, actual, where: pathText(where), passed };
}

/** The figures that were measured and for which it does not hold. */
export function failing({ path, operator, value }: Threshold, subject: SubjectResult): number[] {
  return readingsAt(subject, path).flatMap(({ actual }) =>
    actual === null || holds(actual, operator, value) ? [] : [actual],
  );
}

/** Of one threshold held against several seeds: the one that fails, and of those the worst. */
export function worstOf(
  threshold: Threshold,
  results: readonly ThresholdResult[],
): ThresholdResult {
  const { operator, value } = threshold;
  const rank = ({ actual }: ThresholdResult) =>
    actual === null ? Number.POSITIVE_INFINITY : badness(actual, operator, value);
  return results.reduce((worst, result) => {
    if (worst.passed !== result.passed) return worst.passed ? result : worst;
    return rank(result) > rank(worst) ? result : worst;
  });
}

function holds(actual: number, operator: Operator, value: number): boolean {
  switch (operator) {
    case '==':
      return actual === value;
    case '!=':
      return actual !== value;
    case '<':
      return actual < value;
    case '<=':
      return actual <= value;
    case '>':
      return actual > value;
    case '>=':
      return actual >= value;
  }
}

/** Larger is worse: a reading that fails is never less bad than one that holds. */
function badness(actual: number, operator: Operator, value: number): number {
  switch (operator) {
    case '<':
    case '<=':
      return actual;
    case '>':
    case '>=':
      return -actual;
    case '==':
      return Math.abs(actual - value);
    case '!=':
      return -Math.abs(actual - value);
  }
}

function readingsAt(subject: SubjectResult, path: Path): Reading[] {
  if (path[0] !== 'quotas') return descend(subject, path, []);
  const [, scope, ...rest] = path;
  return subject.quotas
    .filter((quota) => scope === ANY || quota.scope === scope)
    .flatMap((quota) => descend(quota, rest, ['quotas', quota.scope, quota.key]));
}

function descend(node: unknown, path: Path, above: Path): Reading[] {
  const [key, ...rest] = path;
  if (key === undefined) return [{ where: above, actual: typeof node === 'number' ? node : null }];
  if (typeof node !== 'object' || node === null) return [];
  if (key === ANY) {
    return Object.entries(node).flatMap(([name, child]) => descend(child, rest, [...above, name]));
  }
  if (rest.length === 0 && key.endsWith('Ms') && isEmptySummary(node)) {
    return [{ where: [...above, key], actual: null }];
  }
  const child = (node as Readonly<Record<string, unknown>>)[key];
  return child === undefined ? [] : descend(child, rest, [...above, key]);
}

/** A latency summary of nothing is all zeros. */
function isEmptySummary(node: object): boolean {
  return 'count' in node && node.count === 0;
}
