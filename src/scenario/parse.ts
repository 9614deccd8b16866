/**
 * A scenario file's text to a `Scenario`: read, checked, every default filled in, frozen. Everything
 * that is wrong with it comes in one error.
 */
import { createHash } from 'node:crypto';
import { badInput, type Problem } from '../kernel/errors.ts';
import { checkDraft } from './checks.ts';
import { contentOf } from './content.ts';
import { readDraft } from './draft.ts';
import type { Scenario } from './scenario.ts';
import { dataSource, readSource, type Source } from './source.ts';

/** `file` is what problems and the result call it; `name` is its last part without the ending. */
export function parseScenario(text: string, file: string): Scenario {
  return scenarioOf(readSource(text, file));
}

/** The same for what a program holds as plain data, under the name that it gives it. */
export function scenarioFromData(data: unknown, name: string): Scenario {
  return scenarioOf(dataSource(data, name));
}

function scenarioOf(source: Source): Scenario {
  const { file, text } = source;
  const problems: Problem[] = [...source.problems];
  if (source.value === undefined) throw badInput('SCENARIO_INVALID', problems);
  const draft = readDraft(source, problems);
  if (draft !== undefined) problems.push(...checkDraft(draft, source));
  if (draft === undefined || problems.length > 0) {
    problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
    throw badInput('SCENARIO_INVALID', problems);
  }
  const content = contentOf(draft, source);
  const { thresholds: _, compare: __, ...measured } = content;
  const hash = createHash('sha256').update(canonicalJson(measured)).digest('hex');
  const name = file.replace(/^.*[/\\]/, '').replace(/\.ya?ml$/, '');
  return deepFrozen({ name, question: questionOf(text), file, hash, ...content });
}

/** The file's first comment, up to an empty comment line; the line for editors is none of it. */
export function questionOf(text: string): string {
  const words: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const comment = /^#\s*(.*)$/.exec(line)?.[1]?.trim();
    if (comment?.startsWith('yaml-language-server:') && words.length === 0) continue;
    if (comment === undefined || comment === '' || comment.startsWith('yaml-language-server:'))
      break;
    words.push(comment);
  }
  return words.join(' ');
}

/** One text for one meaning: keys sorted, nothing undefined. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFrozen(part);
  }
  return value;
}
