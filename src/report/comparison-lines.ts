/**
 * A comparison for people: the verdict, what got worse, what got better, what cannot be told. What is
 * the same is counted.
 */
import type { ComparedFigure, Comparison } from '../verdict/compare.ts';
import { headlineOf, shareText, valueTexts } from '../verdict/comparison-outcomes.ts';
import { type Change, REPETITIONS_MIN } from '../verdict/sample-rule.ts';
import { fitted, wrapped } from './lines.ts';
import { type Paint, painter, plain, type Tone } from './paint.ts';

/** Of each section; the document has all. */
const ROWS_MAX = 30;
const VALUE_WIDTH = 16;
const SHARE_WIDTH = 11;

const SECTIONS: readonly (readonly [Change, string, Tone])[] = [
  ['worse', 'Worse', 'bad'],
  ['better', 'Better', 'good'],
  ['untold', 'Cannot be told', 'warn'],
  ['changed', 'Changed, neither better nor worse', 'dim'],
];

const VERDICTS: Readonly<Record<Comparison['verdict'], readonly [string, Tone]>> = {
  worse: ['WORSE', 'bad'],
  better: ['BETTER', 'good'],
  same: ['SAME', 'good'],
  untold: ['CANNOT BE TOLD', 'warn'],
};

/** Ends with a line feed. */
export function renderComparison(
  comparison: Comparison,
  options: { readonly color: boolean; readonly width: number },
): string {
  const paint = painter(options.color);
  const width = Math.max(80, Math.min(120, options.width));
  const [word, tone] = VERDICTS[comparison.verdict];
  const { baseline, candidate } = comparison;
  const head = [
    `${paint(tone, word)}${paint('bold', `  ${plain(candidate.subject)} in ${plain(candidate.scenario)}`)}`,
    `  baseline   ${plain(baseline.runId)}, ${sideText(baseline)}`,
    `  candidate  ${plain(candidate.runId)}, ${sideText(candidate)}`,
    ...[headlineOf(comparison), ...adviceOf(comparison), ...comparison.notes].flatMap((note) =>
      wrapped(plain(note), width - 2).map((line) => `  ${line}`),
    ),
  ];
  const sections = SECTIONS.map(([change, title, sectionTone]) =>
    sectionLines(
      comparison.figures.filter((figure) => figure.change === change),
      { title, tone: sectionTone, width, paint },
    ),
  );
  return `${[head, ...sections]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function sideText({ subject, repetitions }: Comparison['baseline']): string {
  return `${plain(subject)}${repetitions === 1 ? '' : `, ${repetitions} repetitions`}`;
}

function adviceOf({ rule, baseline, candidate }: Comparison): string[] {
  const fewest = Math.min(baseline.repetitions, candidate.repetitions);
  if (rule === 'exact' || fewest >= REPETITIONS_MIN) return [];
  return [
    `Live figures scatter: they are told from ${REPETITIONS_MIN} repetitions of each side on. Five are good: run --repeat 5.`,
  ];
}

function sectionLines(
  figures: readonly ComparedFigure[],
  look: { title: string; tone: Tone; width: number; paint: Paint },
): string[] {
  if (figures.length === 0) return [];
  const { title, tone, width, paint } = look;
  const room = width - 2 * VALUE_WIDTH - SHARE_WIDTH - 2;
  const head = `${'baseline'.padStart(VALUE_WIDTH)}${'candidate'.padStart(VALUE_WIDTH)}`;
  const rows = figures.slice(0, ROWS_MAX).map((figure) => {
    const [before, after] = valueTexts(figure);
    const share = shareText(figure.baseline, figure.candidate).replace(/[ ()]/g, '');
    const values = [before, after].map((text) => text.padStart(VALUE_WIDTH)).join('');
    return `  ${fitted(plain(figure.path), room).padEnd(room)}${values}${share.padStart(SHARE_WIDTH)}`;
  });
  const left = figures.length - rows.length;
  return [
    `${paint(tone, title.padEnd(room + 2))}${paint('dim', head)}`,
    ...rows,
    ...(left === 0 ? [] : [`  and ${left} more`]),
  ];
}
