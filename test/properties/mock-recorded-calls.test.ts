/** Others' recorded calls: so many in each second, whoever looks and when. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { MockFault } from '../../mock-sts/core/config.ts';
import { Quota } from '../../mock-sts/core/quota.ts';
import { RecordedCalls } from '../../mock-sts/core/recorded-calls.ts';

const QUOTA = 20;
const CALL = { action: 'AssumeRole', accountId: '1000000000000001', roleArn: undefined };
const FIXED = { algorithm: 'fixed-window' } as const;
const series = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 20 });

function background(callsBySecond: readonly number[], fromMs = 0): MockFault {
  const toMs = fromMs + 1_000 * callsBySecond.length;
  return { kind: 'background', fromMs, toMs, callsBySecond, roleArn: undefined };
}

function instants(callsBySecond: readonly number[], seed: number, sinceMs: number): number[] {
  const recording = { fromMs: 0, toMs: 1_000 * callsBySecond.length, callsBySecond };
  const calls = new RecordedCalls(recording, seed, 'x', sinceMs);
  const all: number[] = [];
  for (; calls.nextAtMs < Number.POSITIVE_INFINITY; calls.advance()) all.push(calls.nextAtMs);
  return all;
}

it('has the recorded number of calls in each second, in order, from any instant on', () => {
  fc.assert(
    fc.property(series, fc.nat(), fc.nat({ max: 20_000 }), (calls, seed, sinceMs) => {
      const all = instants(calls, seed, -Infinity);
      expect(all).toEqual([...all].sort((a, b) => a - b));
      const counts = calls.map(
        (_, second) => all.filter((atMs) => Math.floor(atMs / 1_000) === second).length,
      );
      expect(counts).toEqual(calls);
      expect(instants(calls, seed, sinceMs)).toEqual(all.filter((atMs) => atMs >= sinceMs));
    }),
  );
});

it('leaves of the quota what the recording does not take, however often somebody looks', () => {
  const looks = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 10 });
  fc.assert(
    fc.property(series, looks, fc.nat(), (calls, extra, seed) => {
      const quota = new Quota(
        { perRole: undefined, perAccount: QUOTA, limiter: FIXED },
        [background(calls)],
        seed,
      );
      const sorted = [...extra].sort((a, b) => a - b);
      // Before the first call nobody's quota is known.
      let own = 0;
      for (const [second, count] of calls.entries()) {
        const endMs = 1_000 * second + 999.999;
        while (sorted.length > 0 && sorted[0]! <= endMs) quota.levels(sorted.shift()!);
        own = 0;
        while (quota.admit(CALL, endMs) === undefined) own += 1;
        expect(own).toBe(Math.max(0, QUOTA - count));
      }
    }),
  );
});

it('comes on top of even calls, and adds up with another recording', () => {
  const even: MockFault = {
    ...{ kind: 'background', fromMs: 0, toMs: 3_000 },
    ...{ ratePerSecond: 5, roleArn: undefined },
  };
  const faults = [background([3, 0, 4]), even, background([1, 1, 1])];
  const quota = new Quota({ perRole: undefined, perAccount: QUOTA, limiter: FIXED }, faults, 7);
  const left = [0, 1, 2].map((second) => {
    let own = 0;
    while (quota.admit(CALL, 1_000 * second + 999.999) === undefined) own += 1;
    return own;
  });
  expect(left).toEqual([11, 14, 10]);
});
