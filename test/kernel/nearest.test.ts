import { expect, test } from 'vitest';
import { nearest } from '../../src/kernel/nearest.ts';

const words = ['hosts', 'processesPerHost', 'start', 'load', 'work'];

test.each([
  ['hots', 'hosts'],
  ['host', 'hosts'],
  ['laod', 'load'],
  ['processPerHost', 'processesPerHost'],
  ['STRAT', 'start'],
])('%s was probably meant to be %s', (typed, meant) => {
  expect(nearest(typed, words)).toBe(meant);
});

test('nothing is suggested for a word that resembles none', () => {
  expect(nearest('zebra', words)).toBeUndefined();
  expect(nearest('hosts', [])).toBeUndefined();
});
