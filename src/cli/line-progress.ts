/**
 * Prints how far something is on stderr, as one line: in place on a terminal, now and then elsewhere.
 * Nothing is said of what is done in a moment.
 */
import type { WriteStream } from 'node:tty';
import { sharedMonotonicMs } from '../kernel/real-clock.ts';

export interface LineProgress {
  update(line: string): void;
  /** A line of its own. */
  say(text: string): void;
  end(): void;
}

const IN_PLACE_MS = 200;
const LINE_MS = 5_000;
const WIDTH_MAX = 120;
const CLEAR_LINE = '\r\u001b[K';

export function lineProgress(stream: WriteStream, { quiet }: { quiet: boolean }): LineProgress {
  const inPlace = stream.isTTY === true && process.env.TERM !== 'dumb';
  let printedMs = sharedMonotonicMs();
  let isLineOpen = false;
  const end = () => {
    if (isLineOpen) stream.write(CLEAR_LINE);
    isLineOpen = false;
  };
  return {
    update: (text) => {
      const nowMs = sharedMonotonicMs();
      if (quiet || nowMs - printedMs < (inPlace ? IN_PLACE_MS : LINE_MS)) return;
      printedMs = nowMs;
      const line = text.slice(0, (stream.columns ?? WIDTH_MAX) - 1);
      stream.write(inPlace ? `${CLEAR_LINE}${line}` : `${line}\n`);
      isLineOpen = inPlace;
    },
    say: (text) => {
      end();
      if (!quiet) stream.write(`${text}\n`);
    },
    end,
  };
}
