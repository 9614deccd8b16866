/** Prints the progress line on stderr: in place on a terminal, a line now and then elsewhere. */
import type { WriteStream } from 'node:tty';
import { sharedMonotonicMs } from '../kernel/real-clock.ts';
import { type ProgressCounts, progressLine } from '../report/progress.ts';
import type { LiveProgress } from '../run/live/live-run.ts';

export interface Progress {
  update(progress: LiveProgress): void;
  /** A line of its own. */
  say(text: string): void;
  end(): void;
}

/** Between two lines where there is no terminal to write in place. */
const LINE_MS = 5_000;
const WIDTH_MAX = 120;
const CLEAR_LINE = '\r\u001b[K';

export function newProgress(stream: WriteStream, { quiet }: { quiet: boolean }): Progress {
  const inPlace = stream.isTTY === true && process.env.TERM !== 'dumb';
  let current = -1;
  let begunMs = 0;
  let printedMs = Number.NEGATIVE_INFINITY;
  let before: ProgressCounts | undefined;
  let isLineOpen = false;
  const say = (text: string) => {
    stream.write(`${isLineOpen ? CLEAR_LINE : ''}${text}\n`);
    isLineOpen = false;
  };
  const update = (progress: LiveProgress) => {
    const nowMs = sharedMonotonicMs();
    const turn = progress.repetition * progress.subjectCount + progress.subjectIndex;
    if (turn !== current) {
      current = turn;
      begunMs = nowMs;
      before = undefined;
      const isFirst = progress.repetition === 0;
      if (isFirst && progress.slowReason !== undefined) say(slowNotice(progress));
    }
    if (quiet || (!inPlace && nowMs - printedMs < LINE_MS)) return;
    printedMs = nowMs;
    const now = countsOf(progress);
    const line = progressLine(
      {
        ...progress,
        subjectIndex: turn,
        subjectCount: progress.subjectCount * progress.repetitions,
        elapsedMs: nowMs - begunMs,
        now,
        before,
      },
      Math.min(stream.columns ?? WIDTH_MAX, WIDTH_MAX) - 1,
    );
    before = now;
    stream.write(inPlace ? `${CLEAR_LINE}${line}` : `${line}\n`);
    isLineOpen = inPlace;
  };
  const end = () => {
    if (isLineOpen) stream.write(CLEAR_LINE);
    isLineOpen = false;
  };
  return { update, say, end };
}

function countsOf({ nowMs, reports, counts }: LiveProgress): ProgressCounts {
  let completed = 0;
  let stalled = 0;
  for (const { snapshot } of reports) {
    for (const cell of snapshot.cells) {
      completed += cell.counts.completed;
      stalled += cell.counts.stalls;
    }
  }
  return { virtualMs: nowMs, completed, stalled, ...counts };
}

function slowNotice({ subject, slowReason, shape }: LiveProgress): string {
  const minutes = Math.ceil(shape.endMs / 60_000);
  return `${subject} is not fast-forwarded and takes about ${minutes} min: ${slowReason}`;
}
