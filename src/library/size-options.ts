/** What `size()` may be asked for, and what the flags of `sts-harness size` share with it. */
import { z } from 'zod';
import type { Problem } from '../kernel/errors.ts';
import type { Growth, Scale } from '../sizing/scale.ts';
import { SITUATION_NAMES } from '../sizing/situation-names.ts';
import type { SizeProgress } from '../sizing/size-options.ts';
import type { SituationName } from '../sizing/size-report.ts';
import { optionProblem } from './options.ts';
import type { LoadScenarioOptions } from './scenario-source.ts';

export const SIZE_LIMITS = {
  replicationsMax: 10_000,
  workersMax: 64,
  quotaMax: 1_000_000,
  /** On load and hosts. */
  factorMax: 1_000,
  monthsMax: 120,
  confidenceMin: 0.5,
  outageMsMin: 1_000,
} as const;

export interface SizeOptions extends LoadScenarioOptions {
  /** Whose clients call, in all apps; what the scenario says when left out. */
  readonly subject?: string | URL;
  /** Of all chance; the scenario's own when left out. */
  readonly seed?: number;
  /** Runs of each situation, each with a seed of its own: 60 when left out, up to 10,000. */
  readonly replications?: number;
  /** Runs with other seeds, in which the answer is tried again: 20 when left out; 0 for none. */
  readonly freshReplications?: number;
  /** Of every statement on chance: 0.95 when left out, from 0.5 to below 1. */
  readonly confidence?: number;
  /**
   * Threshold expressions for which the quota has to be enough. When left out: no throttled call, and no
   * stall after the start.
   */
  readonly objectives?: readonly string[];
  /** All four when left out. */
  readonly situations?: readonly SituationName[];
  /** How long STS is away before the recovery: 600,000 when left out, 1,000 at least. */
  readonly outageMs?: number;
  /** Factors on load and hosts, above 0 and up to 1,000; 1 when left out. */
  readonly scale?: Partial<Scale>;
  /** A forecast by month: shares, up to 1, by which a month is more than the one before. */
  readonly growth?: Growth;
  /** With a table of what makes so many calls a second suffice; the present quota when left out. */
  readonly measures?: { readonly withinPerSecond?: number };
  /** Threads, up to 64: one a core when left out; 0: this one does it all, and does nothing else. */
  readonly workers?: number;
  /** Ends it early: there is no answer then, and the promise is rejected with its reason. */
  readonly signal?: AbortSignal;
  /** Told after every simulation. */
  readonly onProgress?: (progress: SizeProgress) => void;
}

const { replicationsMax, workersMax, quotaMax, factorMax, monthsMax } = SIZE_LIMITS;
const { confidenceMin, outageMsMin } = SIZE_LIMITS;

const number = (isAllowed: (value: number) => boolean, allowed: string) =>
  z.custom((value) => typeof value === 'number' && isAllowed(value), allowed);
const whole = (min: number, max: number) =>
  number(
    (value) => Number.isSafeInteger(value) && value >= min && value <= max,
    `a whole number from ${min} to ${max}`,
  );
const factor = () =>
  number((value) => value > 0 && value <= factorMax, `a number above 0 and up to ${factorMax}`);
const share = () => number((value) => value >= 0 && value <= 1, 'a number from 0 to 1');

const situation = z.enum(SITUATION_NAMES, `one of: ${SITUATION_NAMES.join(', ')}`);

const schema = z
  .object({
    seed: whole(0, Number.MAX_SAFE_INTEGER),
    replications: whole(1, replicationsMax),
    freshReplications: whole(0, replicationsMax),
    confidence: number(
      (value) => value >= confidenceMin && value < 1,
      `a number from ${confidenceMin} to below 1`,
    ),
    situations: z.array(situation).min(1, 'one situation at least'),
    outageMs: number((value) => value >= outageMsMin && value < Infinity, `${outageMsMin} or more`),
    scale: z.object({ users: factor(), hosts: factor() }).partial(),
    growth: z.object({ users: share(), hosts: share(), months: whole(1, monthsMax) }),
    measures: z.object({ withinPerSecond: whole(1, quotaMax) }).partial(),
    workers: whole(0, workersMax),
  })
  .partial();

/** All at once. */
export function sizeOptionProblems(options: SizeOptions): Problem[] {
  const { error } = schema.safeParse(options, { reportInput: true });
  return (error?.issues ?? []).map(({ path, input, message }) =>
    optionProblem('size', path.join('.'), input, message),
  );
}
