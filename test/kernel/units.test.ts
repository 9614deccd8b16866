import { expect, test } from 'vitest';
import {
  formatCount,
  formatDuration,
  parseCount,
  parseDurationMs,
  parseRatePerSecond,
  parseShare,
} from '../../src/kernel/units.ts';

test.each([
  ['45m', 2_700_000],
  ['900s', 900_000],
  ['1h30m', 5_400_000],
  ['1h 30m', 5_400_000],
  ['250ms', 250],
  ['1.5s', 1_500],
  ['0', 0],
  ['2d', 172_800_000],
  ['', undefined],
  ['45', undefined],
  ['45 parsecs', undefined],
  ['-5s', undefined],
  ['5s!', undefined],
])('the duration %j is %j ms', (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms);
});

test.each([
  ['100/s', 100],
  ['20k/s', 20_000],
  ['90/m', 1.5],
  ['3600/h', 1],
  ['1M/d', 1e6 / 86_400],
  ['100', undefined],
  ['100/week', undefined],
  ['/s', undefined],
])('the rate %j is %j a second', (text, rate) => {
  expect(parseRatePerSecond(text)).toBe(rate);
});

test.each([
  ['6M', 6_000_000],
  ['420', 420],
  ['1.5k', 1_500],
  ['many', undefined],
])('the count %j is %j', (text, count) => {
  expect(parseCount(text)).toBe(count);
});

test.each([
  ['30%', 0.3],
  ['0.3', 0.3],
  ['thirty', undefined],
])('the share %j is %j', (text, share) => {
  expect(parseShare(text)).toBe(share);
});

test('durations and counts are written as people read them', () => {
  const durations = [0, 0.00082, 0.82, 54.6, 1_250, 119_000, 2_700_000, 10_800_000, Number.NaN];
  expect(durations.map(formatDuration)).toEqual([
    '0',
    '0.82 µs',
    '820 µs',
    '54.6 ms',
    '1.25 s',
    '119 s',
    '45 min',
    '3 h',
    '–',
  ]);
  expect([1_234_567, 0.3333, 99.5, 100.4].map(formatCount)).toEqual([
    '1,234,567',
    '0.333',
    '99.5',
    '100',
  ]);
});
