/**
 * What `simulate` and `run` have in common: their options, checked once with all problems reported,
 * and what a result has to be before anybody gets it.
 */
import { fileURLToPath } from 'node:url';
import { badInput, EXIT, HarnessError, type Problem } from '../kernel/errors.ts';
import { violations } from '../measure/invariants.ts';
import type { Result } from '../measure/result.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { parseThresholds, plainRule, type Threshold } from '../verdict/thresholds.ts';
import { type LoadScenarioOptions, type ScenarioSource, scenarioFrom } from './scenario-source.ts';

export interface ReplayOptions extends LoadScenarioOptions {
  /**
   * The client under test, or several, the first of which is under test: `reference`,
   * `module:./my-client.ts` (from the working directory), a file URL of such a module. What the
   * scenario says when left out.
   */
  readonly subject?: string | URL | readonly (string | URL)[];
  /** Of all chance; the scenario's own when left out. */
  readonly seed?: number;
  /** In place of the scenario's. */
  readonly thresholds?: readonly string[];
  /**
   * Ends the replay early: the result is what there was until then, and its verdict is `aborted`. Where
   * it is aborted beforehand, nothing starts and the promise is rejected with its reason.
   */
  readonly signal?: AbortSignal;
  /** Told about once a second (live), or after every hundred thousand events (virtual). */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly subject: string;
  /** 0-based. */
  readonly subjectIndex: number;
  readonly subjectCount: number;
  /** Virtual time that has passed, of so much. */
  readonly virtualSeconds: number;
  readonly endSeconds: number;
  /** AssumeRole calls so far. */
  readonly calls: number;
}

export interface Prepared {
  readonly scenario: Scenario;
  readonly thresholds: readonly Threshold[];
  readonly subjects: readonly string[];
  readonly stop: AbortSignal;
  /** The call that repeats it, for whoever reads the result. */
  readonly command: string;
}

/** Throws HarnessError for a scenario, an option or a threshold that is wrong; the signal's reason. */
export function prepare(
  verb: 'simulate' | 'run',
  source: ScenarioSource,
  options: ReplayOptions & { readonly [count: string]: unknown },
  counts: Readonly<Record<string, { readonly min: number; readonly max: number }>>,
): Prepared {
  const { signal, thresholds } = options;
  const problems = Object.entries({ seed: SEEDS, ...counts }).flatMap(([name, range]) =>
    problemsOf(verb, name, options[name], range),
  );
  if (problems.length > 0) throw badInput('OPTION_INVALID', problems);
  signal?.throwIfAborted();
  const loaded = scenarioFrom(source, options);
  const scenario = {
    ...loaded,
    seed: options.seed ?? loaded.seed,
    thresholds: thresholds?.map(plainRule) ?? loaded.thresholds,
  };
  const subjects = subjectNames(options.subject);
  return {
    scenario,
    thresholds: parseThresholds(scenario),
    subjects,
    stop: signal ?? new AbortController().signal,
    command: commandText(verb, nameOf(source, scenario), { subjects, seed: scenario.seed }),
  };
}

const SEEDS = { min: 0, max: Number.MAX_SAFE_INTEGER };

function problemsOf(
  verb: string,
  path: string,
  value: unknown,
  { min, max }: { readonly min: number; readonly max: number },
): Problem[] {
  if (value === undefined) return [];
  if (Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max) return [];
  const found = JSON.stringify(value) ?? String(value);
  return [
    { file: `${verb} options`, path, found, allowed: `a whole number from ${min} to ${max}` },
  ];
}

function subjectNames(subject: ReplayOptions['subject']): string[] {
  const given = subject === undefined ? [] : Array.isArray(subject) ? subject : [subject];
  return given.map((each: string | URL) =>
    each instanceof URL ? `module:${fileURLToPath(each)}` : each,
  );
}

/** What the source was called by; text and objects have their scenario's name alone. */
function nameOf(source: ScenarioSource, { name }: Scenario): string {
  if (source instanceof URL) return source.href;
  return typeof source === 'string' && !source.includes('\n') ? source : name;
}

function commandText(
  verb: string,
  scenario: string,
  { subjects, seed }: { readonly subjects: readonly string[]; readonly seed: number },
): string {
  const subject = subjects.length === 0 ? '' : `subject: ${JSON.stringify(subjects)}, `;
  return `${verb}(${JSON.stringify(scenario)}, { ${subject}seed: ${seed} })`;
}

/** A result that contradicts itself is our own bug, and nobody may rely on it. */
export function refuseContradictions(result: Result, name: string): void {
  const found = violations(result);
  if (found.length === 0) return;
  throw new HarnessError(
    'RESULT_CONTRADICTS_ITSELF',
    `${name} is wrong:\n  ${found.join('\n  ')}`,
    {
      exitCode: EXIT.internalError,
      hint: 'This is a bug of sts-harness; please report it with the scenario and the seed.',
    },
  );
}
