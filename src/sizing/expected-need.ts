/**
 * What the closed forms expect a fixed window to need, for clients whose refreshes are known from their
 * settings: held against the simulated figure, and shown beside it.
 *
 * - Clients in step (a fixed lead) repeat the busiest second of their start at every refresh: N calls where
 *   they began together.
 * - The reference client draws each interval uniformly. The mean of each second follows from the starts
 *   by convolution, and calls of independent processes in a second are close to a Poisson count.
 * - After an outage, the reference client that waits a uniform time below a ceiling c after each failure, is back
 *   within t with the chance 1 - (1 - t / c)^2: the rest of an interval that a moment falls into.
 */
import { cachePolicy, windowsOf } from '../client/policy.ts';
import { meanMs } from '../kernel/distribution.ts';
import { exp, log } from '../kernel/portable-math.ts';
import { referenceOptions } from '../run/subjects/reference-options.ts';
import { castOf } from '../run/virtual/cast.ts';
import type { VirtualSubject } from '../run/virtual/virtual-subject.ts';
import { highestRatePerSecond } from '../scenario/rate-curve.ts';
import type { App, Scenario } from '../scenario/scenario.ts';
import { quotaForMeans } from './closed-forms.ts';
import { atOnceMax, startsBySecond } from './expected-starts.ts';
import type { Stage } from './situations.ts';
import type { Need, Scope } from './size-report.ts';
import type { Sizing } from './sizing.ts';

interface Expected {
  readonly formula: string;
  readonly quotaPerSecond: number;
}

/** Null where no formula is known for one of the clients, or for the way to its role. */
export function expectedNeed(
  stage: Stage,
  { scope, sizing, simulated }: { scope: Scope; sizing: Sizing; simulated: number | null },
): Need['closedForm'] {
  const { scenario, entry, options } = sizing;
  const cast = castOf(scenario, entry);
  if (cast === undefined || simulated === null || simulated === 0) return null;
  const flows = stage.scenario.apps.map((app, i) => flowOf(app, cast[i]!, stage.scenario));
  if (flows.some((flow) => flow === undefined)) return null;
  const chanceMax = 1 - exp(log(0.5) / options.replications);
  const found = groupsOf(scope, flows as Flow[]).flatMap(
    (group) => needOf(stage, group, chanceMax) ?? [],
  );
  if (found.length === 0) return null;
  const most = found.reduce((a, b) => (b.quotaPerSecond > a.quotaPerSecond ? b : a));
  return {
    ...most,
    simulatedPerSecond: simulated,
    residual: simulated / most.quotaPerSecond - 1,
  };
}

interface Flow {
  readonly app: App;
  readonly clients: 'processes' | 'hosts';
  /** Calls of one refresh. */
  readonly callsEach: number;
  /** Undefined: in step. */
  readonly spread: Interval | undefined;
  readonly backoffCapSeconds: number;
  /** Age at which a credential is stale: from there on it is retried in another way. */
  readonly staleSeconds: number;
}

/** Seconds between two calls of a client, drawn uniformly. */
interface Interval {
  readonly from: number;
  readonly to: number;
}

function flowOf(app: App, subject: VirtualSubject, { sts }: Scenario): Flow | undefined {
  if (app.via.length > 0 || app.identity.kind === 'oidc' || !subject.caches) return undefined;
  const clients = subject.scope === 'host' ? 'hosts' : 'processes';
  if (subject.name === 'reference') {
    const isOwn = app.client.subject === 'reference';
    const policy = cachePolicy(referenceOptions(isOwn ? app.client.options : {}).policy);
    const { prefetchMs, staleMs } = windowsOf(policy, app.sessionDurationMs);
    const from = (app.sessionDurationMs - prefetchMs) / 1_000;
    const to = from + (prefetchMs * policy.jitterShare) / 1_000;
    const backoffCapSeconds = policy.backoffCapMs / 1_000;
    const staleSeconds = (app.sessionDurationMs - staleMs) / 1_000;
    const spread = to > from ? { from, to } : undefined;
    return { app, clients, callsEach: 1, spread, backoffCapSeconds, staleSeconds };
  }
  if (!subject.name.startsWith('preset:')) return undefined;
  const rate = highestRatePerSecond(app.load.curve);
  const perProcess = rate / (app.hosts * app.processesPerHost);
  const isSingle = subject.claims?.singleFlight === true;
  const callsEach = isSingle ? 1 : 1 + (perProcess * meanMs(sts.latency)) / 1_000;
  return { app, clients, callsEach, spread: undefined, backoffCapSeconds: 0, staleSeconds: 0 };
}

/** All flows spend the account's quota; each role has one of its own. */
function groupsOf(scope: Scope, flows: readonly Flow[]): Flow[][] {
  if (scope === 'account') return [[...flows]];
  const byRole = new Map<string, Flow[]>();
  for (const flow of flows) {
    const { arn } = flow.app.role;
    byRole.set(arn, [...(byRole.get(arn) ?? []), flow]);
  }
  return [...byRole.values()];
}

function needOf(stage: Stage, flows: readonly Flow[], chanceMax: number): Expected | undefined {
  const starts = flows.map((flow) => startsBySecond(flow));
  if (stage.name === 'coldStart') return startNeed(starts, chanceMax);
  const isRecovery = stage.name === 'recovery';
  const inStep = flows.flatMap((flow, i) => (flow.spread === undefined ? [starts[i]!] : []));
  if (inStep.length === flows.length) {
    // When these are back after an outage is their retries' doing.
    if (isRecovery) return undefined;
    return { formula: 'busiest second of the start, again at each refresh', ...stepNeed(inStep) };
  }
  const fromSecond = Math.floor(stage.fromMs / 1_000);
  // The longest outage that the formula knows: the oldest credential is not yet stale at its end.
  const staleAt = flows.map((flow, i) => firstOf(starts[i]!.means) + flow.staleSeconds);
  if (isRecovery && fromSecond > Math.min(...staleAt)) return undefined;
  const toSecond = Math.ceil(stage.toMs / 1_000);
  const means = new Float64Array(toSecond);
  for (const [i, flow] of flows.entries()) {
    if (flow.spread === undefined) continue;
    addRefreshes(means, starts[i]!.means, { flow, spread: flow.spread, stage });
  }
  const spread = quotaForMeans(means.subarray(fromSecond), chanceMax);
  return {
    formula: isRecovery
      ? 'rests of the backoff after the outage, Poisson seconds'
      : 'refreshes spread uniformly, Poisson seconds',
    quotaPerSecond: spread + stepNeed(inStep).quotaPerSecond,
  };
}

function firstOf(means: Float64Array): number {
  return means.findIndex((mean) => mean > 0);
}

type Starts = ReturnType<typeof startsBySecond>;

function startNeed(starts: readonly Starts[], chanceMax: number): Expected {
  const means = sumOf(starts);
  return starts.every(({ isExact }) => isExact)
    ? { formula: 'busiest second of the starts', quotaPerSecond: atOnceMax(means) }
    : {
        formula: 'busiest second of the starts, Poisson seconds',
        quotaPerSecond: quotaForMeans(means, chanceMax),
      };
}

function stepNeed(starts: readonly Starts[]): Pick<Expected, 'quotaPerSecond'> {
  return { quotaPerSecond: starts.reduce((sum, each) => sum + atOnceMax(each.means), 0) };
}

function sumOf(starts: readonly Starts[]): Float64Array {
  const sum = new Float64Array(Math.max(...starts.map(({ means }) => means.length)));
  for (const { means } of starts) for (const [at, mean] of means.entries()) sum[at]! += mean;
  return sum;
}

/** Each further refresh: the one before, spread once more. */
function addRefreshes(
  means: Float64Array,
  starts: Float64Array,
  { flow, spread, stage }: { flow: Flow; spread: Interval; stage: Stage },
): void {
  let cycle = new Float64Array(means.length);
  cycle.set(starts.subarray(0, means.length));
  for (let first = spread.from; first < means.length; first += spread.from) {
    cycle = convolved(cycle, spread);
    if (stage.name === 'recovery') holdBack(cycle, flow, stage);
    for (let at = 0; at < means.length; at += 1) means[at]! += cycle[at]!;
  }
}

/**
 * The cycle after one interval, uniform between two bounds. Plain loops, here and where it is added up: a
 * day has 32 cycles of 86,400 seconds, and no thread simulates meanwhile.
 */
function convolved(cycle: Float64Array, { from, to }: Interval): Float64Array<ArrayBuffer> {
  const seconds = cycle.length;
  const until = new Float64Array(seconds + 1);
  for (let at = 0; at < seconds; at += 1) until[at + 1] = until[at]! + cycle[at]!;
  const before = (at: number): number => {
    if (at <= 0) return 0;
    const whole = Math.min(seconds, Math.floor(at));
    return until[whole]! + (at - whole) * (cycle[whole] ?? 0);
  };
  const next = new Float64Array(seconds);
  for (let at = 0; at < seconds; at += 1) {
    next[at] = (before(at + 0.5 - from) - before(at + 0.5 - to)) / (to - from);
  }
  return next;
}

/** What falls into the outage comes after it, within the ceiling of the backoff. */
function holdBack(cycle: Float64Array, { backoffCapSeconds: cap }: Flow, stage: Stage): void {
  const backAt = Math.floor(stage.fromMs / 1_000);
  let held = 0;
  for (let at = 0; at < backAt; at += 1) {
    held += cycle[at]!;
    cycle[at] = 0;
  }
  const left = (seconds: number) => Math.max(0, 1 - seconds / cap) ** 2;
  for (let at = backAt; at < cycle.length && at - backAt < cap; at += 1) {
    cycle[at]! += held * (left(at - backAt) - left(at - backAt + 1));
  }
}
