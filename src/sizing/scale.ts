/**
 * A scenario grown: more users are more requests, more hosts are more processes. All else stays: a release
 * takes as long with more hosts, sessions last as long.
 */
import type { App, Scenario } from '../scenario/scenario.ts';

/** Factors on the scenario as it is written. */
export interface Scale {
  readonly users: number;
  readonly hosts: number;
}

/** Shares by which a month is more than the one before. */
export interface Growth {
  readonly users: number;
  readonly hosts: number;
  readonly months: number;
}

export const AS_WRITTEN: Scale = { users: 1, hosts: 1 };

export function scaled(scenario: Scenario, scale: Scale): Scenario {
  if (scale.users === 1 && scale.hosts === 1) return scenario;
  return { ...scenario, apps: scenario.apps.map((app) => scaledApp(app, scale)) };
}

function scaledApp(app: App, { users, hosts }: Scale): App {
  const { load, start } = app;
  const { population } = load;
  const curve = load.curve.map((knot) => ({ ...knot, ratePerSecond: users * knot.ratePerSecond }));
  const grown = grownHosts(start.mode === 'bursts' ? start.bursts : [app], hosts);
  return {
    ...app,
    hosts: grown.reduce((sum, count) => sum + count, 0),
    start:
      start.mode === 'bursts'
        ? { ...start, bursts: start.bursts.map((burst, i) => ({ ...burst, hosts: grown[i]! })) }
        : start,
    load: {
      ...load,
      curve,
      population: population && { ...population, users: users * population.users },
    },
  };
}

/** Rounded together, so that parts add up; none is lost. */
function grownHosts(parts: readonly { readonly hosts: number }[], factor: number): number[] {
  let before = 0;
  let grownBefore = 0;
  return parts.map(({ hosts }) => {
    before += hosts;
    const grown = Math.max(1, Math.round(before * factor) - grownBefore);
    grownBefore += grown;
    return grown;
  });
}

/** The factor after so many months of it. */
export function afterMonths({ users, hosts }: Scale, growth: Growth, months: number): Scale {
  return {
    users: users * compounded(growth.users, months),
    hosts: hosts * compounded(growth.hosts, months),
  };
}

/** By multiplication, which is the same everywhere. */
function compounded(share: number, months: number): number {
  let factor = 1;
  for (let month = 0; month < months; month += 1) factor *= 1 + share;
  return factor;
}
