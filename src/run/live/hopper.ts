/**
 * Fast-forward: moves the run clock over the parts of a gap in which nothing happens.
 *
 * A shard that has settled names the next instant at which anything can happen in it. When all have,
 * the clock hops to the soonest of these, or to the next window. A shard's word stays good until its
 * instant is reached: from then on it is busy until it speaks again. So no event is passed over, and
 * events keep their distances in virtual time, whatever time they take.
 */

import type { RunShape } from '../../measure/run-shape.ts';
import { HOP_MIN_MS } from './pacer.ts';

export interface HopperParts {
  readonly shape: RunShape;
  readonly shards: number;
  /** Virtual ms. */
  readonly nowMs: () => number;
  /** Moves all clocks ahead; resolves when mock and shards know. */
  readonly hop: (byMs: number) => Promise<void>;
  /** Calls `wake` at a virtual instant. */
  readonly at: (virtualMs: number, wake: () => void) => void;
}

export class Hopper {
  hops = 0;
  private readonly parts: HopperParts;
  private readonly dueMs: Float64Array;
  private hopping = false;
  private active = false;

  constructor(parts: HopperParts) {
    this.parts = parts;
    this.dueMs = new Float64Array(parts.shards).fill(Number.NEGATIVE_INFINITY);
  }

  /** From virtual zero on; what shards said before it counts. */
  start(): void {
    this.active = true;
    this.consider();
  }

  stop(): void {
    this.active = false;
  }

  /** A shard has nothing in flight, and nothing due before `nextDueMs`. */
  settled(shard: number, nextDueMs: number): void {
    this.dueMs[shard] = nextDueMs;
    this.consider();
  }

  private consider(): void {
    if (this.hopping || !this.active) return;
    const nowMs = this.parts.nowMs();
    const windowEndMs = this.endOfWindowAt(nowMs);
    if (windowEndMs !== undefined) {
      this.parts.at(windowEndMs, () => this.consider());
      return;
    }
    let targetMs = this.nextWindowMs(nowMs);
    for (const dueMs of this.dueMs) {
      if (dueMs <= nowMs) return; // Busy: it will speak when it has settled.
      targetMs = Math.min(targetMs, dueMs);
    }
    if (Number.isFinite(targetMs) && targetMs - nowMs > HOP_MIN_MS) void this.hop(targetMs - nowMs);
  }

  private async hop(byMs: number): Promise<void> {
    this.hopping = true;
    this.hops += 1;
    await this.parts.hop(byMs).catch(() => this.stop()); // The mock died: its handle tells.
    this.hopping = false;
    this.consider();
  }

  private endOfWindowAt(nowMs: number): number | undefined {
    const window = this.parts.shape.windows.find(
      ({ atMs, forMs }) => atMs <= nowMs && nowMs < atMs + forMs,
    );
    return window === undefined ? undefined : window.atMs + window.forMs;
  }

  private nextWindowMs(nowMs: number): number {
    const next = this.parts.shape.windows.find(({ atMs }) => atMs > nowMs);
    return next === undefined ? Number.POSITIVE_INFINITY : next.atMs;
  }
}
