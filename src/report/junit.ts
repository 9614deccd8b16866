/**
 * Outcomes as JUnit XML, in the form that Jenkins, GitLab and GitHub's reporters read: a suite for
 * each suite, a test case for each outcome. JUnit knows no warning: one is a test case that passes,
 * with its message in `system-out`.
 */
import type { Outcome, OutcomeReport } from '../verdict/outcome.ts';

export function renderJunit(report: OutcomeReport): string {
  const names = new Set(report.outcomes.map(({ suite }) => suite));
  // Jenkins' xUnit plugin refuses a file whose root counts the skipped (its `junit-10.xsd`).
  const { skipped: _, ...totals } = counts(report.outcomes);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: report.title, ...totals })}>`,
    ...[...names].flatMap((name) =>
      suiteLines(
        name,
        report.outcomes.filter(({ suite }) => suite === name),
      ),
    ),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteLines(name: string, outcomes: readonly Outcome[]): string[] {
  return [
    `  <testsuite${attributes({ name, ...counts(outcomes) })}>`,
    ...outcomes.flatMap(caseLines),
    '  </testsuite>',
  ];
}

function counts(outcomes: readonly Outcome[]) {
  const count = (status: Outcome['status']) =>
    outcomes.filter((outcome) => outcome.status === status).length;
  return {
    tests: outcomes.length,
    failures: count('failed'),
    errors: 0,
    skipped: count('skipped'),
  };
}

function caseLines({ suite, name, status, message, details }: Outcome): string[] {
  const head = `    <testcase${attributes({ classname: suite, name })}`;
  const text = [message, ...details].map(escaped).join('\n');
  switch (status) {
    case 'passed':
      return [`${head}>`, `      <system-out>${text}</system-out>`, '    </testcase>'];
    case 'skipped':
      return [`${head}>`, `      <skipped${attributes({ message })}/>`, '    </testcase>'];
    case 'failed': {
      const failure = attributes({ message, type: 'failed' });
      return [`${head}>`, `      <failure${failure}>${text}</failure>`, '    </testcase>'];
    }
    case 'warning':
      return [`${head}>`, `      <system-out>warning: ${text}</system-out>`, '    </testcase>'];
  }
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/**
 * Fit for text and for attributes. What XML 1.0 cannot hold in any form (control characters, half a
 * surrogate pair) becomes a replacement character.
 */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll(/[&<>"\t\n\r]/g, (character) => ENTITIES[character]!);
}
