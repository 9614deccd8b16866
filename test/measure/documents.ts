/** Result documents with given figures, for tests of what is made from them: all else is zero. */
import type {
  GroupResult,
  LatencySummary,
  MeasuredResult,
  SubjectResult,
  Totals,
} from '../../src/measure/result.ts';

type Partly<T> = { readonly [Key in keyof T]?: Partial<T[Key]> };

export function totalsOf(figures: Partly<Totals> = {}): Totals {
  const { requests, throughput, assumeRole, stalls, credentials } = figures;
  return {
    requests: {
      offered: 0,
      completed: 0,
      failed: 0,
      inFlight: 0,
      notStarted: 0,
      ...requests,
    },
    throughput: { offeredPerSecond: 0, completedPerSecond: 0, ...throughput },
    assumeRole: {
      calls: 0,
      succeeded: 0,
      throttled: 0,
      failed: 0,
      peakPerSecond: 0,
      slidingPeakPerSecond: 0,
      ...assumeRole,
    },
    stalls: {
      requests: 0,
      episodes: 0,
      episodeSeconds: 0,
      totalSeconds: 0,
      longestSeconds: 0,
      ...stalls,
    },
    credentials: { servedExpired: 0, minRemainingSeconds: null, ...credentials },
  };
}

export function latencyOf(figures: Partial<LatencySummary> = {}): LatencySummary {
  return {
    count: 0,
    meanMs: 0,
    p50Ms: 0,
    p90Ms: 0,
    p99Ms: 0,
    p999Ms: 0,
    p9999Ms: 0,
    maxMs: 0,
    ...figures,
  };
}

export function groupOf(
  totals: Partly<Totals> = {},
  latency: Partial<GroupResult['latency']> = {},
): GroupResult {
  return {
    totals: totalsOf(totals),
    latency: {
      credentialWait: latencyOf(),
      assumeRole: latencyOf(),
      request: latencyOf(),
      ...latency,
    },
  };
}

export function subjectOf(name: string, figures: Partial<SubjectResult> = {}): SubjectResult {
  return {
    name,
    partial: false,
    validity: { ok: true, reasons: [], late: { p50Ms: 0, p99Ms: 0, maxMs: 0 }, shortfall: 0 },
    ...groupOf(),
    apps: {},
    roles: {},
    windows: {},
    phases: {},
    quotas: [],
    timeline: [],
    thresholds: [],
    errors: [],
    histograms: { credentialWait: '', assumeRole: '', request: '' },
    processes: 1,
    fastForward: { mode: 'none', hops: 0, reason: '' },
    refreshesInFlightMax: null,
    notes: [],
    ...figures,
  };
}

export function resultOf(subjects: readonly SubjectResult[]): MeasuredResult {
  return {
    schemaVersion: 1,
    run: {
      id: 'smoke-1',
      engine: 'live',
      scenario: 'smoke',
      scenarioHash: '0'.repeat(64),
      question: 'Does everything work?',
      seed: 42,
      startedAt: '2026-11-22T16:01:00.000Z',
      virtualSeconds: 10,
      scenarioSeconds: 10,
      wallSeconds: 11.2,
      partial: false,
      command: 'sts-harness run smoke --seed 42',
      environment: {
        version: '0.1.0',
        node: 'v20.20.2',
        platform: 'linux x64',
        cpus: 2,
        workers: 2,
        pace: 'fast',
      },
      assumptions: ['STS counts its quota by a fixed window of one second.'],
    },
    subjects,
  };
}
