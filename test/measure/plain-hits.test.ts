import { describe, expect, test } from 'vitest';
import { drawMs } from '../../src/kernel/distribution.ts';
import { stream } from '../../src/kernel/rng.ts';
import { PlainHits } from '../../src/measure/plain-hits.ts';
import { Recorder } from '../../src/measure/recorder.ts';
import type { RecorderSnapshot } from '../../src/measure/recorder-snapshot.ts';
import type { RunShape } from '../../src/measure/run-shape.ts';
import { Spans } from '../../src/measure/spans.ts';
import { ArrivalStream } from '../../src/scenario/arrivals.ts';
import { EvenArrivals } from '../../src/scenario/even-arrivals.ts';
import { type Plan, planOf } from '../../src/scenario/plan.ts';
import { scenarioWith } from '../scenario/example.ts';

const END_MS = 40_000;

/** Seconds from 10 s to 22 s, and a bucket before and after. */
const shape: RunShape = {
  apps: [{ name: 'a', user: 'a', roleArn: 'acs:ram::1100000000000001:role/role-a-prd' }],
  windows: [{ name: 'peak', atMs: 10_000, forMs: 12_000 }],
  endMs: END_MS,
  stallThresholdMs: 1,
};
const spans = new Spans(shape);

/** Where the timeline's buckets begin, and the end. */
const edgesMs = [
  ...spans.list.flatMap(({ fromMs, bucketMs, buckets }) =>
    Array.from({ length: buckets }, (_, i) => fromMs + i * bucketMs),
  ),
  END_MS,
];
const BUCKETS = edgesMs.length - 1;

const bucketOf = (ms: number) => Math.min(BUCKETS, edgesMs.filter((edge) => ms >= edge).length) - 1;

const CURVE = [
  ['0s', '20/s'],
  ['12s', '20/s'],
  ['15s', '140/s'],
  ['15s', '40/s'],
  ['30s', '0/s'],
];
const CONSTANT = { median: '700ms', p99: '700ms' };
const VARYING = { median: '600ms', p99: '4s' };

function planWith(load: object, { service = CONSTANT, seed = 1 } = {}): Plan {
  const start = { mode: 'together', within: '0s' };
  const work = { service, concurrency: 64 };
  const fields = { hosts: 2, processesPerHost: 2, load, start, work };
  return planOf(scenarioWith({ duration: '40s', seed }, fields));
}

function snapshotOf(plan: Plan, add: (hits: PlainHits) => void): RecorderSnapshot {
  const recorder = new Recorder(shape);
  const hits = new PlainHits(plan, shape);
  add(hits);
  hits.drawInto(recorder);
  return recorder.snapshot();
}

const cellOf = ({ cells }: RecorderSnapshot, span: number) =>
  cells.find((cell) => cell.span === span)?.counts;
const sumOf = (counts: ArrayLike<number>) =>
  Array.from(counts).reduce((sum, count) => sum + count, 0);

/** Stretches of single processes: inside a bucket, over many, edge to edge, and the whole. */
const STRETCHES: readonly (readonly [fromMs: number, toMs: number])[] = [
  [11_250, 11_750],
  [9_300, 16_400],
  [10_000, 13_000],
  [0, END_MS],
  [20_500, 33_000],
];

describe('Poisson arrivals', () => {
  test('come as many to a bucket as the curve expects of all stretches in it', () => {
    const seeds = 400;
    const sums = new Float64Array(BUCKETS);
    const squares = new Float64Array(BUCKETS);
    for (let seed = 0; seed < seeds; seed += 1) {
      const { timeline } = snapshotOf(planWith({ curve: CURVE }, { seed }), (hits) => {
        for (const [fromMs, toMs] of STRETCHES) hits.add(0, fromMs, toMs, false);
      });
      for (const [bucket, count] of timeline.offered.entries()) {
        sums[bucket]! += count;
        squares[bucket]! += count * count;
      }
    }
    const curve = planWith({ curve: CURVE }).curves[0]!;
    const expectedIn = (fromMs: number, toMs: number) =>
      toMs <= fromMs ? 0 : (curve.arrivalsUntil(toMs) - curve.arrivalsUntil(fromMs)) / 4;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      const expected = STRETCHES.reduce(
        (sum, [fromMs, toMs]) =>
          sum +
          expectedIn(Math.max(fromMs, edgesMs[bucket]!), Math.min(toMs, edgesMs[bucket + 1]!)),
        0,
      );
      const mean = sums[bucket]! / seeds;
      const variance = (squares[bucket]! - seeds * mean ** 2) / (seeds - 1);
      // Five standard errors of a Poisson mean, and of its variance.
      expect(Math.abs(mean - expected)).toBeLessThan(5 * Math.sqrt(expected / seeds));
      const spread = Math.sqrt((expected + 2 * expected ** 2) / seeds);
      expect(Math.abs(variance - expected)).toBeLessThan(5 * spread);
    }
  });

  test('are independent from bucket to bucket', () => {
    const seeds = 400;
    const pairs: [number, number][] = [];
    for (let seed = 0; seed < seeds; seed += 1) {
      const { timeline } = snapshotOf(planWith({ rate: '400/s' }, { seed }), (hits) =>
        hits.add(0, 0, END_MS, false),
      );
      pairs.push([timeline.offered[3]! - 100, timeline.offered[4]! - 100]);
    }
    // Their product has mean zero and the variance 100 × 100; five standard errors.
    const product = pairs.reduce((sum, [one, other]) => sum + one * other, 0) / seeds;
    expect(Math.abs(product)).toBeLessThan((5 * 100) / Math.sqrt(seeds));
  });

  test('are those of the plan where each is counted', () => {
    const plan = planWith({ curve: CURVE });
    const arrivals = new ArrivalStream(plan, plan.processes[2]!);
    arrivals.seek(9_300);
    const due: number[] = [];
    for (; arrivals.atMs < 16_400; arrivals.advance()) due.push(arrivals.atMs);
    arrivals.seek(9_300);
    const { timeline } = snapshotOf(plan, (hits) => hits.addEach(0, arrivals, 16_400, false));
    const counted = new Array<number>(BUCKETS).fill(0);
    for (const atMs of due) counted[bucketOf(atMs)]! += 1;
    expect([...timeline.offered]).toEqual(counted);
    // It stands at the first that was not counted.
    expect(arrivals.atMs).toBeGreaterThanOrEqual(16_400);
  });
});

describe('even arrivals', () => {
  const load = { arrivals: 'even', curve: CURVE };

  /** Dues of one process in a stretch, walked one by one. */
  function duesOf(plan: Plan, process: number, fromMs: number, toMs: number): number[] {
    const arrivals = new ArrivalStream(plan, plan.processes[process]!);
    arrivals.seek(fromMs);
    const dues: number[] = [];
    for (; arrivals.atMs < toMs; arrivals.advance()) dues.push(arrivals.atMs);
    return dues;
  }

  test('and their ends after constant works are counted to the last one', () => {
    const plan = planWith(load);
    const offered = new Array<number>(BUCKETS).fill(0);
    const completed = new Array<number>(BUCKETS).fill(0);
    const { timeline } = snapshotOf(plan, (hits) => {
      for (const [process, [fromMs, toMs]] of STRETCHES.slice(0, 4).entries()) {
        const even = new EvenArrivals(plan, plan.processes[process]!);
        const stretch = { first: even.firstFrom(fromMs), fromMs, toMs };
        expect(hits.addEven(0, even, stretch, false)).toBe(even.firstFrom(toMs));
        for (const atMs of duesOf(plan, process, fromMs, toMs)) {
          offered[bucketOf(atMs)]! += 1;
          completed[bucketOf(atMs + 700)]! += 1;
        }
      }
    });
    expect([...timeline.offered]).toEqual(offered);
    expect([...timeline.completed]).toEqual(completed);
  });

  test('are counted once where one stretch follows another', () => {
    const plan = planWith(load);
    const even = new EvenArrivals(plan, plan.processes[1]!);
    const whole = snapshotOf(plan, (hits) => {
      hits.addEven(0, even, { first: 0, fromMs: 0, toMs: END_MS }, false);
    });
    const parts = snapshotOf(plan, (hits) => {
      let first = 0;
      const cuts = [0, 11_300, 11_300.5, 15_000, 29_999, END_MS];
      for (const [i, fromMs] of cuts.slice(0, -1).entries()) {
        first = hits.addEven(0, even, { first, fromMs, toMs: cuts[i + 1]! }, false);
      }
    });
    expect(parts).toEqual(whole);
    expect(sumOf(whole.timeline.offered)).toBe(duesOf(plan, 1, 0, END_MS).length);
  });

  test('and works that vary have ends that are drawn, and add up', () => {
    const plan = planWith(load, { service: VARYING });
    const { timeline } = snapshotOf(plan, (hits) => {
      const even = new EvenArrivals(plan, plan.processes[0]!);
      hits.addEven(0, even, { first: 0, fromMs: 0, toMs: END_MS }, false);
    });
    expect(sumOf(timeline.completed)).toBe(sumOf(timeline.offered));
    expect([...timeline.completed]).not.toEqual([...timeline.offered]);
  });
});

describe('the ends of works', () => {
  /** A rate that changes only where buckets begin: hits are uniform in their buckets then. */
  const steps = [
    { at: 0, rate: '4k/s' },
    { at: '10s', rate: '40k/s' },
    { at: '15s', rate: '8k/s' },
    { at: '22s', rate: '1k/s' },
  ];

  test.each([
    ['varying', VARYING],
    ['constant', CONSTANT],
  ])('of %s length are where one draw for each finds them', (_, service) => {
    const plan = planWith({ steps }, { service });
    const { timeline } = snapshotOf(plan, (hits) => {
      for (let process = 0; process < 4; process += 1) hits.add(0, 0, END_MS, false);
    });
    const brute = new Array<number>(BUCKETS).fill(0);
    const rng = stream(99, 'a test');
    const { service: distribution } = plan.scenario.apps[0]!.work;
    for (const [bucket, count] of timeline.offered.entries()) {
      for (let i = 0; i < count; i += 1) {
        const dueMs = rng.between(edgesMs[bucket]!, edgesMs[bucket + 1]!);
        brute[bucketOf(dueMs + drawMs(distribution, rng))]! += 1;
      }
    }
    expect(sumOf(timeline.completed)).toBe(sumOf(timeline.offered));
    expect(sumOf(timeline.offered)).toBeGreaterThan(300_000);
    for (const [bucket, count] of brute.entries()) {
      // Five standard errors of the difference of two counts.
      const allowed = 5 * Math.sqrt(count + timeline.completed[bucket]!);
      expect(Math.abs(timeline.completed[bucket]! - count)).toBeLessThanOrEqual(allowed);
    }
  });

  test('after the end of the run count in the last bucket', () => {
    const plan = planWith({ rate: '4k/s' }, { service: { median: '1h', p99: '1h' } });
    const { timeline } = snapshotOf(plan, (hits) => hits.add(0, 0, 20_000, false));
    expect(timeline.completed[BUCKETS - 1]).toBe(sumOf(timeline.offered));
  });
});

describe('what is recorded of a plain hit', () => {
  const plan = planWith({ rate: '4k/s' }, { service: VARYING });

  test('in a window is a wait of nothing and the time that its work takes', () => {
    const recorded = snapshotOf(plan, (hits) => hits.add(0, 0, END_MS, false));
    const { offered, completed, wait, request } = cellOf(recorded, 1)!;
    expect(offered).toBe(sumOf(recorded.timeline.offered.slice(1, 13)));
    expect(completed).toBe(offered);
    expect(wait).toEqual({ counts: Float64Array.from([offered]), maxUs: 0 });
    expect(sumOf(request.counts)).toBe(offered);
  });

  test('in a gap is that it was there', () => {
    const { offered, wait, request } = cellOf(
      snapshotOf(plan, (hits) => hits.add(0, 0, END_MS, false)),
      0,
    )!;
    expect(offered).toBeGreaterThan(0);
    expect([sumOf(wait.counts), sumOf(request.counts)]).toEqual([0, 0]);
  });

  test('on an expired credential is that it was, too', () => {
    const recorded = snapshotOf(plan, (hits) => {
      hits.add(0, 10_000, 12_500, false);
      hits.add(0, 12_500, 14_000, true);
    });
    const { offered, servedExpired, minRemainingMs } = cellOf(recorded, 1)!;
    // 1,500 expected of 4,000 a second shared by four; five standard errors.
    expect(Math.abs(servedExpired - 1_500)).toBeLessThan(5 * Math.sqrt(1_500));
    expect(sumOf(recorded.timeline.offered.slice(4, 5))).toBeLessThanOrEqual(servedExpired);
    expect(offered).toBe(sumOf(recorded.timeline.offered));
    expect(offered).toBeGreaterThan(servedExpired);
    // What they had left is told apart: by the last of each span.
    expect(minRemainingMs).toBe(Number.POSITIVE_INFINITY);
    expect(cellOf(recorded, 0)).toBeUndefined();
  });

  test('is drawn apart for fresh and for expired credentials of one second', () => {
    const pairs = Array.from({ length: 8 }, (_, seed) => {
      const recorded = snapshotOf(planWith({ rate: '4k/s' }, { seed }), (hits) => {
        hits.add(0, 12_000, 12_500, false);
        hits.add(0, 12_500, 13_000, true);
      });
      const { offered, servedExpired } = cellOf(recorded, 1)!;
      return [offered - servedExpired, servedExpired];
    });
    // 500 of either are expected: one stream for both would give the same number each time.
    expect(pairs.filter(([fresh, expired]) => fresh === expired).length).toBeLessThan(3);
  });

  test('is the same for the same seed, and another for another', () => {
    const of = (seed: number) =>
      snapshotOf(planWith({ rate: '4k/s' }, { service: VARYING, seed }), (hits) =>
        hits.add(0, 0, END_MS, false),
      );
    expect(of(5)).toEqual(of(5));
    expect(of(5).timeline.offered).not.toEqual(of(6).timeline.offered);
  });
});

test('an empty stretch holds nothing', () => {
  const recorded = snapshotOf(planWith({ rate: '4k/s' }), (hits) => {
    hits.add(0, 12_000, 12_000, false);
    hits.add(0, 13_000, 12_000, true);
  });
  expect(recorded.cells).toEqual([]);
});
