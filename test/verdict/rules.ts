/** Threshold rules as a scenario's plain strings make them. */
import type { ThresholdRule } from '../../src/scenario/scenario.ts';

export function ruleOf(expression: string, rule: Partial<ThresholdRule> = {}): ThresholdRule {
  return { expression, level: 'error', abortAfterMs: undefined, line: undefined, ...rule };
}
