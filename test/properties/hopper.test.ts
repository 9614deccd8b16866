/**
 * Fast-forward swallows no event. Shards with arbitrary events are driven in a small world of
 * virtual time: an event takes some time to settle, a hop moves the clock, and nothing may ever be
 * hopped over or run early, whatever the order in which shards speak.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Hopper } from '../../src/run/live/hopper.ts';
import { HOP_MIN_MS } from '../../src/run/live/pacer.ts';

const GAP_END_MS = 10_000;
const WINDOW = { name: 'after the gap', atMs: GAP_END_MS, forMs: 100 };

interface Event {
  readonly dueMs: number;
  readonly settlesInMs: number;
}

test('no event is hopped over, none runs early or late, and the gap is crossed in little time', async () => {
  const event = fc.record({
    dueMs: fc.integer({ min: 1, max: GAP_END_MS - 1 }),
    settlesInMs: fc.integer({ min: 0, max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(event, { maxLength: 12 }), { minLength: 1, maxLength: 4 }),
      async (shards) => {
        const world = new World(shards);
        await world.run();
        const all = shards.flat();
        expect(world.ran).toHaveLength(all.length);
        for (const { dueMs, ranAtMs } of world.ran) expect(ranAtMs).toBeCloseTo(dueMs, 6);
        const settlingMs = all.reduce((sum, { settlesInMs }) => sum + settlesInMs, 0);
        expect(world.realMs).toBeLessThanOrEqual(settlingMs + (all.length + 2) * HOP_MIN_MS);
      },
    ),
    { numRuns: 200 },
  );
});

/** Real time passes only where nobody hops. */
class World {
  readonly ran: { dueMs: number; ranAtMs: number }[] = [];
  realMs = 0;
  private nowMs = 0;
  private readonly queue: { atMs: number; run: () => void }[] = [];
  private readonly pending: Event[][];
  private readonly hopper: Hopper;

  constructor(shards: readonly (readonly Event[])[]) {
    this.pending = shards.map((events) => [...events].sort((a, b) => a.dueMs - b.dueMs));
    this.hopper = new Hopper({
      shape: { apps: [], windows: [WINDOW], endMs: GAP_END_MS + 100, stallThresholdMs: 1 },
      shards: shards.length,
      nowMs: () => this.nowMs,
      at: () => {},
      hop: async (byMs) => {
        const targetMs = this.nowMs + byMs;
        const passedOver = this.queue.filter(({ atMs }) => atMs < targetMs - 1e-9);
        expect(passedOver).toEqual([]);
        this.nowMs = targetMs;
      },
    });
  }

  async run(): Promise<void> {
    for (const index of this.pending.keys()) this.settle(index);
    this.hopper.start();
    while (this.nowMs < GAP_END_MS) {
      await settleMicrotasks();
      const next = this.queue.sort((a, b) => a.atMs - b.atMs)[0];
      const untilMs = Math.min(next?.atMs ?? GAP_END_MS, GAP_END_MS);
      this.realMs += untilMs - this.nowMs;
      this.nowMs = untilMs;
      if (next !== undefined && next.atMs <= untilMs) this.queue.shift()!.run();
    }
  }

  /** The shard runs its next event when the clock gets there, and speaks when that has settled. */
  private settle(index: number): void {
    const [event] = this.pending[index]!;
    if (event !== undefined) this.queue.push({ atMs: event.dueMs, run: () => this.start(index) });
    this.hopper.settled(index, event?.dueMs ?? GAP_END_MS);
  }

  private start(index: number): void {
    const event = this.pending[index]!.shift()!;
    this.ran.push({ dueMs: event.dueMs, ranAtMs: this.nowMs });
    const [following] = this.pending[index]!;
    const settledAtMs = this.nowMs + event.settlesInMs;
    // What falls due before this one has settled runs by the shard's own timer.
    if (following !== undefined && following.dueMs <= settledAtMs) {
      this.queue.push({ atMs: following.dueMs, run: () => this.start(index) });
    } else {
      this.queue.push({ atMs: settledAtMs, run: () => this.settle(index) });
    }
  }
}

async function settleMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}
