/** The event queue against the obvious one: a list, sorted by instant and order of pushing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue } from '../../src/kernel/event-queue.ts';
import { type Rng, stream } from '../../src/kernel/rng.ts';

const REFRESH_MS = 2_700_000;

/** Keeps what is pending sorted; `what` is the order of pushing, so ties are told apart. */
class Pair {
  private readonly queue = new EventQueue();
  private readonly pending: { atMs: number; what: number; stamp: number }[] = [];
  private pushed = 0;
  private nowMs = 0;
  private poppedAtMs = Number.NEGATIVE_INFINITY;

  push(afterMs: number): void {
    const atMs = this.nowMs + afterMs;
    const stamp = (this.pushed * 2_654_435_761) | 0;
    this.queue.push(atMs, this.pushed, stamp);
    const dueAtMs = Math.max(atMs, this.poppedAtMs);
    let [low, high] = [0, this.pending.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.pending[middle]!.atMs <= dueAtMs) low = middle + 1;
      else high = middle;
    }
    this.pending.splice(low, 0, { atMs: dueAtMs, what: this.pushed, stamp });
    this.pushed += 1;
  }

  pop(): void {
    const soonest = this.pending.shift();
    expect(this.queue.pop()).toBe(soonest !== undefined);
    if (soonest === undefined) return;
    const { atMs, what, stamp } = this.queue;
    if (atMs !== soonest.atMs || what !== soonest.what || stamp !== soonest.stamp) {
      expect({ atMs, what, stamp }).toEqual(soonest);
    }
    this.nowMs = atMs;
    this.poppedAtMs = atMs;
  }

  peek(): void {
    expect(this.queue.nextAtMs).toBe(this.pending[0]?.atMs ?? Number.POSITIVE_INFINITY);
    expect(this.queue.size).toBe(this.pending.length);
  }

  drain(): void {
    while (this.pending.length > 0) this.pop();
    this.peek();
    this.pop();
  }
}

/** Times to the next event, of every kind that has a name in a simulation and a few that do not. */
const SHAPES: Record<string, (rng: Rng, turn: number) => number> = {
  exponential: (rng) => 1_000 * rng.exponential(),
  bimodal: (rng) => (rng.chance(0.5) ? 50 : REFRESH_MS) * rng.between(0.9, 1.1),
  'bimodal, exact': (rng) => (rng.chance(0.5) ? 50 : REFRESH_MS),
  equal: () => 250,
  'whole milliseconds': (rng) => rng.below(20),
  'at once': () => 0,
  'ever denser': (rng, turn) => (REFRESH_MS * rng.next()) / (1 + turn * turn),
  'ever sparser': (rng, turn) => rng.next() * (1 + turn * turn),
  'over twelve orders of magnitude': (rng) => 10 ** rng.between(-6, 6),
  'mostly near, one day ahead now and then': (rng) => (rng.chance(0.01) ? 86_400_000 : rng.next()),
  'the past': (rng) => rng.between(-10, 10),
};

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('push' as const), of: fc.nat(300) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pop' as const), of: fc.nat(300) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hold' as const), of: fc.nat(300) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('herd' as const), of: fc.nat(300) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('peek' as const), of: fc.constant(0) }) },
);

test('events come out soonest first, equal instants in order of pushing, for any times', () => {
  const shape = fc.constantFrom(...Object.keys(SHAPES));
  const scripts = fc.array(fc.record({ step, shape }), { maxLength: 30 });
  fc.assert(
    fc.property(fc.nat(), scripts, (seed, script) => {
      const rng = stream(seed, 'event-queue');
      const pair = new Pair();
      let turn = 0;
      for (const { step: current, shape: name } of script) {
        const herdAfterMs = 100_000 * rng.next();
        for (let i = 0; i < Math.max(1, current.of); i += 1) {
          turn += 1;
          if (current.kind === 'peek') pair.peek();
          if (current.kind === 'herd') pair.push(herdAfterMs);
          if (current.kind === 'pop' || current.kind === 'hold') pair.pop();
          if (current.kind === 'push' || current.kind === 'hold') {
            pair.push(SHAPES[name]!(rng, turn));
          }
        }
      }
      pair.drain();
    }),
    { numRuns: 400 },
  );
});

test.each(Object.keys(SHAPES))('thousands pending, times: %s', (name) => {
  const rng = stream(5, 'event-queue', name);
  const pair = new Pair();
  for (let i = 0; i < 3_000; i += 1) pair.push(SHAPES[name]!(rng, i));
  for (let i = 0; i < 12_000; i += 1) {
    pair.pop();
    pair.push(SHAPES[name]!(rng, i));
    if (i % 1_000 === 0) pair.peek();
  }
  pair.drain();
});

test('a herd of 10,000 at one instant, then nothing for 45 minutes, again and again', () => {
  const rng = stream(6, 'event-queue');
  const pair = new Pair();
  for (let i = 0; i < 10_000; i += 1) pair.push(1_000);
  for (let round = 0; round < 3; round += 1) {
    for (let i = 0; i < 10_000; i += 1) {
      pair.pop();
      pair.push(i % 10 === 0 ? 50 * rng.next() : REFRESH_MS);
      if (i % 10 === 0) pair.pop();
      if (i % 10 === 0) pair.push(REFRESH_MS);
    }
  }
  pair.drain();
});

test('instants that are as close as numbers can be stay in order', () => {
  const queue = new EventQueue();
  const baseMs = 1_700_000_000_000;
  const stepMs = 2 ** -12;
  for (let i = 0; i < 2_000; i += 1) queue.push(baseMs + (i % 3) * stepMs, i, 0);
  const popped: number[][] = [[], [], []];
  let lastMs = 0;
  while (queue.pop()) {
    expect(queue.atMs).toBeGreaterThanOrEqual(lastMs);
    lastMs = queue.atMs;
    popped[(queue.atMs - baseMs) / stepMs]!.push(queue.what);
  }
  for (const [rest, list] of popped.entries()) {
    expect(list).toEqual(Array.from({ length: 2_000 }, (_, i) => i).filter((i) => i % 3 === rest));
  }
});

test('ties stay in order beyond 2^31 and 2^32 pushes', () => {
  for (const pushedBefore of [2 ** 31 - 50, 2 ** 32 - 50]) {
    const queue = new EventQueue();
    Reflect.set(Reflect.get(queue, 'store'), 'nextSequence', pushedBefore);
    for (let i = 0; i < 100; i += 1) {
      queue.push(5, i, 0);
      queue.push(3, i, 0);
    }
    const popped: number[] = [];
    while (queue.pop()) popped.push(queue.what);
    const inOrder = Array.from({ length: 100 }, (_, i) => i);
    expect(popped).toEqual([...inOrder, ...inOrder]);
  }
});
