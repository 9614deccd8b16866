/** A scenario however a program has it: by name, as a file, as text, as an object. */
import { fileURLToPath } from 'node:url';
import { loadScenario as loadByName } from '../scenario/load.ts';
import { parseScenario, scenarioFromData } from '../scenario/parse.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ScenarioFile } from '../scenario/schema.ts';
import { scenariosDirectory } from './package-files.ts';

/**
 * The name of a shipped scenario (`smoke`); a path, which has a slash or ends in `.yaml`; a file URL;
 * YAML text, which has a line break; the file's content as an object; or a scenario that was loaded
 * before.
 */
export type ScenarioSource = string | URL | ScenarioFile | Scenario;

export interface LoadScenarioOptions {
  /** What problems and results call a scenario that comes as text or as an object: `inline`. */
  readonly name?: string;
}

export function scenarioFrom(
  source: ScenarioSource,
  { name = 'inline' }: LoadScenarioOptions = {},
): Scenario {
  if (source instanceof URL) return loadByName(fileURLToPath(source), { scenariosDirectory });
  if (typeof source !== 'string') return isLoaded(source) ? source : scenarioFromData(source, name);
  if (source.includes('\n')) return parseScenario(source, name);
  return loadByName(source, { scenariosDirectory });
}

/** Only a scenario that was checked has a hash: the schema allows no file to have one. */
function isLoaded(source: unknown): source is Scenario {
  return typeof source === 'object' && source !== null && 'hash' in source;
}
