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

export interface LineColumn {
  /** Two lines of a heading. */
  readonly title: readonly [string, string];
  readonly text: (subject: SubjectResult) => string;
  readonly tone?: (subject: SubjectResult) => Tone | undefined;
}

const badIf = (count: number): Tone | undefined => (count > 0 ? 'bad' : undefined);

export const LINE_COLUMNS: readonly LineColumn[] = [
  {
    title: ['', 'calls'],
    text: ({ totals }) => countText(totals.assumeRole.calls),
  },
  {
    title: ['most in', 'a second'],
    text: ({ totals }) => countText(totals.assumeRole.peakPerSecond),
    tone: (subject) => (subject.quotas.some(isExceeded) ? 'bad' : undefined),
  },
  {
    title: ['', 'throttled'],
    text: ({ totals }) => countText(totals.assumeRole.throttled),
    tone: ({ totals }) => badIf(totals.assumeRole.throttled),
  },
  {
    title: ['requests', 'stalled'],
    text: ({ totals }) => countText(totals.stalls.requests),
  },
  {
    title: ['longest', 'stall'],
    text: ({ totals }) => formatDuration(1_000 * totals.stalls.longestSeconds),
  },
  {
    title: ['requests', 'failed'],
    text: ({ totals }) => countText(totals.requests.failed),
    tone: ({ totals }) => badIf(totals.requests.failed),
  },
  {
    title: ['expired', 'served'],
    text: ({ totals }) => countText(totals.credentials.servedExpired),
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
  const rows = subjects.map((subject) => LINE_COLUMNS.map(({ text }) => text(subject)));
  const widths = LINE_COLUMNS.map(
    ({ title }, column) =>
      GAP + Math.max(...[...title, ...rows.map((row) => row[column]!)].map((text) => text.length)),
  );
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
    const cells = LINE_COLUMNS.map(({ text }) => text(subjects[index]!));
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

/** Tens of millions are told apart by their first digits. */
function countText(count: number): string {
  return count < 1e7 ? formatCount(count) : `${formatCount(Math.round(count / 1e5) / 10)}M`;
}
