import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { SubjectResult } from '../../src/measure/result.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { subjectOf, totalsOf } from '../measure/documents.ts';
import { PEAK_SUBJECTS, peakResult } from './peak.ts';

const resultPath = 'results/peak-6m-users-20261122-160100-a1b2/result.json';

function linesAt(width: number, subjects?: readonly SubjectResult[]): string[] {
  return renderTerminal(peakResult(subjects), { color: false, width, resultPath }).split('\n');
}

test('the summary at 100 columns reads as agreed', async () => {
  await expect(linesAt(100).join('\n')).toMatchFileSnapshot('./golden/peak-100.txt');
});

test('the summary at 80 columns reads as agreed', async () => {
  await expect(linesAt(80).join('\n')).toMatchFileSnapshot('./golden/peak-80.txt');
});

test('a failed run says first which threshold failed, and where', () => {
  const [reference, ...others] = PEAK_SUBJECTS;
  const expression = 'roles.*.assumeRole.peakPerSecond <= 10';
  const where = 'roles["acs:ram::1000000000000002:role/checkout"].totals.assumeRole.peakPerSecond';
  const failing = {
    ...peakResult([
      { ...reference, thresholds: [{ expression, actual: 20, where, passed: false }] },
      ...others,
    ]),
    verdict: 'failed' as const,
    reasons: [`${expression}: it was 20 at ${where}.`],
  };
  const lines = renderTerminal(failing, { color: false, width: 100, resultPath }).split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'FAILED  reference in peak-6m-users',
    '  · roles.*.assumeRole.peakPerSecond <= 10: it was 20 at',
    `    ${where}.`,
    '',
  ]);
  expect(lines).toContain('  FAILS  roles.*.assumeRole.peakPerSecond <= 10  20');
});

test('no line is wider than the terminal, however many subjects stand side by side', () => {
  const many = Array.from({ length: 9 }, (_, index) => ({
    ...PEAK_SUBJECTS[index % 4]!,
    name: `module:./clients/a-client-with-a-long-name-${index}.ts`,
  }));
  for (const width of [80, 100, 120]) {
    for (const subjects of [PEAK_SUBJECTS, many]) {
      const long = linesAt(width, subjects).filter((line) => line.length > width);
      expect(long).toEqual([]);
    }
  }
});

test('a subject that does not fit goes into a further table beside the one under test', () => {
  const six = [...PEAK_SUBJECTS, ...PEAK_SUBJECTS.slice(1, 3)];
  const headers = linesAt(100, six).filter((line) => line.trim().startsWith('reference  '));
  expect(headers.length).toBeGreaterThan(1);
});

test('four subjects fit beside each other in 80 columns', () => {
  const [reference, , , staticKeys] = PEAK_SUBJECTS;
  const header = linesAt(80).filter((line) => line.trimStart().startsWith('reference  alibaba'));
  expect(header).toHaveLength(1);
  expect(header[0]).toMatch(new RegExp(`^ +${reference.name} .* ${staticKeys.name}$`));
});

test('what there is to say of one column keeps to lines of its own', () => {
  const lines = linesAt(100, [subjectOf('reference', { partial: true })]);
  const title = lines.findIndex((line) => line.trim() === 'reference');
  expect(lines.slice(title + 1, title + 3).map((line) => line.trim())).toEqual([
    'under test',
    'ended',
  ]);
});

test('colour adds nothing but escape sequences', () => {
  const result = peakResult();
  const colored = renderTerminal(result, { color: true, width: 100, resultPath });
  const stripped = stripVTControlCharacters(colored);
  expect(colored).toContain('\u001b[32mPASSED\u001b[0m');
  expect(stripped).toBe(renderTerminal(result, { color: false, width: 100, resultPath }));
});

test('figures of a saturated subject are lower bounds, and the harness’s own figures are exact', () => {
  const lines = linesAt(100);
  const lineOf = (label: string) => lines.find((line) => line.startsWith(`  ${label} `))!;
  expect(lineOf('completed')).toMatch(/1,808,989 +≥ 3,011 +1,810,206$/);
  expect(lineOf('offered')).not.toContain('≥');
  expect(lineOf('pacing lag, p99')).not.toContain('≥');
});

test('names and codes from outside cannot steer the terminal', () => {
  const hostile = subjectOf('module:\u001b[2J', {
    totals: totalsOf({ requests: { offered: 1, failed: 1 } }),
    errors: [
      { source: 'request', code: 'Bad\u001b]0;title\u0007', count: 1, firstAt: 0, lastAt: 0 },
    ],
    notes: ['note\rwith a return'],
  });
  const text = linesAt(100, [hostile]).join('');
  expect(text).not.toMatch(/\p{Cc}/u);
  expect(text).toContain('Bad�]0;title�');
});

test('a run of nothing at all still reads', () => {
  const lines = linesAt(100, [subjectOf('reference')]);
  expect(lines).toContain('reference  no request was offered; it never called AssumeRole.');
});
