/** The conformance kit as a function: scripts are played on the client, and what was seen is judged. */
import { fileURLToPath } from 'node:url';
import { badInput, type Problem } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import { SUBJECT_NAMES, subjectNamed } from '../run/subjects/registry.ts';
import type { CreateClient } from '../run/subjects/subject.ts';
import { playScript } from '../run/virtual/script/play.ts';
import { oneOf } from '../scenario/issues.ts';
import type { ClientCheck, PlayedCase } from '../verdict/checks/check.ts';
import { grade, plannedCases } from '../verdict/checks/grade.ts';
import { type CheckLimits, DEFAULT_LIMITS, limitProblems } from '../verdict/checks/limits.ts';
import { CHECKS } from '../verdict/checks/registry.ts';
import type { CheckReport } from '../verdict/checks/report.ts';

export interface CheckOptions {
  /**
   * The client: `reference`, `alibaba-sdk`, `uncached`, a path of a module or a file URL of one, or
   * the function that such a module exports by default.
   */
  readonly client: string | URL | CreateClient;
  /** Names of checks; all when left out. */
  readonly only?: readonly string[];
  /** Of all chance; 1 when left out. */
  readonly seed?: number;
  /** Laid over `DEFAULT_LIMITS`. */
  readonly limits?: Partial<CheckLimits>;
  /** Before each script. */
  readonly onProgress?: (progress: CheckProgress) => void;
}

export interface CheckProgress {
  readonly check: string;
  /** Scripts played so far, of so many. */
  readonly played: number;
  readonly scripts: number;
}

export async function check(options: CheckOptions): Promise<CheckReport> {
  const { seed = 1 } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { chosen, problems } = chosenChecks(options.only);
  const wrong = [...problems, ...limitProblems(limits), ...seedProblems(seed)];
  if (wrong.length > 0) throw badInput('OPTION_INVALID', wrong);
  const { name, createClient } = await clientOf(options.client);
  const planned = plannedCases(chosen, CHECKS, limits);
  const played: PlayedCase[] = [];
  for (const [index, { check: of, case: one }] of planned.entries()) {
    options.onProgress?.({ check: of, played: index, scripts: planned.length });
    const terms = { name: scriptName(of, one.name), createClient, seed };
    played.push({ check: of, case: one.name, seen: await playScript(one.script, terms) });
  }
  return grade(chosen, played, { client: name, seed, limits });
}

function chosenChecks(only: readonly string[] | undefined): {
  readonly chosen: readonly ClientCheck[];
  readonly problems: readonly Problem[];
} {
  if (only === undefined) return { chosen: CHECKS, problems: [] };
  const names = CHECKS.map(({ name }) => name);
  const unknown = only.filter((name) => !names.includes(name));
  const problems = unknown.map((name): Problem => {
    const meant = nearest(name, names);
    const allowed = meant === undefined ? 'a name of sts-harness check --list' : `such as ${meant}`;
    return { file: 'check', path: 'only', found: `"${name}"`, allowed };
  });
  return { chosen: CHECKS.filter(({ name }) => only.includes(name)), problems };
}

function seedProblems(seed: number): Problem[] {
  if (Number.isSafeInteger(seed) && seed >= 0) return [];
  const allowed = 'a whole number from 0';
  return [{ file: 'check', path: 'seed', found: String(seed), allowed }];
}

async function clientOf(
  client: CheckOptions['client'],
): Promise<{ name: string; createClient: CreateClient }> {
  if (typeof client === 'function') {
    return { name: client.name || 'client', createClient: client };
  }
  const name = subjectName(client instanceof URL ? fileURLToPath(client) : client);
  const { createClient } = await subjectNamed(name);
  return { name, createClient };
}

/** What has a slash or a dot in it is a module's path. */
function subjectName(name: string): string {
  if (name.startsWith('module:') || SUBJECT_NAMES.includes(name)) return name;
  if (/[./\\]/.test(name)) return `module:${name}`;
  const allowed = oneOf(name, [...SUBJECT_NAMES, 'the path of a module such as ./my-client.ts']);
  throw badInput('SUBJECT_UNKNOWN', [
    { file: 'check', path: 'client', found: `"${name}"`, allowed },
  ]);
}

/** A role's name: at most 64 letters, digits, dots and hyphens. */
function scriptName(check: string, one: string): string {
  return `${check}-${one}`
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 58)
    .replace(/-$/, '');
}
