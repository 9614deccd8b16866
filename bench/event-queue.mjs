/**
 * The simulator's event queue against the plain one, a binary heap of objects, in the hold model:
 * pop an event, push one at its instant plus a random time, so that the number pending stays. The
 * times are exponential, then bimodal: half about 50 ms (a call), half about 45 minutes (a
 * refresh). Build first (`npm run build`), then `node bench/event-queue.mjs`.
 */
import { EventQueue } from '../dist/src/kernel/event-queue.js';
import { Rng } from '../dist/src/kernel/rng.js';
import { interleaved, median, verdictRow } from './medians.mjs';

const PENDING = { '1 k': 1_000, '100 k': 100_000, '1 M': 1_000_000 };
const OPERATIONS = 1_000_000;
const ROUNDS = 5;
const DRAWS = 1 << 16;

/** What a simulator would write first: comparisons by instant, then order of pushing. */
class ObjectHeap {
  heap = [];
  order = 0;

  push(atMs, what) {
    const { heap } = this;
    const event = { atMs, order: this.order++, what };
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(event, heap[parent])) break;
      heap[index] = heap[parent];
      index = parent;
    }
    heap[index] = event;
  }

  pop() {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (heap.length === 0) return top;
    let index = 0;
    for (let child = 1; child < heap.length; child = 2 * index + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child += 1;
      if (isBefore(last, heap[child])) break;
      heap[index] = heap[child];
      index = child;
    }
    heap[index] = last;
    return top;
  }
}

function isBefore(one, other) {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}

const rng = new Rng(1, 2, 3);
const incrementsMs = {
  exponential: Float64Array.from({ length: DRAWS }, () => 1_000 * rng.exponential()),
  bimodal: Float64Array.from(
    { length: DRAWS },
    () => (rng.chance(0.5) ? 50 : 2_700_000) * rng.between(0.9, 1.1),
  ),
};

/** A full queue of each kind and a function that holds it for OPERATIONS; the check is its end. */
function ours(pending, times) {
  const queue = new EventQueue();
  for (let i = 0; i < pending; i += 1) queue.push(times[i & (DRAWS - 1)] * rng.next(), i, 0);
  return () => {
    for (let i = 0; i < OPERATIONS; i += 1) {
      queue.pop();
      queue.push(queue.atMs + times[i & (DRAWS - 1)], queue.what, 0);
    }
  };
}

function plain(pending, times) {
  const queue = new ObjectHeap();
  for (let i = 0; i < pending; i += 1) queue.push(times[i & (DRAWS - 1)] * rng.next(), i);
  return () => {
    for (let i = 0; i < OPERATIONS; i += 1) {
      const { atMs, what } = queue.pop();
      queue.push(atMs + times[i & (DRAWS - 1)], what);
    }
  };
}

function timed(hold) {
  return () => {
    const begun = performance.now();
    hold();
    return OPERATIONS / (performance.now() - begun) / 1_000;
  };
}

const rows = [];
for (const [shape, times] of Object.entries(incrementsMs)) {
  for (const [name, pending] of Object.entries(PENDING)) {
    const sides = { ours: timed(ours(pending, times)), plain: timed(plain(pending, times)) };
    // Two rounds unmeasured: the queues leave their first filling behind, the compiler is done.
    await interleaved(sides, 2);
    const perSecond = await interleaved(sides, ROUNDS);
    const [fast, slow] = [median(perSecond.ours), median(perSecond.plain)];
    const figures = [fast, slow].map((figure) => figure.toFixed(2).padStart(7));
    console.log(
      `${shape.padEnd(12)} ${name.padStart(5)} pending: EventQueue ${figures[0]}, object heap ${figures[1]} M events/s`,
    );
    rows.push(verdictRow(`${shape}, ${name} pending`, fast / slow, 3));
  }
}
console.log(rows.join('\n'));
