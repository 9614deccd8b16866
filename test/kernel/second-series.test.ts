import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  formatSecondSeries,
  parseSecondSeries,
  SECOND_SERIES_PATTERN,
} from '../../src/kernel/second-series.ts';

it('is read as it was written, but for seconds without calls at the end', () => {
  const calls = fc.array(fc.oneof(fc.constantFrom(0, 1), fc.nat({ max: 1_000_000 })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(calls, (some) => {
      const text = formatSecondSeries(some);
      expect(text).toMatch(new RegExp(SECOND_SERIES_PATTERN));
      const read = parseSecondSeries(text)!;
      const end = some.findLastIndex((count) => count > 0) + 1;
      expect(read.slice(0, end)).toEqual(some.slice(0, end));
      expect(read.slice(end).every((count) => count === 0)).toBe(true);
    }),
  );
});

it('writes runs short', () => {
  expect(formatSecondSeries([3, 0, 1, 1, 1, 5, 5, 0, 0])).toBe('3 0 3*1 5 5');
});

it.each(['', '1.5', '-1', '3*', '*3', '3x4', '1000001', '2678401*0', '2*1000001', '1,2'])(
  'refuses %j',
  (text) => {
    expect(parseSecondSeries(text)).toBeUndefined();
  },
);
