/** Fleets that measures are tried on, and what they need, simulated. */
import type { Scenario } from '../../../src/scenario/scenario.ts';
import type { Needs, Sizer } from '../../../src/sizing/measures/needs.ts';
import { sizeScenario } from '../../../src/sizing/size-scenario.ts';
import { scenarioWith } from '../../scenario/example.ts';

/** So many processes of the reference client in step, with little load: only refreshes matter. */
export function fleetOf(processes: number, fields: Record<string, unknown> = {}): Scenario {
  return scenarioWith(
    { duration: '2h', sts: { quota: { perAccount: '100/s' } } },
    {
      hosts: processes / 10,
      processesPerHost: 10,
      client: { subject: 'reference', policy: { jitterShare: 0 } },
      load: { rate: '1/s' },
      ...fields,
    },
  );
}

/** Of the same scenario under another seed, where one is given. */
export function simulated(replications: number, seed?: number): Sizer {
  return async (scenario, situations): Promise<Needs> => {
    const { readings } = await sizeScenario(
      { ...scenario, seed: seed ?? scenario.seed },
      { replications, situations, scopes: ['account'], hasCurve: false, freshReplications: 0 },
    );
    return readings[0]!.situations;
  };
}
