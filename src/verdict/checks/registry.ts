/** All checks, in the order in which they are shown. */
import { callChecks } from './calls.ts';
import type { ClientCheck } from './check.ts';
import { refreshChecks } from './refresh.ts';

export interface Family {
  readonly title: string;
  readonly checks: readonly ClientCheck[];
}

export const FAMILIES: readonly Family[] = [
  { title: 'Calls', checks: callChecks },
  { title: 'Refresh', checks: refreshChecks },
];

export const CHECKS: readonly ClientCheck[] = FAMILIES.flatMap(({ checks }) => checks);
