/**
 * Which quota a scenario needs: many simulations, and what is read from them.
 */
import type { Scenario } from '../scenario/scenario.ts';
import type { Scope, SituationName, SizeReport } from './size-report.ts';

export interface SizeOptions {
  /** Runs, each with a seed of its own, the same for every quota. */
  readonly replications: number;
  /** Of every statement on chance, such as 0.95. */
  readonly confidence: number;
  /** Threshold expressions, all of which have to hold; empty: no throttled call, no stall after the start. */
  readonly objectives: readonly string[];
  /** Whose clients are simulated, in place of those that the scenario has; undefined: the scenario's. */
  readonly subject: string | undefined;
  readonly scopes: readonly Scope[];
  readonly situations: readonly SituationName[];
  /** How long STS is away in the situation `recovery`. */
  readonly outageMs: number;
  /** Seeds that the search did not use, with which the answer is simulated again; 0: it is not. */
  readonly freshReplications: number;
  /** Quotas below and above the answer, simulated in full. */
  readonly hasCurve: boolean;
  /** Threads; 0: all in this one. The document is the same with any number. */
  readonly workers: number;
  readonly command: string;
  readonly version: string;
  readonly stop: AbortSignal;
  readonly onProgress: (progress: SizeProgress) => void;
}

export interface SizeProgress {
  /** What it is at. */
  readonly stage: string;
  readonly done: number;
  /** Simulations that are known to be needed so far. */
  readonly planned: number;
}

/**
 * Throws HarnessError (exit 2) for an objective that is none (`THRESHOLD_INVALID`) and a subject that
 * cannot be simulated with this scenario.
 */
export async function sizeScenario(
  scenario: Scenario,
  options: Partial<SizeOptions> = {},
): Promise<SizeReport> {
  throw new Error(`not there yet: ${scenario.name} ${Object.keys(options).join()}`);
}
