/**
 * Explanations of policies as text: a line for each statement, and below it, aligned, what it asked
 * for and what the request had.
 */
import type { PartExplanation, StatementExplanation } from './evaluate.ts';

export function renderStatements(statements: readonly StatementExplanation[]): string[] {
  if (statements.length === 0) return ['  no statement'];
  return statements.flatMap(renderStatement);
}

function renderStatement({
  policy,
  index,
  effect,
  applies,
  parts,
}: StatementExplanation): string[] {
  const head = `  ${policy}, statement ${index + 1}: ${effect} ${applies ? 'applies' : 'does not apply'}`;
  const rows = parts.map((part) => [part.matched ? 'yes' : 'no', part.element, ...valuesOf(part)]);
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  '),
  );
  return [head, ...lines.map((line) => `    ${line.trimEnd()}`)];
}

function valuesOf({ element, found, wanted, matched }: PartExplanation): [string, string] {
  const has = found.length === 0 ? '(not in the request)' : found.join(', ');
  return [has, `${relation(element, matched)} ${wanted.join(', ') || '(nothing)'}`];
}

/** How a request's value stands to the policy's; an operator says so by its own name. */
function relation(element: string, matched: boolean): string {
  if (element.includes(' ')) return matched ? 'holds for' : 'does not hold for';
  const isMatch = element.startsWith('Not') ? !matched : matched;
  return isMatch ? 'matches' : 'does not match';
}
