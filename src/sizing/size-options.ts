/** What a sizing is asked for, with its defaults. */

import { AS_WRITTEN, type Growth, type Scale } from './scale.ts';
import { SITUATION_NAMES } from './situation-names.ts';
import type { Scope, SituationName } from './size-report.ts';

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
  /** Factors on the scenario's load and hosts. */
  readonly scale: Scale;
  /** A forecast by month; undefined: none. */
  readonly growth: Growth | undefined;
  /** How long STS is away in the situation `recovery`. */
  readonly outageMs: number;
  /** Seeds that the search did not use, with which the answer is simulated again; 0: it is not. */
  readonly freshReplications: number;
  /** Quotas below the answer are simulated in full. */
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
  /** Simulations. */
  readonly done: number;
  /** Of these, as far as is known. */
  readonly planned: number;
}

export const SIZE_DEFAULTS: SizeOptions = {
  replications: 60,
  confidence: 0.95,
  objectives: [],
  subject: undefined,
  scopes: ['account', 'role'],
  situations: SITUATION_NAMES,
  scale: AS_WRITTEN,
  growth: undefined,
  outageMs: 600_000,
  freshReplications: 20,
  hasCurve: true,
  workers: 0,
  command: '',
  version: '',
  stop: new AbortController().signal,
  onProgress: () => {},
};
