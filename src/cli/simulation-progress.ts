/**
 * Prints how far a simulation is on stderr: in place on a terminal, a line now and then elsewhere.
 * Nothing is said of one that is done in a moment.
 */
import type { WriteStream } from 'node:tty';
import { sharedMonotonicMs } from '../kernel/real-clock.ts';
import { simulationLine } from '../report/simulation-line.ts';
import type { VirtualProgress } from '../run/virtual/virtual-run.ts';

export interface SimulationProgress {
  update(progress: VirtualProgress): void;
  /** A line of its own. */
  say(text: string): void;
  end(): void;
}

const IN_PLACE_MS = 200;
const LINE_MS = 5_000;
const WIDTH_MAX = 120;
const CLEAR_LINE = '\r\u001b[K';

export function newSimulationProgress(
  stream: WriteStream,
  { quiet }: { quiet: boolean },
): SimulationProgress {
  const inPlace = stream.isTTY === true && process.env.TERM !== 'dumb';
  let printedMs = sharedMonotonicMs();
  let isLineOpen = false;
  const end = () => {
    if (isLineOpen) stream.write(CLEAR_LINE);
    isLineOpen = false;
  };
  return {
    update: (progress) => {
      const nowMs = sharedMonotonicMs();
      if (quiet || nowMs - printedMs < (inPlace ? IN_PLACE_MS : LINE_MS)) return;
      printedMs = nowMs;
      const line = simulationLine(progress).slice(0, (stream.columns ?? WIDTH_MAX) - 1);
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
