/**
 * What is skipped changes nothing: with evenly spaced arrivals and works of one length nothing about
 * a plain hit is left to chance, and every figure must be the same to the last bit. With Poisson
 * arrivals and random works the counts are drawn another way, and distributions must agree.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SubjectResult } from '../../src/measure/result.ts';
import { type Sketch, simulated } from '../run/virtual/simulated.ts';

const faults = fc.constantFrom<readonly string[]>(
  [],
  ['{ kind: outage, at: 8m, for: 4m }'],
  ['{ kind: errors, at: 0s, for: 20m, share: 40%, code: InternalError }'],
  ['{ kind: latency, at: 9m, for: 3m, add: 2s }'],
  ['{ kind: background, at: 0s, for: 20m, rate: 95/s }'],
  ['{ kind: early-revocation, at: 7m, for: 5m }'],
  ['{ kind: early-revocation, at: 3500ms, for: 2m }', '{ kind: outage, at: 4m, for: 12m }'],
);

const sketches: fc.Arbitrary<Sketch> = fc.record({
  seed: fc.nat(),
  duration: fc.constantFrom('20m', '35m'),
  hosts: fc.integer({ min: 1, max: 4 }),
  processesPerHost: fc.integer({ min: 1, max: 3 }),
  session: fc.constantFrom('900s', '1000s', '1200s'),
  start: fc.constantFrom(
    '{ mode: together, within: 1s }',
    '{ mode: rolling, over: 30s }',
    '{ mode: together, at: 10s, within: 0s }',
  ),
  load: fc.constantFrom(
    '{ arrivals: even, rate: 40/s }',
    '{ arrivals: even, rate: 7/s, spikes: [{ at: 10m, for: 1m, factor: 9 }] }',
    '{ arrivals: even, curve: [[0s, 10/s], [10m, 80/s], [18m, 3/s]] }',
    '{ arrivals: even, steps: [{ at: 0s, rate: 20/s }, { at: 5m, rate: 0 }, { at: 9m, rate: 30/s }] }',
  ),
  service: fc.constantFrom('{ median: 5ms, p99: 5ms }', '{ median: 300ms, p99: 300ms }'),
  concurrency: fc.constantFrom(1, 2, 5, 64),
  resource: fc.constantFrom('', 'oss:GetObject', 'ecs:DescribeInstances'),
  client: fc.constantFrom(
    'reference',
    '{ subject: reference, share: host }',
    'preset:alicloud-node',
    'static-keys',
    'preset:alicloud-java',
    'preset:ali-oss',
    'preset:aws-java-v2',
    'preset:azure-python',
  ),
  quota: fc.constantFrom('{ perAccount: 100/s }', '{ perAccount: 2/s, limiter: sliding-window }'),
  faults,
  windows: fc.constantFrom<readonly string[]>(
    [],
    ['{ name: start, at: 0s, for: 7s }', '{ name: later, at: 20s, for: 11500ms }'],
  ),
});

test('with even arrivals, every figure is that of a simulation request by request', async () => {
  await fc.assert(
    fc.asyncProperty(sketches, async (sketch) => {
      const skipped = await simulated(sketch);
      const singly = await simulated(sketch, { skipsAhead: false });
      expect(skipped).toEqual(singly);
    }),
    { numRuns: 60 },
  );
});

/** Figures whose distributions are compared. */
const FIGURES: readonly (readonly [string, (subject: SubjectResult) => number])[] = [
  ['offered', ({ totals }) => totals.requests.offered],
  ['failed', ({ totals }) => totals.requests.failed],
  ['calls', ({ totals }) => totals.assumeRole.calls],
  ['stalled', ({ totals }) => totals.stalls.requests],
  ['stalled seconds', ({ totals }) => totals.stalls.totalSeconds],
  ['least remaining', ({ totals }) => totals.credentials.minRemainingSeconds ?? 0],
  ['mean request', ({ latency }) => latency.request.meanMs],
  ['p99 request', ({ latency }) => latency.request.p99Ms],
  ['p99.9 request', ({ latency }) => latency.request.p999Ms],
  ['offered in the window', ({ windows }) => windows.middle!.totals.requests.offered],
  ['completed a second', ({ windows }) => windows.middle!.totals.throughput.completedPerSecond],
  [
    'variance of the minutes',
    ({ timeline }) => {
      const counts = timeline.filter(({ seconds }) => seconds === 60).map(({ offered }) => offered);
      const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
      return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
    },
  ],
];

const SEEDS = 60;

test.each<[string, string, number, Partial<Sketch>?]>([
  ['preset:alicloud-node', '{ arrivals: poisson, rate: 120/s }', 6],
  ['reference', '{ arrivals: poisson, rate: 60/s }', 4],
  [
    'reference',
    '{ arrivals: poisson, rate: 61/s }',
    4,
    { resource: 'oss:GetObject', faults: ['{ kind: early-revocation, at: 7m, for: 90s }'] },
  ],
  [
    'preset:alicloud-java',
    '{ arrivals: poisson, curve: [[0s, 30/s], [15m, 150/s], [30m, 40/s]] }',
    8,
  ],
])(
  'with Poisson arrivals, distributions agree: %s, %s',
  async (client, load, concurrency, rest) => {
    const sketch: Sketch = {
      duration: '30m',
      hosts: 3,
      session: '1000s',
      load,
      service: '{ median: 20ms, p99: 90ms }',
      concurrency,
      client,
      windows: ['{ name: middle, at: 90s, for: 40s }'],
      ...rest,
    };
    const values: Record<'skipped' | 'singly', number[][]> = { skipped: [], singly: [] };
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      for (const [way, skipsAhead] of [
        ['skipped', true],
        ['singly', false],
      ] as const) {
        const subject = await simulated(sketch, { seed, skipsAhead, countedMax: 0 });
        values[way].push(FIGURES.map(([, figure]) => figure(subject)));
      }
    }
    for (const [index, [name]] of FIGURES.entries()) {
      const of = (way: 'skipped' | 'singly') => momentsOf(values[way].map((row) => row[index]!));
      const [one, other] = [of('skipped'), of('singly')];
      const error = Math.sqrt((one.variance + other.variance) / SEEDS);
      // Seeds are fixed, so this cannot fail now and then; 4.5 standard errors over 52 comparisons.
      expect(Math.abs(one.mean - other.mean), name).toBeLessThanOrEqual(4.5 * error + 1e-9);
    }
  },
);

function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / (values.length - 1) };
}
