/** All checks, in the order in which they are shown. */
import { answerChecks } from './answers.ts';
import { callChecks } from './calls.ts';
import type { ClientCheck } from './check.ts';
import { errorChecks } from './errors.ts';
import { keyChecks } from './keys.ts';
import { lifetimeChecks } from './lifetime.ts';
import { outageChecks } from './outage.ts';
import { refreshChecks } from './refresh.ts';
import { throttlingChecks } from './throttling.ts';
import { timeChecks } from './time.ts';
import { trustChecks } from './trust.ts';

export interface Family {
  readonly title: string;
  readonly checks: readonly ClientCheck[];
}

export const FAMILIES: readonly Family[] = [
  { title: 'Calls', checks: callChecks },
  { title: 'Refresh', checks: refreshChecks },
  { title: 'Outages of STS', checks: outageChecks },
  { title: 'Throttling', checks: throttlingChecks },
  { title: 'Errors', checks: errorChecks },
  { title: 'Answers', checks: answerChecks },
  { title: 'Clocks', checks: timeChecks },
  { title: 'Trust', checks: trustChecks },
  { title: 'The key it calls with', checks: keyChecks },
  { title: 'Beginning and end', checks: lifetimeChecks },
];

export const CHECKS: readonly ClientCheck[] = FAMILIES.flatMap(({ checks }) => checks);
