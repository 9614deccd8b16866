/**
 * Rows of figures, one figure a subject. Those of a subject that could not be measured properly are
 * marked as the lower bounds they are.
 */
import { formatCount, formatDuration } from '../kernel/units.ts';
import type { LatencySummary, SubjectResult } from '../measure/result.ts';
import { boundsText } from './headline.ts';
import type { Tone } from './paint.ts';
import type { TableCell, TableRow } from './table.ts';

export type Subjects = readonly SubjectResult[];
export type Read = (subject: SubjectResult) => number;
export type Percentile = Exclude<keyof LatencySummary, 'count'>;

/** So many windows, roles or error codes in the summary; the document has all. */
export const LISTED_MAX = 8;

/** What there is not to be measured. */
export const NOTHING: TableCell = { text: '–' };

/** A section's title, which says so when not all of it is shown. */
export function section(title: string, count = 0): TableRow {
  const shown = count <= LISTED_MAX ? title : `${title} (${LISTED_MAX} of ${count})`;
  return { kind: 'section', title: shown };
}

export function row(label: string, cells: readonly TableCell[]): TableRow {
  return { kind: 'figures', label, cells };
}

/** A measured figure: at least this, where the subject could not be measured properly. */
export function figure(subject: SubjectResult, text: string, tone?: Tone): TableCell {
  const shown = boundsText(subject) === undefined ? text : `≥ ${text}`;
  return tone === undefined ? { text: shown } : { text: shown, tone };
}

/** The tone is for counts above zero. */
export function countRow(label: string, subjects: Subjects, read: Read, tone?: Tone): TableRow {
  return row(
    label,
    subjects.map((subject) => {
      const count = read(subject);
      return figure(subject, formatCount(count), count > 0 ? tone : undefined);
    }),
  );
}

/** What the harness knows exactly, however the subject was measured; no row where it is zero for all. */
export function exactRow(label: string, subjects: Subjects, read: Read): TableRow[] {
  if (subjects.every((subject) => read(subject) === 0)) return [];
  return [
    row(
      label,
      subjects.map((subject) => ({ text: formatCount(read(subject)) })),
    ),
  ];
}

export function durationRow(label: string, subjects: Subjects, readMs: Read): TableRow {
  return row(
    label,
    subjects.map((subject) => figure(subject, formatDuration(readMs(subject)))),
  );
}

export function latencyRow(
  label: string,
  subjects: Subjects,
  read: (subject: SubjectResult) => LatencySummary,
  percentile: Percentile,
): TableRow {
  return row(
    label,
    subjects.map((subject) => {
      const summary = read(subject);
      return summary.count === 0 ? NOTHING : figure(subject, formatDuration(summary[percentile]));
    }),
  );
}
