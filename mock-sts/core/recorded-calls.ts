/**
 * Others' calls as they were recorded: so many in each second. A recording knows no finer time, so
 * each call falls at random within its second, by a stream of that second: whoever looks, in whatever
 * steps, sees the same instants.
 */
import { type Rng, stream } from '../../src/kernel/rng.ts';

const SECOND_MS = 1_000;

export interface Recording {
  readonly fromMs: number;
  readonly toMs: number;
  readonly callsBySecond: readonly number[];
}

export class RecordedCalls {
  /** Of the next call; Infinity after the last. */
  nextAtMs = Number.POSITIVE_INFINITY;
  private readonly recording: Recording;
  private readonly rngOf: (second: number) => Rng;
  private second: number;
  /** Instants within the present second, in order. */
  private due: number[] = [];
  private index = 0;

  /** `name` tells recordings of one seed apart; calls before `sinceMs` are left out. */
  constructor(recording: Recording, seed: number, name: string, sinceMs: number) {
    this.recording = recording;
    this.rngOf = (second) => stream(seed, 'background', `${name}:${second}`);
    const passedMs = Math.max(0, sinceMs - recording.fromMs);
    this.second = Math.floor(passedMs / SECOND_MS) - 1;
    do this.advance();
    while (this.nextAtMs < sinceMs);
  }

  advance(): void {
    const { callsBySecond, toMs } = this.recording;
    this.index += 1;
    while (this.index >= this.due.length && this.second < callsBySecond.length) {
      this.second += 1;
      this.due = this.instantsIn(this.second);
      this.index = 0;
    }
    const atMs = this.due[this.index] ?? Number.POSITIVE_INFINITY;
    this.nextAtMs = atMs < toMs ? atMs : Number.POSITIVE_INFINITY;
  }

  private instantsIn(second: number): number[] {
    const { callsBySecond, fromMs } = this.recording;
    const calls = callsBySecond[second] ?? 0;
    if (calls === 0) return [];
    const rng = this.rngOf(second);
    const startMs = fromMs + second * SECOND_MS;
    const instants = Array.from({ length: calls }, () => startMs + SECOND_MS * rng.next());
    return instants.sort((a, b) => a - b);
  }
}
