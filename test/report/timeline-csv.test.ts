import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimelineBucket } from '../../src/measure/result.ts';
import { renderTimelineCsv } from '../../src/report/timeline-csv.ts';
import { judge } from '../../src/verdict/judge.ts';
import { resultOf, subjectOf } from '../measure/documents.ts';
import { anyText } from './outcomes.ts';

const bucket: TimelineBucket = {
  at: 0.5,
  seconds: 1,
  gap: false,
  offered: 10,
  completed: 9,
  stalled: 1,
  assumeRole: 2,
  assumeRolePeakPerSecond: 2,
  throttled: 0,
};
const csvOf = (name: string, ...timeline: TimelineBucket[]) =>
  renderTimelineCsv(judge(resultOf([subjectOf(name, { timeline })]), []));

test('a line for each bucket of each subject', () => {
  expect(csvOf('reference', bucket)).toBe(
    'subject,at,seconds,gap,offered,completed,stalled,assumeRole,assumeRolePeakPerSecond,throttled\r\n' +
      'reference,0.5,1,false,10,9,1,2,2,0\r\n',
  );
});

/** The first field of the second line, as RFC 4180 reads it. */
function nameIn(csv: string): string {
  const rest = csv.slice(csv.indexOf('\r\n') + 2);
  const quoted = /^"((?:[^"]|"")*)",0\.5,/.exec(rest)?.[1];
  return quoted?.replaceAll('""', '"') ?? /^([^",\r\n]*),0\.5,/.exec(rest)![1]!;
}

test('any name comes back as it was, but for one that a spreadsheet would calculate', () => {
  fc.assert(
    fc.property(anyText, (name) => {
      const read = nameIn(csvOf(name, bucket));
      expect(read).toBe(/^[=+\-@\t\r]/.test(name) ? `'${name}` : name);
    }),
  );
  expect(nameIn(csvOf('=HYPERLINK("x")', bucket))).toBe('\'=HYPERLINK("x")');
});
