import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderAnnotations } from '../../src/report/github.ts';
import { anyReport, reportOf } from './outcomes.ts';

test('failures are errors, warnings are warnings, and nothing else is told', () => {
  const text = renderAnnotations(
    reportOf([
      { status: 'passed' },
      { status: 'skipped' },
      { status: 'warning', name: 'p99 < 5ms', message: 'it was 9' },
      { status: 'failed', name: 'a, b: c', message: '100% of 3', details: ['more\r\nlines'] },
    ]),
  );
  expect(text).toBe(
    '::error title=smoke%3A thresholds%3A a%2C b%3A c::100%25 of 3%0Amore%0D%0Alines\n' +
      '::warning title=smoke%3A thresholds%3A p99 < 5ms::it was 9\n',
  );
});

/** As the runner reads a command, and as it undoes the escapes. */
function read(line: string) {
  const [, command, title, message] = /^::(\w+) title=([^:,]*)::([^\r\n]*)$/.exec(line)!;
  const undone = (text: string) =>
    text
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%0A', '\n')
      .replaceAll('%0D', '\r')
      .replaceAll('%25', '%');
  return { command, title: undone(title!), message };
}

test('every text comes back whole, in one line a command', () => {
  fc.assert(
    fc.property(anyReport, (report) => {
      const lines = renderAnnotations(report).split('\n').slice(0, -1);
      const told = ['failed', 'warning'].flatMap((status) =>
        report.outcomes.filter((outcome) => outcome.status === status),
      );
      expect(lines.map(read).map(({ title }) => title)).toEqual(
        told.map(({ suite, name }) => `${suite}: ${name}`),
      );
    }),
  );
});

test('GitHub shows ten: the tenth says how many more there are', () => {
  const text = renderAnnotations(
    reportOf(Array.from({ length: 12 }, () => ({ status: 'failed' }))),
  );
  expect(text.match(/^::error/gm)).toHaveLength(10);
  expect(text).toContain('::error::and 3 more\n');
});
