import { expect, it } from 'vitest';
import { judge } from '../../src/library/judge.ts';
import { simulate } from '../../src/library/simulate.ts';

const result = await simulate('smoke');

it('holds other thresholds against the same figures', () => {
  const judged = judge(result, [
    'apps.demo.assumeRole.calls < 8',
    'windows.*.stalls.requests >= 0',
  ]);
  expect(judged).toMatchObject({
    verdict: 'failed',
    reasons: ['apps.demo.assumeRole.calls < 8: it was 8.'],
  });
  expect({ ...judged.subjects[0], thresholds: [] }).toEqual({
    ...result.subjects[0],
    thresholds: [],
  });
});

it('knows the names that the result has, and suggests the one that was meant', () => {
  expect(() => judge(result, ['apps.dmo.assumeRole.calls < 8'])).toThrow('apps.demo');
});
