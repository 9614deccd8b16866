/** Rows of text in columns as wide as they need: the first to the left, the others to the right. */
import { type Paint, painter, type Tone } from './paint.ts';

export interface GridCell {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

const GAP = 2;
const INDENT = '  ';

export function gridLines(
  head: readonly string[],
  rows: readonly (readonly (GridCell | string)[])[],
  paint: Paint = painter(false),
): string[] {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' ? { text: cell } : cell)),
  );
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]!.text.length)),
  );
  const line = (row: readonly GridCell[]) => {
    const columns = row.map(({ text, tone }, column) => {
      const padding = ' '.repeat(widths[column]! - text.length);
      const shown = paint(tone, text);
      return column === 0 ? `${shown}${padding}` : `${' '.repeat(GAP)}${padding}${shown}`;
    });
    return `${INDENT}${columns.join('')}`.trimEnd();
  };
  return [line(head.map((text) => ({ text, tone: 'dim' }))), ...cells.map(line)];
}
