import { expect, test } from 'vitest';
import { Replications } from '../../src/measure/replications.ts';
import type { SubjectResult } from '../../src/measure/result.ts';
import { painter } from '../../src/report/paint.ts';
import { seedLines } from '../../src/report/seed-lines.ts';
import { groupOf, subjectOf, totalsOf } from '../measure/documents.ts';

const plainly = painter(false);

/** A subject with what so many seeds gave. */
function replicated(name: string, ...each: Partial<SubjectResult>[]): SubjectResult {
  const replications = new Replications();
  for (const [index, figures] of each.entries()) replications.add(index, subjectOf(name, figures));
  return subjectOf(name, { ...each[0], replications: replications.summary() });
}

const seed = (calls: number, stalled: number, longestSeconds: number): Partial<SubjectResult> => ({
  totals: totalsOf({
    assumeRole: { calls, peakPerSecond: 80 },
    stalls: { requests: stalled, longestSeconds },
  }),
});

/** Label and figures, apart by two spaces and more. */
const cellsOf = (line: string) => line.trim().split(/ {2,}/);

const rowOf = (lines: readonly string[], label: string) =>
  cellsOf(lines.find((line) => line.trimStart().startsWith(`${label}  `))!).slice(1);

test('one seed is nothing to be told of', () => {
  expect(seedLines(subjectOf('reference'), 120, plainly)).toEqual([]);
});

test('each figure stands with its mean, that mean’s interval, and what it was over the seeds', () => {
  const lines = seedLines(
    replicated('reference', seed(1_012, 40, 0.25), seed(1_018, 0, 0.5), seed(1_014, 2, 0.3)),
    120,
    plainly,
  );
  expect(cellsOf(lines[0]!)).toEqual([
    'reference, 3 seeds',
    'mean',
    '95 % interval',
    'least',
    'median',
    'p95',
    'most',
  ]);
  // t(0.975, 2) is 4.30265, and the deviation of the mean √(56 / 3 / 2 / 3): 1,014.667 ± 7.589.
  expect(rowOf(lines, 'AssumeRole calls')).toEqual([
    '1,015',
    '1,007 to 1,022',
    '1,012',
    '1,014',
    '1,018',
    '1,018',
  ]);
  // √(0.035 / 2 / 3) × 4.30265: 350 ± 328.6 ms.
  expect(rowOf(lines, 'longest')).toEqual([
    '350 ms',
    '21.4 ms to 679 ms',
    '250 ms',
    '300 ms',
    '500 ms',
    '500 ms',
  ]);
});

test('an interval does not reach below nothing, and is left out where all seeds agree', () => {
  const lines = seedLines(replicated('reference', seed(80, 40, 1), seed(80, 0, 1)), 120, plainly);
  expect(rowOf(lines, 'requests stalled')[1]).toMatch(/^0 to 274$/);
  expect(rowOf(lines, 'AssumeRole calls').slice(0, 2)).toEqual(['80', '–']);
});

test('the steady state has rows where every seed had one', () => {
  const steady = (calls: number): Partial<SubjectResult> => ({
    ...seed(100, 5, 1),
    phases: {
      steadyState: { ...groupOf({ assumeRole: { peakPerSecond: calls } }), at: 0, seconds: 60 },
    },
  });
  const peaksIn = (...each: Partial<SubjectResult>[]) =>
    seedLines(replicated('reference', ...each), 120, plainly)
      .filter((line) => line.includes('steady state'))
      .map((line) => cellsOf(line).at(-1));
  expect(peaksIn(steady(3), steady(4))).toEqual(['4', '0']);
  expect(peaksIn(steady(3), seed(100, 5, 1))).toEqual([]);
});

test('no label is cut short', () => {
  const result = replicated('reference', seed(1, 0, 0), seed(2, 0, 0));
  for (const width of [80, 120]) {
    expect(seedLines(result, width, plainly).join('')).not.toContain('…');
  }
});

test('figures stand below their headings', () => {
  const lines = seedLines(
    replicated('reference', seed(1_012, 40, 0.25), seed(9, 0, 1)),
    120,
    plainly,
  );
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
});

test('a name from outside cannot steer the terminal, and keeps to its column', () => {
  const name = `module:\u001b[2J${'x'.repeat(40)}`;
  const [head, ...rows] = seedLines(replicated(name, seed(1, 0, 0), seed(2, 0, 0)), 120, plainly);
  expect(head).not.toMatch(/\p{Cc}/u);
  expect(head!.length).toBe(rows[0]!.length);
});

test('where it is narrow, mean, interval, median and most are left', () => {
  const subject = replicated('reference', seed(1_012, 40, 0.25), seed(9, 0, 1));
  const lines = seedLines(subject, 80, plainly);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(cellsOf(lines[0]!).slice(1)).toEqual(['mean', '95 % interval', 'median', 'most']);
  expect(rowOf(lines, 'AssumeRole calls').slice(2)).toEqual(['9', '1,012']);
});
