/**
 * `import 'sts-harness/vitest'`, in a test or a setup file: vitest's `expect` can then hold a result to
 * what a client should do. The matchers are exported for those who extend an `expect` of their own.
 */
import { expect } from 'vitest';
import {
  type ExceptChecks,
  matchers,
  type ReportMatchers,
  type ResultMatchers,
} from './matchers.ts';

export type { CallsOptions } from '../verdict/expectations/expectations.ts';
export type { InGroup, InPart, OfSubject } from '../verdict/expectations/part.ts';
export type { QuotaOptions } from '../verdict/expectations/quota.ts';
export { type ExceptChecks, matchers, type ReportMatchers, type ResultMatchers };

expect.extend(matchers);

declare module 'vitest' {
  interface Matchers<T> extends ResultMatchers, ReportMatchers {}
}
