import { describe, expect, test } from 'vitest';
import { drawsOf, meanMs } from '../../src/kernel/distribution.ts';
import { type Rng, stream } from '../../src/kernel/rng.ts';

const DRAWS = 200_000;

test('a stream gives the same numbers on every machine and version', () => {
  const rng = stream(1, 'arrivals', 'checkout.h0.p0');
  const drawn = [rng.uint32(), rng.uint32(), rng.uint32()];
  expect(drawn).toMatchInlineSnapshot(`
    [
      3048328065,
      2894865529,
      1666186003,
    ]
  `);
});

test('streams of other seeds, purposes and entities have nothing in common', () => {
  const first = (rng: Rng) => Array.from({ length: 4 }, () => rng.uint32()).join();
  const streams = [
    stream(1, 'arrivals', 0),
    stream(2, 'arrivals', 0),
    stream(1, 'arrivals', 1),
    stream(1, 'jitter', 0),
    stream(11, 'arrivals', 0),
    stream(1, 'arrivals', 10),
  ].map(first);
  expect(new Set(streams).size).toBe(streams.length);
});

describe('moments, with a fixed seed and five standard errors of room', () => {
  const sample = (draw: () => number) => {
    const values = Array.from({ length: DRAWS }, draw);
    const mean = values.reduce((a, b) => a + b) / DRAWS;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / DRAWS;
    return { mean, variance, values };
  };
  const rng = stream(7, 'moments');

  test('uniform', () => {
    const { mean, variance, values } = sample(() => rng.next());
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / DRAWS));
    expect(variance).toBeCloseTo(1 / 12, 2);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  test('exponential', () => {
    const { mean, variance } = sample(() => rng.exponential());
    expect(Math.abs(mean - 1)).toBeLessThan(5 / Math.sqrt(DRAWS));
    expect(variance).toBeCloseTo(1, 1);
  });

  test('normal', () => {
    const { mean, variance } = sample(() => rng.normal());
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(DRAWS));
    expect(variance).toBeCloseTo(1, 1);
  });

  test('a distribution has the median, 99th percentile and mean that it was given', () => {
    const distribution = { medianMs: 15, p99Ms: 80 };
    const { mean, values } = sample(drawsOf(distribution, rng));
    values.sort((a, b) => a - b);
    expect(values[DRAWS / 2]! / 15).toBeCloseTo(1, 1);
    expect(values[(99 * DRAWS) / 100]! / 80).toBeCloseTo(1, 1);
    expect(mean / meanMs(distribution)).toBeCloseTo(1, 1);
  });
});

test('a constant distribution takes nothing from the stream', () => {
  const [used, fresh] = [stream(1, 'latency'), stream(1, 'latency')];
  const draw = drawsOf({ medianMs: 5, p99Ms: 5 }, used);
  expect([draw(), draw()]).toEqual([5, 5]);
  expect(used.uint32()).toBe(fresh.uint32());
});
