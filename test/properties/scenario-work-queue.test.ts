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
