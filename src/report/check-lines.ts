/** The report on a client, for a terminal: a line a check, and for each that failed what was seen. */
import { FAMILIES } from '../verdict/checks/registry.ts';
import type { CheckedPromise, CheckReport } from '../verdict/checks/report.ts';
import { seenText, toldCases } from '../verdict/checks/told-cases.ts';
import { counted } from '../verdict/checks/words.ts';
import { wrapped } from './lines.ts';
import { type Paint, painter, plain, type Tone } from './paint.ts';

export interface Look {
  readonly color: boolean;
  readonly width: number;
}

const MARKS: Readonly<Record<CheckedPromise['status'], { mark: string; tone: Tone }>> = {
  passed: { mark: '✓', tone: 'good' },
  failed: { mark: '✗', tone: 'bad' },
  skipped: { mark: '–', tone: 'warn' },
};

/** `took`: of the whole, as text. */
export function renderChecks(report: CheckReport, look: Look & { readonly took: string }): string {
  const paint = painter(look.color);
  const { client, seed, counts, checks } = report;
  const families = [...new Set(checks.map(({ family }) => family))];
  const nameWidth = Math.max(...checks.map(({ name }) => name.length));
  const lines = families.flatMap((family) => [
    '',
    paint('bold', family),
    ...checks
      .filter((check) => check.family === family)
      .flatMap((check) => checkLines(check, { nameWidth, width: look.width, paint })),
  ]);
  const verdict = [
    paint(counts.passed > 0 ? 'good' : undefined, `${counts.passed} passed`),
    paint(counts.failed > 0 ? 'bad' : undefined, `${counts.failed} failed`),
    paint(counts.skipped > 0 ? 'warn' : undefined, `${counts.skipped} skipped`),
  ].join(' · ');
  return [
    `${paint('bold', plain(client))}: ${counted(checks.length, 'check')} in virtual time, seed ${seed}`,
    ...lines,
    '',
    `${verdict}   ${paint('dim', `in ${look.took}`)}`,
    '',
  ].join('\n');
}

interface Layout {
  readonly nameWidth: number;
  readonly width: number;
  readonly paint: Paint;
}

const INDENT = '    ';

function checkLines(check: CheckedPromise, { nameWidth, width, paint }: Layout): string[] {
  const { name, status } = check;
  const { mark, tone } = MARKS[status];
  const head = `  ${paint(tone, mark)} `;
  if (status === 'failed') {
    return [
      `${head}${paint('bad', name)}`,
      ...field('proves', check.proves, width, paint),
      ...field('why', check.why, width, paint),
      ...toldCases(check, 'failed').flatMap((told) => [
        ...field('seen', plain(seenText(told)), width, paint),
        ...field('wanted', told.wanted, width, paint),
      ]),
    ];
  }
  const [told] = toldCases(check, status);
  const count = check.cases.length;
  const text = count > 1 && status === 'passed' ? `${count} cases` : plain(told?.seen ?? '');
  const room = Math.max(20, width - nameWidth - 6);
  const [first = '', ...rest] = wrapped(text, room);
  return [
    `${head}${name.padEnd(nameWidth)}  ${paint('dim', first)}`,
    ...rest.map((line) => `${' '.repeat(nameWidth + 6)}${paint('dim', line)}`),
  ];
}

function field(name: string, text: string, width: number, paint: Paint): string[] {
  const label = name.padEnd(8);
  const [first = '', ...rest] = wrapped(text, Math.max(30, width - INDENT.length - label.length));
  return [
    `${INDENT}${paint('dim', label)}${first}`,
    ...rest.map((line) => `${INDENT}${' '.repeat(label.length)}${line}`),
  ];
}

/** `--list`: every check and what it proves. */
export function renderCheckList({ color, width }: Look): string {
  const paint = painter(color);
  const checks = FAMILIES.flatMap((family) => family.checks);
  const nameWidth = Math.max(...checks.map(({ name }) => name.length));
  const room = Math.max(30, width - nameWidth - 4);
  const lines = FAMILIES.flatMap((family) => [
    '',
    paint('bold', family.title),
    ...family.checks.flatMap(({ name, proves }) => {
      const [first = '', ...rest] = wrapped(proves, room);
      return [
        `  ${name.padEnd(nameWidth)}  ${first}`,
        ...rest.map((line) => `${' '.repeat(nameWidth + 4)}${line}`),
      ];
    }),
  ]);
  return [`${checks.length} checks of a client`, ...lines, ''].join('\n');
}
