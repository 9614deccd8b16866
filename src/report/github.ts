/**
 * Outcomes as workflow commands of GitHub Actions: what fails becomes an error beside the job, a
 * warning a warning. GitHub shows ten of each in a step; what is beyond is counted in the last line.
 */
import type { Outcome, OutcomeReport } from '../verdict/outcome.ts';

const SHOWN_MAX = 9;

export function renderAnnotations({ outcomes }: OutcomeReport): string {
  return [...lines('error', outcomes, 'failed'), ...lines('warning', outcomes, 'warning')].join('');
}

function lines(
  command: 'error' | 'warning',
  outcomes: readonly Outcome[],
  status: Outcome['status'],
): string[] {
  const chosen = outcomes.filter((outcome) => outcome.status === status);
  const shown = chosen.slice(0, SHOWN_MAX).map(({ suite, name, message, details }) => {
    const title = property(`${suite}: ${name}`);
    return `::${command} title=${title}::${data([message, ...details].join('\n'))}\n`;
  });
  const left = chosen.length - shown.length;
  return left === 0 ? shown : [...shown, `::${command}::and ${left} more\n`];
}

/** As `@actions/core` escapes them: a command ends at a line's end, a property at `:` or `,`. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
