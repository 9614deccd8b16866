/**
 * What a scenario file leaves out: the one table of defaults. docs/scenarios.md lists the same.
 */
import type { App, StsModel } from './scenario.ts';

export const DEFAULT_SEED = 1;

export const APP_DEFAULTS = {
  sessionDurationMs: 3_600_000,
  /** Of a role, as CreateRole has it. */
  maxSessionDurationMs: 3_600_000,
  processesPerHost: 1,
  start: { mode: 'together', atMs: 0, withinMs: 1_000 },
  startWithinMs: 1_000,
  client: { subject: 'reference', options: {} },
  arrivals: 'poisson',
  startHour: 0,
  work: { resource: undefined, service: { medianMs: 5, p99Ms: 50 }, concurrency: 64 },
} as const satisfies Partial<App> & Record<string, unknown>;

/** What `work: resource` asks for. */
export const DEFAULT_RESOURCE = 'oss:GetObject';

/** Quota as Alibaba Cloud documents it ("API quotas (STS)"): 100 a second by account, none by role. */
export const STS_DEFAULTS: StsModel = {
  latency: { medianMs: 15, p99Ms: 80 },
  quotaPerRole: undefined,
  quotaPerAccount: 100,
  limiter: { algorithm: 'fixed-window' },
};

export const WHOLE_WINDOW = 'whole';
