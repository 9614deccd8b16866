/**
 * Scenario files on disk: by name, from the directory that the package ships, or by path.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import { parseScenario, questionOf } from './parse.ts';
import type { Scenario } from './scenario.ts';

/** A scenario is a page or two; what is longer than this is another file. */
const LARGEST_FILE_BYTES = 1_000_000;

/**
 * What has a slash or ends in `.yaml` or `.yml` is a path; anything else is a name, and names
 * `<scenariosDirectory>/<name>.yaml`.
 */
export function loadScenario(
  nameOrPath: string,
  { scenariosDirectory }: { readonly scenariosDirectory: string },
): Scenario {
  const isPath = /[/\\]|\.ya?ml$/.test(nameOrPath);
  if (isPath) return parseScenario(textOf(nameOrPath), nameOrPath);
  const names = namesIn(scenariosDirectory);
  if (!names.includes(nameOrPath)) throw unknownName(nameOrPath, names);
  const text = textOf(join(scenariosDirectory, `${nameOrPath}.yaml`));
  return parseScenario(text, `${nameOrPath}.yaml`);
}

/** The scenarios of a directory by name, with the question that each answers; valid or not. */
export function scenariosIn(directory: string): { name: string; question: string }[] {
  return namesIn(directory).map((name) => ({
    name,
    question: questionOf(textOf(join(directory, `${name}.yaml`))),
  }));
}

function namesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

function unknownName(name: string, names: readonly string[]): HarnessError {
  const meant = nearest(name, names);
  const suggestion = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return new HarnessError('SCENARIO_UNKNOWN', `There is no scenario ${name}.${suggestion}`, {
    hint: `Scenarios: ${names.join(', ')}. A path ends in .yaml or has a slash: ./${name}.yaml`,
  });
}

function textOf(path: string): string {
  try {
    const { size } = statSync(path);
    if (size <= LARGEST_FILE_BYTES) return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HarnessError('SCENARIO_UNREADABLE', `The scenario ${path} cannot be read: ${why}`, {
      cause,
    });
  }
  const most = `at most ${LARGEST_FILE_BYTES} bytes`;
  throw new HarnessError('SCENARIO_UNREADABLE', `The scenario ${path} is too large: ${most}`);
}
