/** When an app's clients start, as means by second: what its first calls and all later ones follow from. */
import type { App } from '../scenario/scenario.ts';

export interface Starts {
  /** Calls in each second from virtual zero on. */
  readonly means: Float64Array;
  readonly total: number;
  /** No chance is in it: the seconds are the same with every seed. */
  readonly isExact: boolean;
}

export function startsBySecond(flow: {
  readonly app: App;
  readonly clients: 'processes' | 'hosts';
  readonly callsEach: number;
}): Starts {
  const { app, clients, callsEach } = flow;
  const { start } = app;
  const perHost = (clients === 'hosts' ? 1 : app.processesPerHost) * callsEach;
  const groups: readonly Group[] =
    start.mode === 'rolling'
      ? Array.from({ length: app.hosts }, (_, host) => ({
          atMs: start.atMs + (start.overMs * host) / app.hosts,
          withinMs: 0,
          calls: perHost,
        }))
      : start.mode === 'together'
        ? [{ atMs: start.atMs, withinMs: start.withinMs, calls: app.hosts * perHost }]
        : start.bursts.map(({ atMs, withinMs, hosts }) => ({
            atMs,
            withinMs,
            calls: hosts * perHost,
          }));
  const seconds = 1 + Math.max(...groups.map(lastSecondOf));
  const means = new Float64Array(seconds);
  for (const group of groups) addTo(means, group);
  return {
    means,
    total: app.hosts * perHost,
    isExact: groups.every((group) => lastSecondOf(group) === secondOf(group.atMs)),
  };
}

/** Calls at one instant, or each at a random one within so long. */
interface Group {
  readonly atMs: number;
  readonly withinMs: number;
  readonly calls: number;
}

function addTo(means: Float64Array, { atMs, withinMs, calls }: Group): void {
  if (withinMs === 0) {
    means[secondOf(atMs)]! += calls;
    return;
  }
  for (let second = secondOf(atMs); second < means.length; second += 1) {
    const fromMs = Math.max(atMs, second * 1_000);
    const toMs = Math.min(atMs + withinMs, (second + 1) * 1_000);
    if (toMs > fromMs) means[second]! += (calls * (toMs - fromMs)) / withinMs;
  }
}

function secondOf(ms: number): number {
  return Math.floor(ms / 1_000);
}

/** That in which the last of them may start: nothing starts at the very end of a span. */
function lastSecondOf({ atMs, withinMs }: Group): number {
  return withinMs === 0 ? secondOf(atMs) : Math.ceil((atMs + withinMs) / 1_000) - 1;
}

/** Most calls in a second. Fractions are of calls that a client makes beside its first one. */
export function atOnceMax(means: Float64Array): number {
  return Math.ceil(means.reduce((most, mean) => Math.max(most, mean), 0) - 1e-9);
}
