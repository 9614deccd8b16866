/**
 * The timeline as CSV (RFC 4180): a line for each bucket of each subject. Instants are virtual seconds
 * from zero.
 */
import type { Result, TimelineBucket } from '../measure/result.ts';

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
  return [['subject', ...COLUMNS], ...rows]
    .map((row) => `${row.map(field).join(',')}\r\n`)
    .join('');
}

/** A spreadsheet takes what begins like a formula for one: only a subject's name could. */
function field(text: string): string {
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
