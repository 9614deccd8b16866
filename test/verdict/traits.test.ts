import { expect, test } from 'vitest';
import { METRICS } from '../../src/verdict/metrics.ts';
import { traitsOf } from '../../src/verdict/traits.ts';

test('every figure of a result has its traits: a new one has to be given some', () => {
  const without = [...METRICS].filter(([, path]) => traitsOf(path) === undefined);
  expect(without.map(([text]) => text)).toEqual([]);
});

test('a figure of a group is read like that of the whole, and the harness’s own is told apart', () => {
  expect(traitsOf(['roles', 'acs:ram::1:role/a', 'totals', 'stalls', 'requests'])).toEqual({
    better: 'smaller',
    course: 'grows',
  });
  expect(traitsOf(['latency', 'request', 'maxMs'])?.better).toBe('smaller');
  expect(traitsOf(['validity', 'late', 'maxMs'])?.better).toBe('neither');
  expect(traitsOf(['totals', 'credentials', 'minRemainingSeconds'])).toEqual({
    better: 'larger',
    course: 'falls',
  });
  expect(traitsOf(['name'])).toBeUndefined();
});
