/**
 * What the closed forms imply of any fleet, whatever its numbers: more clients never make fewer
 * calls, a wider spread never makes a higher peak, and no client lets a credential end.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Sketch, simulated } from '../run/virtual/simulated.ts';
import { EVEN_STS, referenceWith } from './fleet.ts';
import { momentsOf } from './moments.ts';

const fleets = fc.record({
  seed: fc.nat(),
  processes: fc.integer({ min: 1, max: 25 }),
  more: fc.integer({ min: 1, max: 25 }),
  /** Above the lead of the modelled clients, which would else call at every request. */
  sessionSeconds: fc.integer({ min: 1_000, max: 3_600 }),
  leadSeconds: fc.integer({ min: 20, max: 300 }),
  jitterShare: fc.double({ min: 0, max: 0.89, noNaN: true }),
  startSeconds: fc.integer({ min: 0, max: 600 }),
});
type Fleet = typeof fleets extends fc.Arbitrary<infer Value> ? Value : never;

/** The reference client, or a model of another. */
const sketchOf = (fleet: Fleet, processes: number, preset?: string): Sketch => ({
  ...EVEN_STS,
  seed: fleet.seed,
  duration: '6h',
  hosts: processes,
  session: `${fleet.sessionSeconds}s`,
  start: `{ mode: together, within: ${fleet.startSeconds}s }`,
  // Each process has the same load, however many there are.
  load: `{ rate: ${0.5 * processes}/s }`,
  client:
    preset ??
    referenceWith({
      leadSeconds: fleet.leadSeconds,
      spreadSeconds: fleet.jitterShare * fleet.leadSeconds,
    }),
});

test('a larger fleet makes no fewer calls', async () => {
  const clients = fc.constantFrom(undefined, 'preset:alicloud-node', 'preset:aws-java-v2');
  await fc.assert(
    fc.asyncProperty(fleets, clients, async (fleet, preset) => {
      const { processes, more } = fleet;
      const small = await simulated(sketchOf(fleet, processes, preset));
      const large = await simulated(sketchOf(fleet, processes + more, preset));
      const least = small.totals.assumeRole.calls + more;
      expect(large.totals.assumeRole.calls).toBeGreaterThanOrEqual(least);
    }),
    { numRuns: 20, seed: 1 },
  );
}, 30_000);

test('a fleet makes at least N floor(H / (T - L)) calls in H', async () => {
  await fc.assert(
    fc.asyncProperty(fleets, async (fleet) => {
      const { processes, sessionSeconds, leadSeconds, jitterShare, startSeconds } = fleet;
      // The latest that a refresh may be due, which leaves the least lead; and H from the last start.
      const longestSeconds = sessionSeconds - leadSeconds * (1 - jitterShare);
      const seconds = 6 * 3_600 - startSeconds;
      const { totals } = await simulated(sketchOf(fleet, processes));
      const least = processes * Math.floor(seconds / longestSeconds);
      expect(totals.assumeRole.calls).toBeGreaterThanOrEqual(least);
      expect(totals.credentials.servedExpired).toBe(0);
    }),
    { numRuns: 25, seed: 2 },
  );
}, 30_000);

test('the wider the spread, the lower the peak', async () => {
  const processes = 300;
  const seeds = 8;
  const peaks: { mean: number; standardError: number }[] = [];
  for (const spreadSeconds of [0, 3, 10, 30, 90]) {
    const found: number[] = [];
    for (let seed = 1; seed <= seeds; seed += 1) {
      const { windows } = await simulated(
        {
          ...EVEN_STS,
          duration: '15m',
          hosts: processes,
          session: '900s',
          start: '{ mode: together, within: 0s }',
          load: '{ rate: 1/s }',
          client: referenceWith({ leadSeconds: 100, spreadSeconds }),
          windows: ['{ name: refresh, at: 800s, for: 100s }'],
        },
        { seed },
      );
      found.push(windows.refresh!.totals.assumeRole.peakPerSecond);
    }
    peaks.push(momentsOf(found));
  }
  // Means over the same seeds, which fall by far more than their standard errors.
  for (const [i, { mean, standardError }] of peaks.entries()) {
    const before = peaks[i - 1];
    if (before === undefined) expect(mean).toBe(processes);
    else expect(mean + 3 * (standardError + before.standardError)).toBeLessThan(before.mean);
  }
}, 30_000);
