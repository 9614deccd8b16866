/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The library: what the command line does, as functions that print nothing, end nothing and listen
 * to no signal. Each loads what it needs when it is first called, so that importing costs next to
 * nothing. `sts-harness/client` is the reference client with all that belongs to it, and
 * `sts-harness/vitest` has matchers for results. docs/library.md explains all of it.
 *
 * Bad input is a `HarnessError` with a `code` and, where there are several, all of its `problems`.
 */
import type { MockStsConfig } from '../mock-sts/core/config.ts';
import type { CheckOptions } from './library/check.ts';
import type { MockSts, MockStsOptions } from './library/mock-sts.ts';
import type { RunOptions } from './library/run.ts';
import type { LoadScenarioOptions, ScenarioSource } from './library/scenario-source.ts';
import type { SimulateOptions } from './library/simulate.ts';
import type { SizeOptions } from './library/size-options.ts';
import type { Result } from './measure/result.ts';
import type { Scenario } from './scenario/scenario.ts';
import type { SizeReport } from './sizing/size-report.ts';
import type { CheckReport } from './verdict/checks/report.ts';

/**
 * A scenario, checked: every default filled in, every quantity a number with its unit in its name.
 * Throws `SCENARIO_UNKNOWN`, `SCENARIO_UNREADABLE`, or `SCENARIO_INVALID` with every problem and its
 * path.
 */
export async function loadScenario(
  source: ScenarioSource,
  options?: LoadScenarioOptions,
): Promise<Scenario> {
  const { scenarioFrom } = await import('./library/scenario-source.ts');
  return scenarioFrom(source, options);
}

/**
 * Replays a scenario in virtual time: a day of a fleet in a moment, the same figures from the same
 * seed on every machine. Throws what `loadScenario` throws, `THRESHOLD_INVALID`, `OPTION_INVALID`,
 * and `SUBJECT_UNKNOWN` or `SUBJECT_INVALID`.
 */
export async function simulate(
  scenario: ScenarioSource,
  options?: SimulateOptions,
): Promise<Result> {
  const library = await import('./library/simulate.ts');
  return library.simulate(scenario, options);
}

/**
 * Replays a scenario in real time, in worker threads, against a mock STS over TLS. A machine that
 * could not keep up gives a result with the verdict `invalid`. Throws as `simulate` does.
 */
export async function run(scenario: ScenarioSource, options?: RunOptions): Promise<Result> {
  const library = await import('./library/run.ts');
  return library.run(scenario, options);
}

/**
 * Sizes the quota that a scenario needs, by many simulations in worker threads: the document that
 * `sts-harness size --json` prints, the same from the same seed with any number of threads. Throws what
 * `loadScenario` throws, `OPTION_INVALID`, `THRESHOLD_INVALID` for an objective, `SUBJECT_UNKNOWN` or
 * `SUBJECT_INVALID`, and the reason of a signal that is aborted.
 */
export async function size(scenario: ScenarioSource, options?: SizeOptions): Promise<SizeReport> {
  const library = await import('./library/size.ts');
  return library.size(scenario, options);
}

/**
 * Puts a credential client through the conformance kit, in virtual time: what was seen of it, check by
 * check. This thread lives in virtual time until the promise is settled: nothing else should run in it.
 * Throws `OPTION_INVALID`, `SUBJECT_UNKNOWN` or `SUBJECT_INVALID`, and `HOST_BREACH` for a client that
 * does what no virtual time can hold, such as starting a process.
 */
export async function check(options: CheckOptions): Promise<CheckReport> {
  const library = await import('./library/check.ts');
  return library.check(options);
}

/**
 * Holds thresholds (`stalls.requests == 0`) against a result, in place of those that it was judged
 * by: the same figures, another verdict. Throws `THRESHOLD_INVALID`.
 */
export async function judge(result: Result, thresholds: readonly string[]): Promise<Result> {
  const library = await import('./library/judge.ts');
  return library.judge(result, thresholds);
}

/**
 * Starts the mock STS on free ports of this machine. Close it at the end, or let `await using` do so.
 * Throws `OPTION_INVALID`, `FAULT_INVALID`, or `MockConfig` with every problem of the configuration.
 */
export async function createMockSts(options?: MockStsOptions): Promise<MockSts> {
  const library = await import('./library/mock-sts.ts');
  return library.createMockSts(options);
}

/** The configuration of a file, see docs/mock.md. Throws `MockConfig` with every problem. */
export async function loadMockConfig(file: string): Promise<MockStsConfig> {
  const mock = await import('../mock-sts/server/config-file.ts');
  return mock.loadMockConfig(file);
}

/** Reads a `result.json`. Throws `RESULT_UNREADABLE` or `RESULT_INVALID`. */
export async function readResult(path: string): Promise<Result> {
  const files = await import('./measure/result-file.ts');
  return files.readResult(path);
}

/** Keeps a result as `<directory>/<run id>/result.json`, and returns that path. */
export async function writeResult(result: Result, directory: string): Promise<string> {
  const files = await import('./measure/result-file.ts');
  return files.writeResult(result, directory);
}

export type { MockStsConfig } from '../mock-sts/core/config.ts';
export type { CallCounters } from '../mock-sts/server/call-journal.ts';
export type { FaultView } from '../mock-sts/server/fault-desk.ts';
export { CachingCredentialClient } from './client/caching-credential-client.ts';
export type { ClientOptions } from './client/client-options.ts';
export type { Clock, Timer } from './kernel/clock.ts';
export { EXIT, type ExitCode, HarnessError, type Problem } from './kernel/errors.ts';
export type { CallRecord } from './kernel/sts/call-record.ts';
export type { Credentials, SessionCredentials } from './kernel/sts/credentials.ts';
export type { CheckOptions, CheckProgress } from './library/check.ts';
export type {
  FaultForm,
  MockCall,
  MockClock,
  MockFaults,
  MockIdentity,
  MockSts,
  MockStsOptions,
} from './library/mock-sts.ts';
export type { Progress, ReplayOptions } from './library/replay.ts';
export type { RunOptions } from './library/run.ts';
export type { LoadScenarioOptions, ScenarioSource } from './library/scenario-source.ts';
export type { SimulateOptions } from './library/simulate.ts';
export type { SizeOptions } from './library/size-options.ts';
export type { Result, SubjectResult, ThresholdResult, Verdict } from './measure/result.ts';
export type { CreateClient, CredentialClient, SubjectContext } from './run/subjects/subject.ts';
export type { Scenario } from './scenario/scenario.ts';
export type { ScenarioFile } from './scenario/schema.ts';
export type { Growth, Scale } from './sizing/scale.ts';
export type { SizeProgress } from './sizing/size-options.ts';
export type { SituationName, SizeReport } from './sizing/size-report.ts';
export type { CheckLimits } from './verdict/checks/limits.ts';
export type { CheckedCase, CheckedPromise, CheckReport } from './verdict/checks/report.ts';
export { exitCodeOf } from './verdict/exit-code.ts';
