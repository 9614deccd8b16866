import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Distribution, drawMs } from '../../src/kernel/distribution.ts';
import { stream } from '../../src/kernel/rng.ts';
import { WorkQueue } from '../../src/scenario/work-queue.ts';

/** Slow and obvious: steps through every event of the waiting line and the servers. */
function endsByEvents(starts: readonly number[], services: readonly number[], servers: number) {
  const ends: number[] = [];
  const busy: number[] = [];
  const waiting: number[] = [];
  const begin = (request: number, atMs: number) => {
    ends[request] = atMs + services[request]!;
    busy.push(ends[request]!);
  };
  const finishUntil = (atMs: number) => {
    for (;;) {
      busy.sort((a, b) => a - b);
      if (busy.length === 0 || busy[0]! > atMs) return;
      const endMs = busy.shift()!;
      const next = waiting.shift();
      if (next !== undefined) begin(next, endMs);
    }
  };
  for (const [request, atMs] of starts.entries()) {
    finishUntil(atMs);
    if (busy.length < servers) begin(request, atMs);
    else waiting.push(request);
  }
  finishUntil(Number.POSITIVE_INFINITY);
  return ends;
}

test('ends are those of a queue that is stepped through event by event', () => {
  const gaps = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { maxLength: 80 });
  const distribution = fc.constantFrom<Distribution>(
    { medianMs: 8, p99Ms: 60 },
    { medianMs: 5, p99Ms: 5 },
  );
  fc.assert(
    fc.property(
      gaps,
      distribution,
      fc.integer({ min: 1, max: 9 }),
      fc.nat(),
      (waits, service, servers, seed) => {
        let atMs = 0;
        const starts = waits.map((wait) => {
          atMs += wait;
          return atMs;
        });
        const rng = stream(seed, 'service');
        const services = starts.map(() => drawMs(service, rng));
        const queue = new WorkQueue(servers, service, stream(seed, 'service'));
        const ends = starts.map((startMs) => queue.start(startMs));
        expect(ends).toEqual(endsByEvents(starts, services, servers));
      },
    ),
  );
});

/** Mean wait in the queue of Poisson arrivals, ms, over a long run. */
function meanWaitMs(options: {
  ratePerMs: number;
  servers: number;
  service: Distribution;
  n: number;
}) {
  const arrivals = stream(5, 'arrivals');
  const again = stream(5, 'service');
  const queue = new WorkQueue(options.servers, options.service, stream(5, 'service'));
  let atMs = 0;
  let waited = 0;
  for (let i = 0; i < options.n; i += 1) {
    atMs += arrivals.exponential() / options.ratePerMs;
    waited += queue.start(atMs) - atMs - drawMs(options.service, again);
  }
  return waited / options.n;
}

test.each([0.5, 0.8])('at utilisation %d, one server with constant work waits as M/D/1', (load) => {
  const service = { medianMs: 10, p99Ms: 10 };
  const expected = (load * 10) / (2 * (1 - load));
  const actual = meanWaitMs({ ratePerMs: load / 10, servers: 1, service, n: 400_000 });
  expect(Math.abs(actual / expected - 1)).toBeLessThan(0.03);
});

test('one server with log-normal work waits as Pollaczek and Khinchine say', () => {
  const service = { medianMs: 8, p99Ms: 40 };
  const sigma = Math.log(40 / 8) / 2.326347874040841;
  const mean = 8 * Math.exp(sigma ** 2 / 2);
  const load = 0.6;
  const expected = (load * mean * Math.exp(sigma ** 2)) / (2 * (1 - load));
  const actual = meanWaitMs({ ratePerMs: load / mean, servers: 1, service, n: 600_000 });
  expect(Math.abs(actual / expected - 1)).toBeLessThan(0.05);
});

test('with more servers than requests at once, nobody waits', () => {
  const service = { medianMs: 10, p99Ms: 10 };
  expect(meanWaitMs({ ratePerMs: 0.1, servers: 64, service, n: 10_000 })).toBeCloseTo(0, 9);
});

test('so many requests are being worked on as a queue that is stepped through has in its servers', () => {
  const gaps = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), {
    minLength: 1,
    maxLength: 60,
  });
  const later = fc.double({ min: 0, max: 60, noNaN: true });
  fc.assert(
    fc.property(
      gaps,
      fc.integer({ min: 1, max: 9 }),
      later,
      fc.nat(),
      (waits, servers, laterMs, seed) => {
        const service = { medianMs: 25, p99Ms: 120 };
        let atMs = 0;
        const starts = waits.map((wait) => {
          atMs += wait;
          return atMs;
        });
        const rng = stream(seed, 'service');
        const services = starts.map(() => drawMs(service, rng));
        const ends = endsByEvents(starts, services, servers);
        const queue = new WorkQueue(servers, service, stream(seed, 'service'));
        for (const [index, startMs] of starts.entries()) {
          queue.start(startMs);
          // Those that came so far: in its servers, since what waits for one has not begun.
          const inside = ends.slice(0, index + 1).filter((endMs) => endMs > startMs).length;
          expect(queue.busyAt(startMs)).toBe(Math.min(inside, servers));
        }
        const lookedAtMs = atMs + laterMs;
        const left = ends.filter((endMs) => endMs > lookedAtMs).length;
        expect(queue.busyAt(lookedAtMs)).toBe(Math.min(left, servers));
      },
    ),
  );
});

test('a work that nobody watched keeps a server until its end', () => {
  const queue = new WorkQueue(2, { medianMs: 10, p99Ms: 10 }, stream(1, 'service'));
  queue.occupy(1_000, 1_020);
  expect([queue.busyAt(1_019), queue.busyAt(1_020)]).toEqual([1, 0]);
  expect(queue.start(1_000)).toBe(1_010);
  expect(queue.start(1_001)).toBe(1_020);
  expect(queue.start(1_015)).toBe(1_030);
});

test('no more works are watched over than there are servers', () => {
  const queue = new WorkQueue(3, { medianMs: 10, p99Ms: 10 }, stream(1, 'service'));
  for (const untilMs of [1_050, 1_030, 1_040, 1_060]) queue.occupy(1_000, untilMs);
  expect(queue.busyAt(1_000)).toBe(3);
  expect(queue.start(1_000)).toBe(1_040);
});

test('a work that nobody watched keeps a server that had been in use before', () => {
  const queue = new WorkQueue(1, { medianMs: 10, p99Ms: 10 }, stream(1, 'service'));
  expect(queue.start(0)).toBe(10);
  queue.occupy(1_000, 1_020);
  expect(queue.busyAt(1_000)).toBe(1);
});
