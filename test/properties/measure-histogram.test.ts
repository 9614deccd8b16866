import fc from 'fast-check';
import hdr from 'hdr-histogram-js';
import { expect, test } from 'vitest';
import { encode, summarise } from '../../src/measure/latency-summary.ts';
import { HIGHEST_US, LogLinear, lowestUsOf } from '../../src/measure/log-linear.ts';

/** Short and long times alike: uniform in the exponent. */
const us = fc
  .tuple(fc.integer({ min: 0, max: 31 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([exponent, fraction]) => Math.min(HIGHEST_US, Math.floor(2 ** (exponent + fraction)) - 1));
const samples = fc.array(us, { minLength: 1, maxLength: 400 });

function recorded(values: readonly number[]): LogLinear {
  const histogram = new LogLinear();
  for (const value of values) histogram.record(value);
  return histogram;
}

function libraryOf(values: readonly number[]): hdr.Histogram {
  const histogram = hdr.build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
  for (const value of values) histogram.recordValue(value);
  return histogram;
}

test('each percentile is the sorted array’s, within three significant digits and never above the maximum', () => {
  fc.assert(
    fc.property(samples, (values) => {
      const sorted = values.toSorted((a, b) => a - b);
      const summary = summarise(recorded(values).snapshot());
      const percentiles = { p50Ms: 50, p90Ms: 90, p99Ms: 99, p999Ms: 99.9, p9999Ms: 99.99 };
      for (const [name, percentile] of Object.entries(percentiles)) {
        const exactUs = sorted[Math.ceil((percentile / 100) * values.length - 1e-9) - 1]!;
        const readUs = summary[name as keyof typeof percentiles] * 1_000;
        expect(readUs).toBeGreaterThanOrEqual(exactUs - 1e-6);
        expect(readUs).toBeLessThanOrEqual(exactUs * 1.001 + 1e-6);
      }
      expect(summary.maxMs).toBe(sorted.at(-1)! / 1_000);
      expect(summary.count).toBe(values.length);
    }),
  );
});

test('recording here and recording with hdr-histogram-js give the same encoded histogram', () => {
  fc.assert(
    fc.property(samples, (values) => {
      const library = libraryOf(values);
      const snapshot = recorded(values).snapshot();
      expect(encode(snapshot)).toBe(hdr.encodeIntoCompressedBase64(library));
      expect(summarise(snapshot).meanMs).toBeCloseTo(
        Math.min(library.mean, library.maxValue) / 1_000,
        9,
      );
    }),
  );
});

test('adding histograms is recording everything in one', () => {
  fc.assert(
    fc.property(fc.array(samples, { maxLength: 5 }), (parts) => {
      const sum = new LogLinear();
      for (const part of parts) sum.add(recorded(part).snapshot());
      expect(sum.snapshot()).toEqual(recorded(parts.flat()).snapshot());
    }),
  );
});

test('recording a value n times at once is recording it n times', () => {
  fc.assert(
    fc.property(us, fc.integer({ min: 1, max: 50 }), (value, count) => {
      const histogram = new LogLinear();
      histogram.recordMany(value, count);
      const oneByOne = recorded(Array.from({ length: count }, () => value));
      expect(histogram.snapshot()).toEqual(oneByOne.snapshot());
    }),
  );
});

test('the lowest value of a value’s bucket is at most a thousandth below it', () => {
  fc.assert(
    fc.property(us, (value) => {
      const lowest = lowestUsOf(recorded([value]).snapshot().counts.length - 1);
      expect(lowest).toBeLessThanOrEqual(value);
      expect(lowest).toBeGreaterThanOrEqual(value * 0.999);
    }),
  );
});

test('times beyond the range count as the longest, below zero as none, and fractions are rounded', () => {
  expect(recorded([Number.POSITIVE_INFINITY]).snapshot().maxUs).toBe(HIGHEST_US);
  expect(recorded([Number.NaN]).snapshot().maxUs).toBe(HIGHEST_US);
  expect(recorded([2 ** 40]).snapshot().maxUs).toBe(HIGHEST_US);
  expect(recorded([-5]).snapshot().maxUs).toBe(0);
  expect(recorded([1.5]).snapshot().maxUs).toBe(2);
  expect(recorded([1.4]).snapshot().maxUs).toBe(1);
});

test('counts above 32 bits stay exact', () => {
  const histogram = new LogLinear();
  histogram.recordMany(0, 2 ** 33);
  histogram.record(0);
  expect(summarise(histogram.snapshot()).count).toBe(2 ** 33 + 1);
});
