/** Recorded arrivals: in each second as many as were recorded, whatever the fleet that shares them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatSecondSeries } from '../../src/kernel/second-series.ts';
import { ArrivalMerge } from '../../src/scenario/arrival-merge.ts';
import { planOf } from '../../src/scenario/plan.ts';
import { scenarioWith } from '../scenario/example.ts';

const SECONDS = 60;
const series = fc.array(fc.oneof(fc.constant(0), fc.nat(9), fc.nat(1_000)), {
  minLength: 1,
  maxLength: SECONDS,
});
const fleets = fc.record({
  hosts: fc.integer({ min: 1, max: 7 }),
  processesPerHost: fc.integer({ min: 1, max: 3 }),
});

test('come in their second, none besides, and none twice', () => {
  fc.assert(
    fc.property(series, fleets, (counts, fleet) => {
      const load = { bySecond: formatSecondSeries(counts) };
      const start = { mode: 'together', within: '0s' };
      const plan = planOf(scenarioWith({ duration: `${SECONDS}s` }, { ...fleet, start, load }));
      const arrivals = new ArrivalMerge(plan, plan.processes);
      const seen = new Array<number>(counts.length).fill(0);
      let lastMs = -1;
      for (; arrivals.atMs < Number.POSITIVE_INFINITY; arrivals.advance()) {
        expect(arrivals.atMs).toBeGreaterThan(lastMs);
        lastMs = arrivals.atMs;
        seen[Math.floor(lastMs / 1_000)]! += 1;
      }
      expect(seen).toEqual(counts);
    }),
    { numRuns: 60 },
  );
});
