/** Outcomes as Markdown: what a job's summary or a comment on a pull request shows. */
import {
  countOf,
  type Outcome,
  type OutcomeReport,
  type OutcomeStatus,
} from '../verdict/outcome.ts';

/** GitHub takes a job's summary up to a megabyte; nobody reads so much. */
const ROWS_MAX = 200;

/** What is wrong comes first; what passed is folded away where anything did not. */
export function renderMarkdown(report: OutcomeReport): string {
  const { title, verdict, summary, outcomes } = report;
  const wrong = ORDER.flatMap((status) => outcomes.filter((each) => each.status === status));
  const passed = outcomes.filter(({ status }) => status === 'passed');
  return [
    `## ${markdownText(title)}: ${markdownText(verdict)}`,
    ...(summary.length === 0 ? [] : [summary.map((each) => `- ${markdownText(each)}`).join('\n')]),
    ...(outcomes.length === 0 ? [] : [countsText(report)]),
    ...(wrong.length === 0 ? [] : [tableText(wrong)]),
    ...(passed.length === 0 ? [] : [wrong.length === 0 ? tableText(passed) : folded(passed)]),
    '',
  ].join('\n\n');
}

/** All but `passed`, worst first. */
const ORDER = ['failed', 'warning', 'skipped'] as const;

const SIGNS: Readonly<Record<OutcomeStatus, string>> = {
  failed: '❌ failed',
  warning: '⚠️ warning',
  skipped: '➖ not told',
  passed: '✅ passed',
};

function countsText(report: OutcomeReport): string {
  const statuses = ['passed', ...ORDER] as const;
  return statuses
    .map((status) => ({ status, count: countOf(report, status) }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `**${count}** ${SIGNS[status].split(' ').slice(1).join(' ')}`)
    .join(' · ');
}

function tableText(outcomes: readonly Outcome[]): string {
  const rows = outcomes
    .slice(0, ROWS_MAX)
    .map(({ suite, name, status, message, details }) =>
      tableRow([SIGNS[status], suite, name, [message, ...details].join('\n')]),
    );
  const left = outcomes.length - rows.length;
  const rest = left === 0 ? [] : [tableRow(['', '', `and ${left} more`, ''])];
  return [tableRow(['', 'of', 'what', 'seen']), '|---|---|---|---|', ...rows, ...rest].join('\n');
}

function folded(passed: readonly Outcome[]): string {
  const summary = `<details><summary>${passed.length} passed</summary>`;
  return [summary, tableText(passed), '</details>'].join('\n\n');
}

/** Cells are text, not Markdown. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map(markdownText).join(' | ')} |`;
}

/** Text that no Markdown reads anything into, also in a table's cell. A line break is kept. */
export function markdownText(text: string): string {
  return text
    .replaceAll(/[^\P{Cc}\t\n\r]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]#|~@]/g, (character) => `\\${character}`)
    .replaceAll(/\r\n|\r|\n/g, '<br>');
}
