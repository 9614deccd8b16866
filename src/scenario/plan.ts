/**
 * The plan: what each process of a scenario does, as a pure function of scenario and seed. It is not
 * a list of requests, which would be billions: it holds when each process starts and the curve that
 * its app's requests follow; `arrivals.ts` computes any of them on demand.
 *
 * An app's requests are shared out evenly: each of its N processes receives 1/N of the rate from its
 * own start on. What belongs to processes that have not started yet is taken to be served elsewhere,
 * by the instances that a rolling release or an autoscaling step replaces: so one process's load
 * never depends on another's start, and any slice of the plan can be computed alone.
 */
import { type Rng, stream } from '../kernel/rng.ts';
import { ArrivalCurve } from './arrival-curve.ts';
import type { App, Scenario } from './scenario.ts';

export interface Plan {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Apps in the scenario's order, hosts in order, a host's processes together. */
  readonly processes: readonly PlannedProcess[];
  readonly hosts: number;
  /** Rate of the whole app, by index in `scenario.apps`. */
  readonly curves: readonly ArrivalCurve[];
}

export interface PlannedProcess {
  /** In the whole plan. */
  readonly index: number;
  /** Index in `scenario.apps`. */
  readonly app: number;
  /** Index of its host in the whole plan. */
  readonly host: number;
  /** Among its app's processes. */
  readonly indexInApp: number;
  /** `checkout.h3.p1`: names its random streams and its role session. Apps before it do not change it. */
  readonly name: string;
  readonly startMs: number;
}

export function planOf(scenario: Scenario, seed: number = scenario.seed): Plan {
  const processes: PlannedProcess[] = [];
  let hosts = 0;
  for (const [index, app] of scenario.apps.entries()) {
    processes.push(...processesOf(app, index, { seed, firstHost: hosts, first: processes.length }));
    hosts += app.hosts;
  }
  const curves = scenario.apps.map((app) => new ArrivalCurve(app.load.curve));
  return { scenario, seed, processes, hosts, curves };
}

/** The `i`-th of `n` shares, by host: processes of a host stay together. The shares add up to the plan. */
export function sliceOf(plan: Plan, i: number, n: number): readonly PlannedProcess[] {
  return plan.processes.filter((process) => process.host % n === i);
}

/** The random stream for one purpose of one process. */
export function processStream(plan: Plan, process: PlannedProcess, purpose: string): Rng {
  return stream(plan.seed, purpose, process.name);
}

function processesOf(
  app: App,
  appIndex: number,
  base: { readonly seed: number; readonly firstHost: number; readonly first: number },
): PlannedProcess[] {
  return Array.from({ length: app.hosts * app.processesPerHost }, (_, indexInApp) => {
    const host = Math.floor(indexInApp / app.processesPerHost);
    const hostName = `${app.name}.h${host}`;
    const name = `${hostName}.p${indexInApp % app.processesPerHost}`;
    return {
      index: base.first + indexInApp,
      app: appIndex,
      host: base.firstHost + host,
      indexInApp,
      name,
      startMs: startMsOf(app, { host, hostName, name }, base.seed),
    };
  });
}

function startMsOf(
  app: App,
  process: { readonly host: number; readonly hostName: string; readonly name: string },
  seed: number,
): number {
  const { start } = app;
  switch (start.mode) {
    case 'together':
      return start.atMs + start.withinMs * stream(seed, 'start', process.name).next();
    case 'rolling':
      return start.atMs + (start.overMs * process.host) / app.hosts;
    case 'bursts': {
      let hosts = 0;
      const burst = start.bursts.find((candidate) => {
        hosts += candidate.hosts;
        return process.host < hosts;
      })!;
      return burst.atMs + burst.withinMs * stream(seed, 'start', process.hostName).next();
    }
  }
}
