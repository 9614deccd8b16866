import { describe, expect, test } from 'vitest';
import { cdfOf, meanMs, partialMeanOf, quantileMs } from '../../src/kernel/distribution.ts';
import { normalCdf, normalQuantile } from '../../src/kernel/normal.ts';
import { studentTQuantile } from '../../src/kernel/student-t.ts';

test('the normal distribution function is right to 1e-15', () => {
  // From erfc of the C library (glibc), which is good to a unit in the last place.
  const known: [number, number][] = [
    [0.5, 0.6914624612740131],
    [1, 0.8413447460685429],
    [2, 0.9772498680518208],
    [2.9999, 0.998649658717045],
    [3.0001, 0.9986505450867393],
    [5, 0.9999997133484281],
    [-1, 0.15865525393145707],
    [-2.9999, 0.0013503412829549248],
    [-3, 0.0013498980316300957],
    [-5, 2.866515718791946e-7],
  ];
  for (const [z, p] of known) expect(Math.abs(normalCdf(z) - p)).toBeLessThanOrEqual(2.3e-16);
  expect(normalCdf(-8) / 6.220960574271819e-16).toBeCloseTo(1, 12);
  expect(normalCdf(-20) / 2.7536241186063314e-89).toBeCloseTo(1, 12);
  expect([normalCdf(0), normalCdf(9), normalCdf(-40)]).toEqual([0.5, 1, 0]);
  expect(normalCdf(Number.NaN)).toBeNaN();
});

test('the inverse is the inverse, in the middle and far out', () => {
  for (let exponent = -300; exponent <= -1; exponent += 1) {
    const p = 10 ** exponent;
    expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 11);
  }
  for (let p = 0.001; p < 1; p += 0.001) {
    expect(Math.abs(normalCdf(normalQuantile(p)) - p)).toBeLessThan(4e-16);
  }
  expect(normalQuantile(0.5)).toBe(0);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]);
});

describe('a time with median and 99th percentile', () => {
  const time = { medianMs: 15, p99Ms: 80 };

  test('its distribution function has them', () => {
    const cdf = cdfOf(time);
    expect([cdf(-1), cdf(0), cdf(Number.POSITIVE_INFINITY)]).toEqual([0, 0, 1]);
    expect(cdf(15)).toBeCloseTo(0.5, 15);
    expect(cdf(80)).toBeCloseTo(0.99, 14);
  });

  test('its quantiles go by the normal deviate', () => {
    expect(quantileMs(time, 0)).toBe(15);
    expect(quantileMs(time, normalQuantile(0.99))).toBeCloseTo(80, 11);
    expect(cdfOf(time)(quantileMs(time, -1.3))).toBeCloseTo(normalCdf(-1.3), 14);
  });

  test('its partial mean is the integral of the value, and grows to the mean', () => {
    const [cdf, partialMean] = [cdfOf(time), partialMeanOf(time)];
    let sum = 0;
    const stepMs = 0.02;
    for (let ms = 0; ms < 200; ms += stepMs) {
      sum += (ms + stepMs / 2) * (cdf(ms + stepMs) - cdf(ms));
    }
    expect(partialMean(200)).toBeCloseTo(sum, 4);
    expect([partialMean(-1), partialMean(0)]).toEqual([0, 0]);
    expect(partialMean(1e12)).toBeCloseTo(meanMs(time), 12);
  });

  test('a constant is a step', () => {
    const constant = { medianMs: 5, p99Ms: 5 };
    expect([4.999, 5, 6].map(cdfOf(constant))).toEqual([0, 1, 1]);
    expect([4.999, 5, 6].map(partialMeanOf(constant))).toEqual([0, 5, 5]);
    expect([-2, 0, 2].map((z) => quantileMs(constant, z))).toEqual([5, 5, 5]);
    expect([-1, 0, 1].map(cdfOf({ medianMs: 0, p99Ms: 0 }))).toEqual([0, 1, 1]);
  });
});

describe('Student’s t', () => {
  test.each([
    [1, 12.7062047362],
    [2, 4.30265272991],
    [4, 2.7764451052],
    [9, 2.2621571628],
    [19, 2.09302405441],
    [29, 2.04522964213],
    [99, 1.98421695151],
    [1e12, 1.95996398454],
  ])('degrees of freedom, 97.5 % point: %d, %d', (degreesOfFreedom, t) => {
    const found = studentTQuantile(0.975, degreesOfFreedom);
    expect(Math.abs(found / t - 1)).toBeLessThan(1e-9);
    expect(studentTQuantile(0.025, degreesOfFreedom)).toBeCloseTo(-found, 9);
  });

  test('with one and two degrees of freedom it has closed forms', () => {
    for (const p of [0.5, 0.6, 0.9, 0.99, 0.9999]) {
      expect(studentTQuantile(p, 1)).toBeCloseTo(Math.tan(Math.PI * (p - 0.5)), 7);
      expect(studentTQuantile(p, 2)).toBeCloseTo((2 * p - 1) / Math.sqrt(2 * p * (1 - p)), 9);
    }
  });

  test('where the method changes nothing jumps', () => {
    for (const p of [0.6, 0.95, 0.975, 0.9995]) {
      const [exact, expanded] = [studentTQuantile(p, 499.9999), studentTQuantile(p, 500)];
      expect(Math.abs(exact / expanded - 1)).toBeLessThan(1e-8);
    }
  });
});
