/**
 * The timeline as CSV (RFC 4180): a line for each bucket of each subject. Instants are virtual seconds
 * from zero.
 */
import type { Result, TimelineBucket } from '../measure/result.ts';
import { csvText } from './csv.ts';

const COLUMNS: readonly (keyof TimelineBucket)[] = [
  'at',
  'seconds',
  'gap',
  'offered',
  'completed',
  'stalled',
  'assumeRole',
  'assumeRolePeakPerSecond',
  'throttled',
];

export function renderTimelineCsv({ subjects }: Result): string {
  const rows = subjects.flatMap(({ name, timeline }) =>
    timeline.map((bucket) => [name, ...COLUMNS.map((column) => String(bucket[column]))]),
  );
  return csvText([['subject', ...COLUMNS], ...rows]);
}
