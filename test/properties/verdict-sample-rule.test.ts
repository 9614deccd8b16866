import { expect, test } from 'vitest';
import { meanOf } from '../../src/kernel/mean.ts';
import { stream } from '../../src/kernel/rng.ts';
import { type Change, judgeSamples } from '../../src/verdict/sample-rule.ts';

const FIGURES = 40;
const ROUNDS = 60;
const rule = { path: 'latency.request.p99Ms', better: 'smaller', toleranceShare: 0.05 } as const;

/** How many of the rounds call any of their figures by that word; `shift` is added to the candidate. */
function roundsWith(change: Change, shift: number): number {
  const rng = stream(1, 'sample-rule', change);
  const sample = (mean: number) => ({
    ...meanOf(Array.from({ length: 5 }, () => mean + 15 * rng.normal())),
    isExact: false,
  });
  const rounds = Array.from({ length: ROUNDS }, () =>
    Array.from({ length: FIGURES }, () =>
      judgeSamples(sample(100), sample(100 + shift), { ...rule, judged: FIGURES }),
    ),
  );
  return rounds.filter((changes) => changes.includes(change)).length;
}

test('a client that did not change is hardly ever called worse, however many figures there are', () => {
  // 5 % of the rounds may give an alarm, half of them `worse`: 1.5 are expected, 8 are a miracle.
  expect(roundsWith('worse', 0)).toBeLessThan(8);
});

test('one that became much slower is found', () => {
  expect(roundsWith('worse', 150)).toBe(ROUNDS);
  expect(roundsWith('better', 150)).toBe(0);
});
