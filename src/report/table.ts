/**
 * A table of figures: a label, then one column a subject, numbers to the right. Columns that do not
 * fit the width go into further tables below, each with the first column beside them, since that is
 * what they are compared with.
 */
import { fitted, wrapped } from './lines.ts';
import type { Paint, Tone } from './paint.ts';

export interface TableCell {
  readonly text: string;
  readonly tone?: Tone;
}

export type TableRow =
  | { readonly kind: 'section'; readonly title: string }
  | { readonly kind: 'figures'; readonly label: string; readonly cells: readonly TableCell[] };

export interface Table {
  /** A title for each column, and lines below it where there is something to say. */
  readonly columns: readonly { readonly title: string; readonly note: TableCell }[];
  readonly rows: readonly TableRow[];
}

const LABEL_MIN = 22;
const GAP = 2;
/** No wider than this, so that the figures of a label stay near it. */
const LABEL_MAX = 40;
const COLUMN_MAX = 20;
const COLUMN_MIN = 10;

export function tableLines(table: Table, width: number, paint: Paint): string[] {
  const widths = table.columns.map((_, column) => columnWidth(table, column));
  return chunksOf(widths, width).flatMap((columns, index) => {
    const lines = chunkLines(table, columns, { widths, width, paint });
    return index === 0 ? lines : ['', ...lines];
  });
}

function columnWidth({ columns, rows }: Table, column: number): number {
  const { title, note } = columns[column]!;
  const words = note.text.split(/\s/).map((word) => word.length);
  const cells = rows.map((row) => (row.kind === 'figures' ? row.cells[column]!.text.length : 0));
  return GAP + Math.max(COLUMN_MIN, Math.min(title.length, COLUMN_MAX), ...words, ...cells);
}

/** The columns of each table: the first, and as many others as fit. */
function chunksOf(widths: readonly number[], width: number): number[][] {
  const first = widths[0] ?? 0;
  const chunks: number[][] = [];
  let chunk: number[] = [];
  let used = LABEL_MIN + first;
  for (let column = 1; column < widths.length; column += 1) {
    if (chunk.length > 0 && used + widths[column]! > width) {
      chunks.push([0, ...chunk]);
      chunk = [];
      used = LABEL_MIN + first;
    }
    chunk.push(column);
    used += widths[column]!;
  }
  return [...chunks, [0, ...chunk]];
}

interface Layout {
  readonly widths: readonly number[];
  readonly width: number;
  readonly paint: Paint;
}

function chunkLines(table: Table, columns: readonly number[], layout: Layout): string[] {
  const { widths, width, paint } = layout;
  const figuresWidth = columns.reduce((sum, column) => sum + widths[column]!, 0);
  const longest = Math.max(...table.rows.map(labelLength));
  const labelWidth = Math.max(LABEL_MIN, Math.min(longest, width - figuresWidth, LABEL_MAX));
  const line = (label: string, cells: readonly TableCell[]) => {
    const figures = columns.map((column, index) => {
      const { text, tone } = cells[index]!;
      const padding = ' '.repeat(Math.max(0, widths[column]! - text.length));
      return `${padding}${paint(tone, text)}`;
    });
    return `${label}${figures.join('')}`.trimEnd();
  };
  const header = headerLines(table, columns, widths).map((cells) =>
    line(' '.repeat(labelWidth), cells),
  );
  const body = table.rows.flatMap((row) => {
    if (row.kind === 'section') return ['', paint('bold', row.title)];
    const label = fitted(row.label, labelWidth - 2);
    return [
      line(
        `  ${label}`.padEnd(labelWidth),
        columns.map((column) => row.cells[column]!),
      ),
    ];
  });
  return [...header, ...body];
}

function labelLength(row: TableRow): number {
  return row.kind === 'figures' ? row.label.length + 2 : 0;
}

/** Titles, then the notes, wrapped into their columns. */
function headerLines(
  table: Table,
  columns: readonly number[],
  widths: readonly number[],
): TableCell[][] {
  const stacks = columns.map((column) => {
    const { title, note } = table.columns[column]!;
    const room = widths[column]! - GAP;
    const lines = note.text === '' ? [] : note.text.split('\n');
    const notes = lines.flatMap((line) => wrapped(line, room));
    return [
      { text: fitted(title, room), tone: 'bold' as const },
      ...notes.map((text) => ({ ...note, text })),
    ];
  });
  const height = Math.max(...stacks.map((stack) => stack.length));
  return Array.from({ length: height }, (_, index) =>
    stacks.map((stack) => stack[index] ?? { text: '' }),
  );
}
