/**
 * The result document, `schemaVersion: 1`. It is data: every report is made from it alone. The
 * paths that docs/architecture.md lists are stable; anything else may be added, never renamed.
 * `schema/result.json` is its JSON Schema.
 */

export const RESULT_SCHEMA_VERSION = 1;

export type Verdict = 'passed' | 'failed' | 'invalid' | 'aborted';

export interface Result {
  readonly schemaVersion: typeof RESULT_SCHEMA_VERSION;
  readonly run: RunInfo;
  /** Of the first subject, the one under test. */
  readonly verdict: Verdict;
  /** Why, most important first; one sentence each. */
  readonly reasons: readonly string[];
  readonly subjects: readonly SubjectResult[];
}

export interface RunInfo {
  readonly id: string;
  readonly engine: 'live' | 'virtual';
  readonly scenario: string;
  readonly scenarioHash: string;
  /** The question that the scenario answers. */
  readonly question: string;
  readonly seed: number;
  /** ISO timestamp of the wall clock. */
  readonly startedAt: string;
  /** Virtual time covered, of the scenario's `scenarioSeconds`. */
  readonly virtualSeconds: number;
  readonly scenarioSeconds: number;
  readonly wallSeconds: number;
  /** Something ended the run early: signal, dead worker, dead mock. The figures cover what there was. */
  readonly partial: boolean;
  /** The command line that repeats it. */
  readonly command: string;
  readonly environment: {
    readonly version: string;
    readonly node: string;
    readonly platform: string;
    readonly cpus: number;
    readonly workers: number;
    /** `fast`: fast-forwarded between windows; `real`: never. */
    readonly pace: 'fast' | 'real' | 'virtual';
  };
  /** What the figures rest on that is not known, such as the limiter's algorithm. */
  readonly assumptions: readonly string[];
}

export interface SubjectResult {
  readonly name: string;
  readonly validity: Validity;
  readonly totals: Totals;
  readonly latency: Latencies;
  readonly apps: Readonly<Record<string, GroupResult>>;
  /** By role ARN. */
  readonly roles: Readonly<Record<string, GroupResult>>;
  /** By window name; calls and stalls of the gaps between windows are in `totals` only. */
  readonly windows: Readonly<Record<string, WindowResult>>;
  readonly quotas: readonly QuotaUse[];
  readonly timeline: readonly TimelineBucket[];
  readonly thresholds: readonly ThresholdResult[];
  /** Failed requests and failed AssumeRole calls by error code, most frequent first. */
  readonly errors: readonly ErrorCount[];
  /** Clients that were started, and how gaps were crossed. */
  readonly processes: number;
  readonly fastForward: {
    readonly mode: 'hops' | 'jump' | 'none';
    readonly hops: number;
    readonly reason: string;
  };
}

export interface Validity {
  readonly ok: boolean;
  /** Empty when ok; one sentence each, with the cause where it could be told. */
  readonly reasons: readonly string[];
  /** Pacing lag: actual start minus intended start. The harness's own lateness, never the client's. */
  readonly late: { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number };
  /** Share of planned requests that could not be started in time, 0 to 1. */
  readonly shortfall: number;
}

export interface GroupResult {
  readonly totals: Totals;
  readonly latency: Latencies;
}

export interface WindowResult extends GroupResult {
  /** Virtual seconds from zero. */
  readonly at: number;
  readonly seconds: number;
  /** Least requests completed in one whole second of the window, against what was offered in it. */
  readonly dip: { readonly completedPerSecond: number; readonly offeredPerSecond: number };
}

export interface Totals {
  /** Requests offered, and what became of them: offered = completed + failed + inFlight + notStarted. */
  readonly requests: {
    readonly offered: number;
    readonly completed: number;
    readonly failed: number;
    /** Started, and without an answer at the end. */
    readonly inFlight: number;
    /** Due by the plan and never started: the harness could not keep up. */
    readonly notStarted: number;
  };
  /** Over the windows' seconds only. */
  readonly throughput: { readonly offeredPerSecond: number; readonly completedPerSecond: number };
  readonly assumeRole: {
    readonly calls: number;
    readonly succeeded: number;
    readonly throttled: number;
    readonly failed: number;
    /** Most calls in one aligned second of virtual time, and in any second. */
    readonly peakPerSecond: number;
    readonly slidingPeakPerSecond: number;
  };
  readonly stalls: {
    readonly requests: number;
    readonly episodes: number;
    /** Sum over stalled requests of the time each waited. */
    readonly totalSeconds: number;
    readonly longestSeconds: number;
  };
  readonly credentials: {
    readonly servedExpired: number;
    /** Least time to expiry of any credential handed over; null where none had an expiry. */
    readonly minRemainingSeconds: number | null;
  };
}

export interface Latencies {
  /** Intended start until the credential was handed over. Requests inside windows. */
  readonly credentialWait: LatencySummary;
  /** AssumeRole as the client saw it: request written until answer's head read. Every call. */
  readonly assumeRole: LatencySummary;
  /** Intended start until the work was done. Requests inside windows. */
  readonly request: LatencySummary;
}

/** Milliseconds; all 0 when count is 0. */
export interface LatencySummary {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly p9999Ms: number;
  readonly maxMs: number;
}

export interface QuotaUse {
  readonly scope: 'role' | 'account';
  /** Role ARN, or `account/region`. */
  readonly key: string;
  /** Calls per second; null when this scope was not enforced (its use is shown all the same). */
  readonly limit: number | null;
  readonly peakPerSecond: number;
  readonly slidingPeakPerSecond: number;
  readonly throttled: number;
}

export interface TimelineBucket {
  /** Virtual seconds from zero. */
  readonly at: number;
  /** 1 inside a window; the gap's length for a gap. */
  readonly seconds: number;
  /** Between windows: only requests of unsettled processes were offered. */
  readonly gap: boolean;
  readonly offered: number;
  readonly completed: number;
  readonly stalled: number;
  readonly assumeRole: number;
  readonly assumeRolePeakPerSecond: number;
  readonly throttled: number;
}

export interface ThresholdResult {
  readonly expression: string;
  /** Worst value where the path names several; null when nothing was measured there. */
  readonly actual: number | null;
  readonly passed: boolean;
}

export interface ErrorCount {
  readonly source: 'request' | 'assumeRole';
  readonly code: string;
  readonly count: number;
  /** Virtual seconds from zero. */
  readonly firstAt: number;
  readonly lastAt: number;
}
