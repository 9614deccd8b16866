/**
 * Answers that a fault has delivered otherwise than at once and whole, for either way to a socket:
 * the lane's own, and Node's. What is here is off the hot path: a plain answer never comes by.
 */
import type { Timer } from '../../src/kernel/clock.ts';

/** However long a fault would have it, no connection is held open for longer, by the mock's clock. */
export const HELD_MS_MAX = 600_000;

/** Between two pieces of a slow body. */
const PIECE_EVERY_MS = 100;

/** The mock's clock, as the endpoint gives it. */
export interface MockTime {
  readonly nowMs: number;
  at(atMs: number, fire: () => void): Timer;
}

export interface SlowBody {
  readonly bytes: Buffer;
  readonly overMs: number;
  readonly time: MockTime;
  readonly write: (piece: Buffer) => void;
  /** After the last piece. */
  readonly done: () => void;
}

/** Writes the body piece by piece, the last one when `overMs` is over. Returns what stops it. */
export function dribble({ bytes, overMs, time, write, done }: SlowBody): () => void {
  const totalMs = Math.min(overMs, HELD_MS_MAX);
  const pieces = Math.max(1, Math.min(bytes.length, Math.ceil(totalMs / PIECE_EVERY_MS)));
  const beganMs = time.nowMs;
  let written = 0;
  let timer: Timer | undefined;
  const next = () => {
    timer = time.at(beganMs + (totalMs * (written + 1)) / pieces, () => {
      written += 1;
      const from = Math.floor((bytes.length * (written - 1)) / pieces);
      write(bytes.subarray(from, Math.floor((bytes.length * written) / pieces)));
      if (written < pieces) next();
      else done();
    });
  };
  next();
  return () => timer?.cancel();
}
