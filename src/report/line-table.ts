/**
 * Many subjects: one line each, with the few figures that tell them apart. A name marked `≥` has
 * figures that are lower bounds; one marked `*`, figures of the windows alone.
 */
import { formatCount, formatDuration } from '../kernel/units.ts';
import type { SubjectResult } from '../measure/result.ts';
import type { Subjects } from './figures.ts';
import { boundsText } from './headline.ts';
import { fitted } from './lines.ts';
import { type Paint, plain, type Tone } from './paint.ts';

interface LineColumn {
  /** Two lines of a heading. */
  readonly title: readonly [string, string];
  readonly text: (subject: SubjectResult, countText: Count) => string;
  readonly tone?: (subject: SubjectResult) => Tone | undefined;
}

const badIf = (count: number): Tone | undefined => (count > 0 ? 'bad' : undefined);

type Count = (count: number) => string;

const LINE_COLUMNS: readonly LineColumn[] = [
  {
    title: ['', 'calls'],
    text: ({ totals }, countText) => countText(totals.assumeRole.calls),
  },
  {
    title: ['most in', 'a second'],
    text: ({ totals }, countText) => countText(totals.assumeRole.peakPerSecond),
    tone: (subject) => (subject.quotas.some(isExceeded) ? 'bad' : undefined),
  },
  {
    title: ['', 'throttled'],
    text: ({ totals }, countText) => countText(totals.assumeRole.throttled),
    tone: ({ totals }) => badIf(totals.assumeRole.throttled),
  },
  {
    title: ['requests', 'stalled'],
    text: ({ totals }, countText) => countText(totals.stalls.requests),
  },
  {
    title: ['longest', 'stall'],
    text: ({ totals }) => formatDuration(1_000 * totals.stalls.longestSeconds),
  },
  {
    title: ['requests', 'failed'],
    text: ({ totals }, countText) => countText(totals.requests.failed),
    tone: ({ totals }) => badIf(totals.requests.failed),
  },
  {
    title: ['expired', 'served'],
    text: ({ totals }, countText) => countText(totals.credentials.servedExpired),
    tone: ({ totals }) => badIf(totals.credentials.servedExpired),
  },
];

function isExceeded({ limit, peakPerSecond }: SubjectResult['quotas'][number]): boolean {
  return limit !== null && peakPerSecond > limit;
}

const GAP = 2;
const NAME_MIN = 12;
const MODEL_PREFIX = 'preset:';

export function lineTable(subjects: Subjects, width: number, paint: Paint): string[] {
  const names = namesOf(subjects);
  const rows = rowsWithin(subjects, width - NAME_MIN);
  const widths = columnWidths(rows);
  const room = width - widths.reduce((sum, each) => sum + each, 0);
  const longest = Math.max(...names.map((name) => name.length));
  const nameWidth = Math.max(NAME_MIN, Math.min(longest, room));
  const header = [0, 1].map((line) => {
    const titles = LINE_COLUMNS.map(({ title }, i) => title[line as 0 | 1].padStart(widths[i]!));
    return paint('bold', `${' '.repeat(nameWidth)}${titles.join('')}`.trimEnd());
  });
  const lines = subjects.map((subject, index) => {
    const cells = LINE_COLUMNS.map(({ tone }, i) => {
      const text = rows[index]![i]!;
      return `${' '.repeat(widths[i]! - text.length)}${paint(tone?.(subject), text)}`;
    });
    return `${fitted(names[index]!, nameWidth).padEnd(nameWidth)}${cells.join('')}`;
  });
  return [...header, ...lines, ...(names.some((name) => name.endsWith(' *')) ? ['', STAR] : [])];
}

/** The same as a table in Markdown, its rows alone. */
export function markdownRows(subjects: Subjects): string[] {
  return namesOf(subjects).map((name, index) => {
    const cells = LINE_COLUMNS.map(({ text }) => text(subjects[index]!, fullText));
    return `| ${[`\`${name.replace(' *', '')}\`${name.endsWith(' *') ? ' \\*' : ''}`, ...cells].join(' | ')} |`;
  });
}

export function markdownHead(first: string): string[] {
  const titles = LINE_COLUMNS.map(({ title }) => title.join(' ').trim());
  return [`| ${[first, ...titles].join(' | ')} |`, `|---|${titles.map(() => '--:').join('|')}|`];
}

const STAR = '* of the windows alone: each request is a call, and there are too many.';

/** Where all are models, that need not be said in every line. */
export function namesOf(subjects: Subjects): string[] {
  const areModels = subjects.every(({ name }) => name.startsWith(MODEL_PREFIX));
  const isWhole = subjects.some(({ fastForward }) => fastForward.mode !== 'jump');
  return subjects.map((subject) => {
    const name = plain(areModels ? subject.name.slice(MODEL_PREFIX.length) : subject.name);
    const bounded = boundsText(subject) === undefined ? name : `≥ ${name}`;
    return isWhole && subject.fastForward.mode === 'jump' ? `${bounded} *` : bounded;
  });
}

/** Figures in full where they fit, else with a few digits from a hundred thousand on. */
function rowsWithin(subjects: Subjects, room: number): string[][] {
  const rows = (count: Count) =>
    subjects.map((subject) => LINE_COLUMNS.map(({ text }) => text(subject, count)));
  const full = rows(fullText);
  const needed = columnWidths(full).reduce((sum, each) => sum + each, 0);
  return needed <= room ? full : rows(shortText);
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  return LINE_COLUMNS.map(
    ({ title }, column) =>
      GAP + Math.max(...[...title, ...rows.map((row) => row[column]!)].map((text) => text.length)),
  );
}

const fullText: Count = (count) =>
  count < 1e7 ? formatCount(count) : `${formatCount(Math.round(count / 1e5) / 10)}M`;

const shortText: Count = (count) => {
  if (count < 1e5) return formatCount(count);
  return count < 1e6
    ? `${Math.round(count / 1e3)}k`
    : `${formatCount(Math.round(count / 1e4) / 100)}M`;
};
