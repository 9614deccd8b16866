/**
 * What a scenario asks for, told before any run: requests, peaks, and how many AssumeRole calls the
 * main kinds of client should make of them. Closed forms only, for plausibility: a run measures.
 *
 * With N processes, a session of T, a lead of the refresh before expiry, a rate λ of one process's
 * requests and a mean STS latency L:
 * - on a way through further roles (`via`) every call is made once for each, so that each counts as an
 *   app of its own;
 * - calls an hour: N × c × 3600 s / E[interval], where a refresh costs c calls (renewal theorem);
 * - c = 1 with single flight, 1 + λ L without: the requests that arrive during the first call;
 * - processes in step (no jitter) repeat the busiest second of their start at every refresh;
 * - refreshes spread uniformly over J seconds come at μ = N / J a second, and their busiest second
 *   has about μ + √(2 μ ln J) of them (the greatest of J Poisson counts; a few per cent high, and low
 *   where μ is less than a few calls a second).
 */
import { DEFAULT_POLICY, windowsOf } from '../client/policy.ts';
import { meanMs } from '../kernel/distribution.ts';
import { log } from '../kernel/portable-math.ts';
import type { Plan } from './plan.ts';
import type { App, SUBJECTS } from './scenario.ts';

export interface Estimate {
  readonly processes: number;
  readonly hosts: number;
  /** Expected requests of the whole duration. */
  readonly requests: number;
  readonly windowRequests: readonly number[];
  readonly peak: Peak;
  /** In the scenario's order. */
  readonly apps: readonly AppEstimate[];
  readonly clients: readonly ClientEstimate[];
}

export interface Peak {
  readonly ratePerSecond: number;
  readonly atMs: number;
}

interface AppEstimate {
  readonly requests: number;
  readonly peak: Peak;
  /** Share of a process's places that are busy at the peak. */
  readonly utilisation: number;
}

interface ClientEstimate extends Calls {
  readonly subject: (typeof SUBJECTS)[number];
  readonly byRole: Readonly<Record<string, Calls>>;
}

export interface Calls {
  readonly perHour: number;
  /** In the busiest second. */
  readonly peakPerSecond: number;
}

/** `@alicloud/credentials` 2.4: a fixed lead, and no single flight. */
const ALIBABA_SDK_LEAD_MS = 900_000;
const HOUR_MS = 3_600_000;

export function estimateOf(plan: Plan): Estimate {
  const { scenario } = plan;
  const { apps, durationMs } = scenario;
  const every = apps.map((_, i) => i);
  /** An app once for each call that it makes on the way to its role. */
  const calls = apps.flatMap((app, i) => [...app.via, app.role].map(({ arn }) => ({ i, arn })));
  const arns = new Set(calls.map(({ arn }) => arn));
  const clients = (['reference', 'alibaba-sdk', 'uncached', 'static-keys'] as const).map(
    (subject) => ({
      subject,
      ...callsOf(
        subject,
        plan,
        calls.map(({ i }) => i),
      ),
      byRole: Object.fromEntries(
        [...arns].map((arn) => {
          const ofRole = calls.filter((call) => call.arn === arn).map(({ i }) => i);
          return [arn, callsOf(subject, plan, ofRole)];
        }),
      ),
    }),
  );
  return {
    processes: plan.processes.length,
    hosts: plan.hosts,
    requests: requestsIn(plan, every, 0, durationMs),
    windowRequests: scenario.windows.map(({ atMs, forMs }) =>
      requestsIn(plan, every, atMs, atMs + forMs),
    ),
    peak: peakOf(plan, every),
    apps: every.map((i) => appEstimate(plan, i)),
    clients,
  };
}

function appEstimate(plan: Plan, index: number): AppEstimate {
  const app = plan.scenario.apps[index]!;
  const peak = peakOf(plan, [index]);
  const perProcess = peak.ratePerSecond / processesOf(app);
  return {
    requests: requestsIn(plan, [index], 0, plan.scenario.durationMs),
    peak,
    utilisation: (perProcess * meanMs(app.work.service)) / 1_000 / app.work.concurrency,
  };
}

function processesOf(app: App): number {
  return app.hosts * app.processesPerHost;
}

/** Of one app, over the whole duration. */
export function expectedRequests(plan: Plan, app: number): number {
  return requestsIn(plan, [app], 0, plan.scenario.durationMs);
}

/** Each process takes its share from its own start on; an app counts as often as it is named. */
function requestsIn(plan: Plan, apps: readonly number[], fromMs: number, toMs: number): number {
  let requests = 0;
  const timesOf = timesNamed(plan, apps);
  for (const process of plan.processes) {
    const times = timesOf[process.app]!;
    if (times === 0) continue;
    const curve = plan.curves[process.app]!;
    const since = Math.min(toMs, Math.max(fromMs, process.startMs));
    const share = 1 / processesOf(plan.scenario.apps[process.app]!);
    requests += (curve.arrivalsUntil(toMs) - curve.arrivalsUntil(since)) * share * times;
  }
  return requests;
}

function timesNamed(plan: Plan, apps: readonly number[]): number[] {
  const times = plan.scenario.apps.map(() => 0);
  for (const i of apps) times[i]! += 1;
  return times;
}

/** A sum of piecewise-linear rates is greatest at a knot of one of them, on either side of it. */
function peakOf(plan: Plan, apps: readonly number[]): Peak {
  const { durationMs } = plan.scenario;
  const knots = apps.flatMap((i) => plan.scenario.apps[i]!.load.curve);
  let peak: Peak = { ratePerSecond: 0, atMs: 0 };
  for (const atMs of new Set([0, ...knots.map((knot) => knot.atMs), durationMs])) {
    if (atMs > durationMs) continue;
    const rate = (at: number) =>
      apps.reduce((sum, i) => sum + plan.curves[i]!.ratePerSecondAt(at), 0);
    const ratePerSecond = Math.max(rate(atMs), rate(Math.max(0, atMs - 1e-6)));
    if (ratePerSecond > peak.ratePerSecond) peak = { ratePerSecond, atMs };
  }
  return peak;
}

function callsOf(subject: ClientEstimate['subject'], plan: Plan, apps: readonly number[]): Calls {
  switch (subject) {
    case 'static-keys':
      return { perHour: 0, peakPerSecond: 0 };
    case 'uncached':
      return everyRequestOf(plan, apps);
    case 'reference':
      return spreadCalls(plan, apps);
    case 'alibaba-sdk':
      return callsInStep(plan, apps);
  }
}

function everyRequestOf(plan: Plan, apps: readonly number[]): Calls {
  const { durationMs } = plan.scenario;
  return {
    perHour: requestsIn(plan, apps, 0, durationMs) * (HOUR_MS / durationMs),
    peakPerSecond: peakOf(plan, apps).ratePerSecond,
  };
}

function spreadCalls(plan: Plan, apps: readonly number[]): Calls {
  let perHour = 0;
  let perSecond = 0;
  let longestSpreadSeconds = 1;
  for (const i of apps) {
    const app = plan.scenario.apps[i]!;
    const { prefetchMs } = windowsOf(DEFAULT_POLICY, app.sessionDurationMs);
    const spreadMs = prefetchMs * DEFAULT_POLICY.jitterShare;
    const meanIntervalMs = app.sessionDurationMs - prefetchMs + spreadMs / 2;
    perHour += (processesOf(app) * HOUR_MS) / meanIntervalMs;
    perSecond += (processesOf(app) * 1_000) / spreadMs;
    longestSpreadSeconds = Math.max(longestSpreadSeconds, spreadMs / 1_000);
  }
  const refreshes = perSecond + Math.sqrt(2 * perSecond * log(longestSpreadSeconds));
  return {
    perHour,
    peakPerSecond: Math.max(
      refreshes,
      busiestStart(plan, apps, () => 1),
    ),
  };
}

function callsInStep(plan: Plan, apps: readonly number[]): Calls {
  const { scenario } = plan;
  const latencySeconds = meanMs(scenario.sts.latency) / 1_000;
  const caching = apps.filter((i) => scenario.apps[i]!.sessionDurationMs > ALIBABA_SDK_LEAD_MS);
  // A session no longer than the lead is stale at once: every request refreshes.
  const uncached = everyRequestOf(
    plan,
    apps.filter((i) => !caching.includes(i)),
  );
  const perHour = caching.map((i) => {
    const app = scenario.apps[i]!;
    const meanRate =
      plan.curves[i]!.arrivalsUntil(scenario.durationMs) / (scenario.durationMs / 1_000);
    const calls = processesOf(app) + meanRate * latencySeconds;
    return (calls * HOUR_MS) / (app.sessionDurationMs - ALIBABA_SDK_LEAD_MS);
  });
  const callsAtPeak = (i: number) =>
    1 + (peakOf(plan, [i]).ratePerSecond / processesOf(scenario.apps[i]!)) * latencySeconds;
  const weights = scenario.apps.map((_, i) => (caching.includes(i) ? callsAtPeak(i) : 0));
  return {
    perHour: perHour.reduce((sum, calls) => sum + calls, uncached.perHour),
    peakPerSecond: uncached.peakPerSecond + busiestStart(plan, caching, (i) => weights[i]!),
  };
}

/** Most calls in any second after a start, when each process makes its app's number at once. */
function busiestStart(
  plan: Plan,
  apps: readonly number[],
  callsOfApp: (app: number) => number,
): number {
  const timesOf = timesNamed(plan, apps);
  const starting = plan.processes.filter((process) => timesOf[process.app]! > 0);
  starting.sort((a, b) => a.startMs - b.startMs);
  let busiest = 0;
  let inSecond = 0;
  let oldest = 0;
  for (const process of starting) {
    inSecond += callsOfApp(process.app) * timesOf[process.app]!;
    while (starting[oldest]!.startMs <= process.startMs - 1_000) {
      const { app } = starting[oldest]!;
      inSecond -= callsOfApp(app) * timesOf[app]!;
      oldest += 1;
    }
    busiest = Math.max(busiest, inSecond);
  }
  return busiest;
}
