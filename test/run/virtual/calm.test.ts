import { describe, expect, test } from 'vitest';
import { stream } from '../../../src/kernel/rng.ts';
import { Calm, queuedShare } from '../../../src/run/virtual/calm.ts';
import { ArrivalCurve } from '../../../src/scenario/arrival-curve.ts';
import type { App } from '../../../src/scenario/scenario.ts';
import { scenarioWith } from '../../scenario/example.ts';

type Fields = Record<string, unknown>;

/** One process, of works of 10 ms: a hundred requests a second are one at work on average. */
function calmOf(load: Fields, concurrency: number, service: Fields = CONSTANT): Calm {
  return calmOfApp({ hosts: 1, processesPerHost: 1, load, work: { service, concurrency } });
}

function calmOfApp(fields: Fields): Calm {
  const app: App = scenarioWith({}, fields).apps[0]!;
  return new Calm(app, new ArrivalCurve(app.load.curve));
}

const CONSTANT = { median: '10ms', p99: '10ms' };
const VARYING = { median: '10ms', p99: '60ms' };

test.each([
  // Tables of Erlang's C: 10 servers with 8 erlangs queue 40.9 %, 5 with 4 queue 55.4 %, 20 with 14
  // queue 9.36 %; the closed forms are those of one server and of two.
  [10, 8, 0.40918],
  [5, 4, 0.554113],
  [20, 14, 0.093561],
  [2, 1, 1 / 3],
  [1, 0.25, 0.25],
  [1, 0.9, 0.9],
  [2, 1.5, 1.5 ** 2 / (2 + 1.5)],
])('of %d servers with %d at work on average, the queued share is %d', (servers, atWork, share) => {
  expect(queuedShare(servers, atWork)).toBeCloseTo(share, 5);
});

test('nobody queues where nobody is at work, and next to nobody with a thousand servers', () => {
  expect(queuedShare(3, 0)).toBe(0);
  expect(queuedShare(1_000, 700)).toBeLessThan(1e-12);
});

describe('a process is loaded', () => {
  test('where one in a thousand requests would queue, or 70 % of its places are busy', () => {
    for (const concurrency of [1, 2, 5, 20, 64, 300, 1_000]) {
      // From nothing to all places busy in 1,000 s.
      const rate = `${100 * concurrency}/s`;
      const calm = calmOf(
        {
          curve: [
            ['0s', '0/s'],
            ['1000s', rate],
          ],
        },
        concurrency,
      );
      const atWork = (calm.loadedFromMs(0) / 1_000_000) * concurrency;
      const queued = queuedShare(concurrency, atWork);
      const isAtShare = Math.abs(queued - 0.001) < 1e-9;
      const isAtUtilisation = Math.abs(atWork / concurrency - 0.7) < 1e-9 && queued <= 0.001;
      expect(isAtShare || isAtUtilisation, `${concurrency}: ${atWork}`).toBe(true);
    }
  });

  test('with even arrivals of constant works, from where as many again would not fit', () => {
    // (9 - 1) / 2 at work: 400 a second.
    const calm = calmOf(
      {
        arrivals: 'even',
        curve: [
          ['0s', '0/s'],
          ['100s', '1000/s'],
        ],
      },
      9,
    );
    expect(calm.loadedFromMs(0)).toBeCloseTo(40_000, 6);
  });

  test('by its share of the app’s requests', () => {
    const load = {
      arrivals: 'even',
      curve: [
        ['0s', '0/s'],
        ['100s', '1000/s'],
      ],
    };
    const work = { service: CONSTANT, concurrency: 3 };
    const calm = calmOfApp({ hosts: 2, processesPerHost: 3, load, work });
    expect(calm.loadedFromMs(0)).toBeCloseTo(60_000, 6);
  });

  const knots = [
    ['0s', '1000/s'],
    ['10s', '0/s'],
    ['20s', '1000/s'],
    ['20s', '100/s'],
    ['30s', '100/s'],
    ['30s', '900/s'],
    ['40s', '900/s'],
    ['50s', '400/s'],
    ['60s', '400/s'],
    ['70s', '600/s'],
  ];

  test('in every stretch above its limit, between knots and at steps', () => {
    const calm = calmOf({ arrivals: 'even', curve: knots }, 9);
    const from = (ms: number) => calm.loadedFromMs(ms);
    expect(from(0)).toBe(0);
    expect(from(5_999)).toBe(5_999);
    // 400 a second is no load yet.
    expect(from(6_001)).toBeCloseTo(14_000, 6);
    expect(from(14_001)).toBe(14_001);
    expect(from(19_999)).toBe(19_999);
    expect(from(20_000)).toBe(30_000);
    expect(from(49_999)).toBe(49_999);
    expect(from(50_000)).toBe(60_000);
    // Loaded to the end, which nobody knows here.
    expect(from(1e9)).toBe(1e9);
  });

  test('never, where the rate stays below', () => {
    const calm = calmOf({ arrivals: 'even', rate: '400/s' }, 9);
    expect(calm.loadedFromMs(0)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a process is calm after a stall', () => {
  test('with even arrivals of constant works, while those to come have a place beside the rest', () => {
    // 150 a second: 1.5 at work, taken as 2.
    const calm = calmOf({ arrivals: 'even', rate: '150/s' }, 6);
    expect([0, 3, 4, 6].map((busy) => calm.isCalm(busy, 0))).toEqual([true, true, false, false]);
  });

  test('with room for four deviations more than usual, or when it is no busier than usual', () => {
    // 400 a second: 4 at work, with a deviation of 2. Of 64 places 64 - (4 + 8 + 1) may be busy.
    const roomy = calmOf({ rate: '400/s' }, 64);
    expect([51, 52].map((busy) => roomy.isCalm(busy, 0))).toEqual([true, false]);
    // Of 12 places that would be none: up to 4 + 2 × 2 are usual.
    const narrow = calmOf({ rate: '400/s' }, 12);
    expect([8, 9].map((busy) => narrow.isCalm(busy, 0))).toEqual([true, false]);
  });

  test('by the rate of the moment', () => {
    const calm = calmOf(
      {
        steps: [
          { at: 0, rate: '400/s' },
          { at: '10s', rate: '0/s' },
        ],
      },
      12,
    );
    expect([9_999, 10_000].map((ms) => calm.isCalm(11, ms))).toEqual([false, true]);
  });
});

describe('what is at work after a skip', () => {
  const DRAWS = 20_000;

  test('is a Poisson number of works, each as far on as a look at random finds it', () => {
    const calm = calmOf({ rate: '300/s' }, 64, VARYING);
    const sigma = Math.log(6) / 2.326347874040841;
    const meanMs = 10 * Math.exp(sigma ** 2 / 2);
    const atWork = 0.3 * meanMs;
    const rng = stream(3, 'a test');
    const counts: number[] = [];
    let leftMs = 0;
    for (let draw = 0; draw < DRAWS; draw += 1) {
      let count = 0;
      calm.drawAtWork({ fromMs: -1e9, toMs: 5_000 }, rng, (untilMs) => {
        count += 1;
        leftMs += untilMs - 5_000;
      });
      counts.push(count);
    }
    const works = counts.reduce((sum, count) => sum + count, 0);
    const mean = works / DRAWS;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (DRAWS - 1);
    // Five standard errors each; the variance of a Poisson count's variance is (a + 2 a²) / n.
    expect(Math.abs(mean - atWork)).toBeLessThan(5 * Math.sqrt(atWork / DRAWS));
    const spread = Math.sqrt((atWork + 2 * atWork ** 2) / DRAWS);
    expect(Math.abs(variance - atWork)).toBeLessThan(5 * spread);
    // The mean residual life is E[S²] / (2 E[S]), and its square's mean E[S³] / (3 E[S]).
    const second = 100 * Math.exp(2 * sigma ** 2);
    const third = 1_000 * Math.exp(4.5 * sigma ** 2);
    const residualMs = second / (2 * meanMs);
    const deviation = Math.sqrt(third / (3 * meanMs) - residualMs ** 2);
    expect(Math.abs(leftMs / works - residualMs)).toBeLessThan((5 * deviation) / Math.sqrt(works));
  });

  test('holds only works that began in the skip: those before it are known', () => {
    const calm = calmOf({ rate: '300/s' }, 64);
    const rng = stream(4, 'a test');
    let works = 0;
    for (let draw = 0; draw < DRAWS; draw += 1) {
      calm.drawAtWork({ fromMs: 4_996, toMs: 5_000 }, rng, (untilMs) => {
        works += 1;
        // Works of 10 ms that began within the last 4 ms.
        expect(untilMs).toBeGreaterThan(5_006);
        expect(untilMs).toBeLessThanOrEqual(5_010);
      });
    }
    // 300 requests a second for 4 ms: 1.2, five standard errors of a Poisson count.
    expect(Math.abs(works / DRAWS - 1.2)).toBeLessThan(5 * Math.sqrt(1.2 / DRAWS));
  });

  test('is known, not drawn, where arrivals are even: they are simulated from one work before on', () => {
    const even = calmOf({ arrivals: 'even', rate: '300/s' }, 64, VARYING);
    let works = 0;
    even.drawAtWork({ fromMs: 0, toMs: 5_000 }, stream(3, 'a test'), () => {
      works += 1;
    });
    expect(works).toBe(0);
    // All but one work in a thousand: 3.0902 deviations above the median.
    expect(even.leadInMs).toBeCloseTo(10 * 6 ** (3.090232306 / 2.326347874), 6);
    expect(calmOf({ arrivals: 'even', rate: '300/s' }, 64).leadInMs).toBe(10);
    expect(calmOf({ rate: '300/s' }, 64, VARYING).leadInMs).toBe(0);
  });
});
