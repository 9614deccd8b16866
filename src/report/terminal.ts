/**
 * The summary of a run for people, made from the result document alone: the verdict and why, what was
 * run, one sentence a subject, the subjects side by side, thresholds, what the figures rest on, and
 * how to repeat it. Readable without colour and from 80 columns on.
 */
import { formatCount, formatDuration } from '../kernel/units.ts';
import type { Result, SubjectResult, ThresholdResult, Verdict } from '../measure/result.ts';
import { exactText } from '../verdict/judge.ts';
import { comparisonOf } from './comparison.ts';
import { headline } from './headline.ts';
import { lineTable } from './line-table.ts';
import { fitted, wrapped } from './lines.ts';
import type { Paint, Tone } from './paint.ts';
import { painter, plain } from './paint.ts';
import { seedLines } from './seed-lines.ts';
import { tableLines } from './table.ts';

export interface TerminalOptions {
  readonly color: boolean;
  /** Columns; taken as 80 at least and 120 at most. */
  readonly width: number;
  /** Where the document was written. */
  readonly resultPath: string;
}

const WIDTH_MIN = 80;
const WIDTH_MAX = 120;
/** The document has all of them. */
const REASONS_MAX = 8;

/** Ends with a line feed. */
export function renderTerminal(result: Result, options: TerminalOptions): string {
  const width = Math.max(WIDTH_MIN, Math.min(WIDTH_MAX, options.width));
  const page: Page = { width, paint: painter(options.color) };
  const blocks = [
    verdictLines(result, page),
    runLines(result, page),
    ...subjectBlocks(result.subjects, page),
    ...result.subjects.map((subject) => seedLines(subject, page.width, page.paint)),
    thresholdLines(result.subjects[0]!, page),
    basisLines(result, page),
    endLines(result, options.resultPath, page),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

interface Page {
  readonly width: number;
  readonly paint: Paint;
}

const VERDICT_TONE: Record<Verdict, Tone> = {
  passed: 'good',
  failed: 'bad',
  invalid: 'warn',
  aborted: 'warn',
};

function verdictLines({ run, verdict, reasons, subjects }: Result, page: Page): string[] {
  const word = verdict.toUpperCase();
  const shown = reasons.slice(0, REASONS_MAX).map(plain);
  const rest = reasons.length - shown.length;
  if (rest > 0) shown.push(`And ${rest} more reasons.`);
  const about = `  ${plain(`${subjects[0]!.name} in ${run.scenario}`)}`;
  return [
    `${page.paint(VERDICT_TONE[verdict], word)}${page.paint('bold', about)}`,
    ...shown.flatMap((reason) => bullet(reason, page)),
  ];
}

function runLines({ run, subjects }: Result, page: Page): string[] {
  const { environment } = run;
  const covered = formatDuration(1_000 * run.virtualSeconds);
  const whole = formatDuration(1_000 * run.scenarioSeconds);
  const facts = [
    `${run.engine} engine`,
    `${covered}${covered === whole ? '' : ` of ${whole}`} of virtual time in ${formatDuration(1_000 * run.wallSeconds)}`,
    ...(run.engine === 'live' && subjects.some(isFastForwarded)
      ? ['fast-forwarded between windows']
      : []),
    ...(run.engine === 'live' ? [counted(environment.workers, 'worker thread')] : []),
    seedText(run.seed, subjects[0]!),
    ...repetitionFacts(subjects[0]!),
  ];
  return [
    ...wrapped(plain(run.question), page.width),
    ...wrapped(facts.join(' · '), page.width).map((line) => page.paint('dim', line)),
  ];
}

/** Of several seeds, all figures but those of the seeds' own section are of the first. */
function seedText(seed: number, { replications }: SubjectResult): string {
  const others = (replications?.count ?? 1) - 1;
  return others === 0 ? `seed ${seed}` : `seed ${seed} shown, ${others} more below`;
}

function repetitionFacts({ repetitions }: SubjectResult): string[] {
  return repetitions === undefined ? [] : [`the first of ${repetitions.length} repetitions`];
}

function isFastForwarded({ fastForward }: SubjectResult): boolean {
  return fastForward.mode !== 'none';
}

function counted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** From so many subjects on, each is one line. */
const COLUMNS_MAX = 6;

function subjectBlocks(subjects: readonly SubjectResult[], page: Page): string[][] {
  if (subjects.length > COLUMNS_MAX) return [lineTable(subjects, page.width, page.paint)];
  return [headlines(subjects, page), tableLines(comparisonOf(subjects), page.width, page.paint)];
}

function headlines(subjects: readonly SubjectResult[], page: Page): string[] {
  const names = subjects.map(({ name }) => fitted(plain(name), 24));
  const room = Math.max(...names.map((name) => name.length)) + 2;
  return subjects.flatMap((subject, index) => {
    const sentence = plain(headline(subject));
    const [first, ...more] = wrapped(sentence, page.width - room);
    return [
      `${page.paint('bold', names[index]!.padEnd(room))}${first}`,
      ...more.map((line) => `${' '.repeat(room)}${line}`),
    ];
  });
}

function thresholdLines({ name, thresholds }: SubjectResult, page: Page): string[] {
  if (thresholds.length === 0) return [];
  const longest = Math.max(...thresholds.map(({ expression }) => expression.length));
  const room = Math.min(longest, page.width - 24);
  return [
    page.paint('bold', `Thresholds on ${plain(name)}`),
    ...thresholds.map((threshold) => thresholdLine(threshold, room, page)),
  ];
}

function thresholdLine(
  { expression, level, actual, passed }: ThresholdResult,
  room: number,
  page: Page,
): string {
  const failure = level === 'warn' ? page.paint('warn', 'WARNS') : page.paint('bad', 'FAILS');
  const sign = passed ? page.paint('good', 'holds') : failure;
  const figure = actual === null ? 'nothing measured' : exactText(actual);
  return `  ${sign}  ${fitted(plain(expression), room).padEnd(room)}  ${figure}`;
}

function basisLines({ run, subjects }: Result, page: Page): string[] {
  const notes = subjects.flatMap((subject, index) => {
    const { name, validity, fastForward } = subject;
    // The verdict's own reasons are at the top.
    const reasons = index === 0 ? [] : validity.reasons;
    const hasGaps = subject.timeline.some(({ gap }) => gap);
    const slow =
      hasGaps && run.environment.pace === 'fast' && !isFastForwarded(subject)
        ? [`not fast-forwarded: ${fastForward.reason}.`]
        : [];
    return [...reasons, ...subject.notes, ...slow].map((note) => `${name}: ${note}`);
  });
  const lines = [...run.assumptions, ...notes];
  if (lines.length === 0) return [];
  return [
    page.paint('bold', 'What these figures rest on'),
    ...lines.flatMap((line) => bullet(plain(line), page)),
  ];
}

/** The verdict once more: the top has scrolled away. */
function endLines({ run, verdict }: Result, resultPath: string, { paint }: Page): string[] {
  return [
    `${paint('bold', 'Result')}   ${plain(resultPath)}`,
    `${paint('bold', 'Repeat')}   ${plain(run.command)}`,
    `${paint('bold', 'Verdict')}  ${paint(VERDICT_TONE[verdict], verdict)}`,
  ];
}

function bullet(text: string, { width }: Page): string[] {
  const [first, ...more] = wrapped(text, width - 4);
  return [`  · ${first}`, ...more.map((line) => `    ${line}`)];
}
