/**
 * The progress line of a run: where it is and what has happened so far. A pure function of two
 * readings of the counters; who prints it, and how often, is the caller's business.
 */
import { formatCount, formatDuration } from '../kernel/units.ts';
import type { RunShape } from '../measure/run-shape.ts';
import { fitted } from './lines.ts';
import { plain } from './paint.ts';

export interface ProgressState {
  readonly subject: string;
  /** 0-based. */
  readonly subjectIndex: number;
  readonly subjectCount: number;
  readonly shape: Pick<RunShape, 'windows' | 'endMs'>;
  /** Wall clock, since this subject's replay began. */
  readonly elapsedMs: number;
  readonly now: ProgressCounts;
  /** The reading before; rates are between the two. */
  readonly before: ProgressCounts | undefined;
}

/** Cumulative. */
export interface ProgressCounts {
  /** From virtual zero; below it the run is being set up. */
  readonly virtualMs: number;
  readonly completed: number;
  readonly stalled: number;
  readonly calls: number;
  readonly throttled: number;
}

/** The words after the two rates. */
interface Words {
  readonly requests: string;
  readonly calls: string;
}

const SEPARATOR = ' · ';
const LONG: Words = { requests: ' requests/s', calls: ' AssumeRole/s' };
const SHORT: Words = { requests: '/s', calls: ' calls/s' };

/**
 * One line of at most `width` columns, without a line feed. Where it is narrow, words give way
 * first, then the phase: the figures are what one looks at.
 */
export function progressLine(state: ProgressState, width: number): string {
  const phase = phaseText(state.shape, state.now.virtualMs);
  const long = lineOf(state, phase, LONG);
  if (long.length <= width) return long;
  const [where = ''] = phase.split(', ');
  const short = lineOf(state, where, SHORT);
  return short.length <= width ? short : fitted(lineOf(state, '', SHORT), width);
}

function lineOf(state: ProgressState, phase: string, words: Words): string {
  const { subject, subjectIndex, subjectCount, elapsedMs, now } = state;
  const place = subjectCount === 1 ? '' : `${subjectIndex + 1}/${subjectCount} `;
  return [
    `${place}${plain(subject)}`,
    clockText(elapsedMs),
    ...(phase === '' ? [] : [phase]),
    `${formatCount(Math.round(rate(state, ({ completed }) => completed)))}${words.requests}`,
    `${formatCount(now.stalled)} stalled`,
    `${formatCount(Math.round(rate(state, ({ calls }) => calls)))}${words.calls}`,
    `${formatCount(now.throttled)} throttled`,
  ].join(SEPARATOR);
}

/** Per second of virtual time: inside windows it runs as fast as the wall clock. */
function rate({ now, before }: ProgressState, read: (counts: ProgressCounts) => number): number {
  const elapsedMs = now.virtualMs - (before?.virtualMs ?? 0);
  return elapsedMs <= 0
    ? 0
    : (1_000 * (read(now) - (before === undefined ? 0 : read(before)))) / elapsedMs;
}

function phaseText({ windows, endMs }: ProgressState['shape'], virtualMs: number): string {
  if (virtualMs < 0) return 'setting up';
  const window = windows.find(({ atMs, forMs }) => virtualMs >= atMs && virtualMs < atMs + forMs);
  if (window !== undefined) {
    const left = formatDuration(
      Math.ceil((window.atMs + window.forMs - virtualMs) / 1_000) * 1_000,
    );
    return `${plain(window.name)}, ${left} left`;
  }
  return virtualMs >= endMs ? 'ending' : `between windows, at ${formatDuration(virtualMs)}`;
}

/** `1:05`. */
function clockText(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
