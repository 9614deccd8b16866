/**
 * What `simulate` and `run` have in common: their options, checked once with all problems reported,
 * and what a result has to be before anybody gets it.
 */
import { badInput, EXIT, HarnessError } from '../kernel/errors.ts';
import { violations } from '../measure/invariants.ts';
import type { Result } from '../measure/result.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { parseThresholds, plainRule, type Threshold } from '../verdict/thresholds.ts';
import { commandText, countProblems, type Range, SEEDS, subjectName } from './options.ts';
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
  options: ReplayOptions,
  counts: Readonly<Record<string, Range>>,
): Prepared {
  const { signal, thresholds } = options;
  const problems = countProblems(verb, options, { seed: SEEDS, ...counts });
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
    command: commandText(verb, source, scenario, {
      subject: subjects.length === 0 ? undefined : subjects,
      seed: scenario.seed,
    }),
  };
}

function subjectNames(subject: ReplayOptions['subject']): string[] {
  const given = subject === undefined ? [] : Array.isArray(subject) ? subject : [subject];
  return given.map(subjectName);
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
