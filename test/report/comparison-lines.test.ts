import { expect, test } from 'vitest';
import { renderComparison } from '../../src/report/comparison-lines.ts';
import { compare } from '../../src/verdict/compare.ts';
import { groupOf, totalsOf } from '../measure/documents.ts';
import { live, simulated } from '../verdict/contenders.ts';

const options = { figures: [], toleranceShare: 0.05 };
const look = { color: false, width: 80 };
const figures = (calls: number, stalls: number, succeeded = 0) => ({
  totals: totalsOf({ assumeRole: { calls, succeeded }, stalls: { requests: stalls } }),
});

test('what got worse comes first, then what got better, and the rest is counted', () => {
  const comparison = compare(simulated(figures(40, 9, 40)), simulated(figures(46, 3, 46)), options);
  expect(renderComparison(comparison, look)).toBe(`WORSE  reference in smoke
  baseline   smoke-1, reference
  candidate  smoke-1, reference
  Of ${comparison.figures.length} figures: 1 worse, 1 better, 1 changed, ${comparison.figures.length - 3} the same.

Worse                                        baseline       candidate
  totals.assumeRole.calls                          40              46       +15%

Better                                       baseline       candidate
  totals.stalls.requests                            9               3     -66.7%

Changed, neither better nor worse            baseline       candidate
  totals.assumeRole.succeeded                      40              46       +15%
`);
});

test('too few live repetitions are told how to become enough', () => {
  const comparison = compare(live([figures(40, 0)]), live([figures(46, 0)]), options);
  const text = renderComparison(comparison, look);
  expect(text).toMatch(/^CANNOT BE TOLD/);
  expect(text).toContain('run --repeat 5');
});

test('a long section is cut, and every line keeps to the width', () => {
  const apps = (stalls: number) => ({
    apps: Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [
        `an-app-with-a-rather-long-name-${i}`,
        groupOf({ stalls: { requests: stalls } }),
      ]),
    ),
  });
  const text = renderComparison(compare(simulated(apps(1)), simulated(apps(2)), options), look);
  expect(text).toContain('  and 10 more');
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});
