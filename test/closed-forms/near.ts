/** An assertion that says how far is too far: measured figures are random, formulas are not. */
import { expect } from 'vitest';

export interface Nearness {
  readonly expected: number;
  /** Several standard errors of what was measured; a reason stands beside each use. */
  readonly within: number;
}

export function expectNear(measured: number, { expected, within }: Nearness, what = ''): void {
  const told = `${what} ${measured} is to be ${expected}, give or take ${within}`;
  expect(Math.abs(measured - expected), told.trim()).toBeLessThanOrEqual(within);
}
