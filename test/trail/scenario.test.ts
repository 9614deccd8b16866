/** From what was inferred to the words of a scenario. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseSecondSeries } from '../../src/kernel/second-series.ts';
import { virtualSubjectNamed } from '../../src/run/virtual/subject-named.ts';
import type { CachedCaller } from '../../src/trail/infer/inferred.ts';
import { backgroundLines } from '../../src/trail/scenario/background-text.ts';
import { clientTerms } from '../../src/trail/scenario/client-terms.ts';
import { burstsOf } from '../../src/trail/scenario/starts.ts';
import { ROLE_ARN } from './trail-files.ts';

function cached(
  from: number,
  to: number,
  changes: Partial<CachedCaller> & { lifetimeSeconds?: number } = {},
): CachedCaller {
  const { lifetimeSeconds = 3_600 } = changes;
  const judged = { confidence: 'high', method: 'a test' } as const;
  return {
    kind: 'cached',
    name: { ...{ accountId: '1', region: 'r', principal: 'p' }, roleArn: ROLE_ARN, userAgent: '' },
    ...{ calls: 100, failed: 0, throttled: 0, addresses: 1, lifetimeSeconds },
    processes: { value: 10, ...judged },
    interval: { value: { from, to }, ...judged },
    lead: { from: lifetimeSeconds - to, to: lifetimeSeconds - from },
    jitterSeconds: to - from,
    singleFlight: { value: 'kept', ...judged },
    callsPerRefresh: 1,
    synchrony: { value: 0, ...judged },
    sampledShare: 1,
    starts: [0],
    ...changes,
  };
}

describe('the client', () => {
  /** Earliest and latest refresh of the reference client, seconds after the issue. */
  function intervalOf(caller: CachedCaller): [number, number] {
    const { client, sessionSeconds } = clientTerms(caller)!;
    const { subject, ...options } = parse(client);
    // Throws where the policy is none that it takes.
    virtualSubjectNamed(subject, options);
    const { prefetchSteps, jitterShare } = options.policy;
    const windowSeconds = prefetchSteps[0].windowMs / 1_000;
    return [sessionSeconds - windowSeconds, sessionSeconds - windowSeconds * (1 - jitterShare)];
  }

  it('refreshes in the interval that was seen, whatever the lifetime is', () => {
    const lifetimes = fc.constantFrom(900, 1_800, 3_600, 7_200, 43_200);
    const shares = fc.tuple(
      fc.double({ min: 0.5, max: 0.95, noNaN: true }),
      fc.double({ min: 0, max: 0.04, noNaN: true }),
    );
    fc.assert(
      fc.property(lifetimes, shares, (lifetimeSeconds, [share, width]) => {
        const from = Math.ceil(share * lifetimeSeconds);
        const to = from + Math.round(width * lifetimeSeconds);
        const [least, most] = intervalOf(cached(from, to, { lifetimeSeconds }));
        expect(least).toBe(from);
        // Below three seconds there is no jitter; the policy has it to four digits.
        expect(Math.abs(most - to)).toBeLessThan(5);
      }),
    );
  });

  it('asks for shorter credentials where the interval is below half of the lifetime', () => {
    const { sessionSeconds, notes } = clientTerms(cached(1_200, 1_300))!;
    expect(sessionSeconds).toBe(2_400);
    expect(notes.join()).toContain('below half of 3600 s');
    expect(intervalOf(cached(1_200, 1_300))).toEqual([1_200, expect.closeTo(1_300, 0)]);
  });

  it('is none of ours where the interval is shorter than half of the shortest lifetime', () => {
    expect(clientTerms(cached(300, 310))).toBeUndefined();
  });

  it('refreshes at the end where the interval is as long as the lifetime', () => {
    expect(intervalOf(cached(3_600, 3_700))).toEqual([3_599, 3_599.9]);
  });

  const missing = { value: 'missing', confidence: 'high', method: 'a test' } as const;

  it.each([
    [900, 1.2, 'preset:alicloud-node', 10],
    [180, 1.2, 'preset:alicloud-go', 10],
    [600, 1.5, undefined, 15],
    [900, 50, undefined, 500],
  ])(
    'without single flight, lead %i s, %f calls a refresh: %s',
    (lead, callsPerRefresh, name, processes) => {
      const at = 3_600 - lead;
      const terms = clientTerms(cached(at, at, { singleFlight: missing, callsPerRefresh }))!;
      expect(terms.processes).toBe(processes);
      if (name === undefined) expect(parse(terms.client)).toMatchObject({ subject: 'reference' });
      else expect(terms.client).toBe(name);
    },
  );
});

describe('starts', () => {
  const terms = { processes: 100, share: 1, intervalSeconds: 2_700, durationSeconds: 40_000 };

  it('add up to the processes, in order, within the time', () => {
    const starts = fc.array(fc.integer({ min: 0, max: 39_999 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(starts, fc.integer({ min: 1, max: 500 }), (seconds, processes) => {
        const bursts = burstsOf(seconds, { ...terms, processes });
        expect(bursts.reduce((sum, { hosts }) => sum + hosts, 0)).toBe(processes);
        expect(bursts.length).toBeLessThanOrEqual(60);
        for (const [i, { atSeconds, withinSeconds, hosts }] of bursts.entries()) {
          expect(hosts).toBeGreaterThan(0);
          expect(atSeconds).toBeGreaterThan(bursts[i - 1]?.atSeconds ?? -1);
          expect(atSeconds + withinSeconds).toBeLessThanOrEqual(40_000);
        }
      }),
    );
  });

  it('are those of the first interval, where pods were replaced', () => {
    const first = Array.from({ length: 100 }, (_, i) => i % 50);
    const starts = [...first, ...first.map((second) => second + 20_000)];
    expect(burstsOf(starts, terms).at(-1)!.atSeconds).toBeLessThan(50);
    const grown = { ...terms, processes: 200 };
    expect(burstsOf(starts, grown).at(-1)!.atSeconds).toBeGreaterThan(19_000);
    // Of a sample of half of the names, as many are more than there were at once.
    expect(burstsOf(starts, { ...grown, share: 0.5 }).at(-1)!.atSeconds).toBeLessThan(50);
  });
});

describe('the background', () => {
  const LENGTH_MAX = 700_000;

  it('has each second as it was', () => {
    const counts = fc.array(fc.constantFrom(0, 0, 0, 1, 7), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(counts, (calls) => {
        fc.pre(calls.some((count) => count > 0));
        const lines = backgroundLines(Uint32Array.from(calls), calls.length, LENGTH_MAX);
        expect(lines.every((line) => line.length <= 120)).toBe(true);
        const [fault] = parse(lines.join('\n')).faults;
        expect(fault).toMatchObject({ kind: 'background', at: '0s', for: `${calls.length}s` });
        const read = parseSecondSeries(fault.bySecond)!;
        expect(calls.map((_, i) => read[i] ?? 0)).toEqual(calls);
      }),
    );
  });

  it('is left out where there is none', () => {
    expect(backgroundLines(new Uint32Array(10), 10, LENGTH_MAX)).toEqual([]);
  });

  it('is even in stretches where a file could not hold it', () => {
    const calls = Uint32Array.from({ length: 500_000 }, (_, i) => 10 + (i % 7));
    const { faults } = parse(backgroundLines(calls, calls.length, LENGTH_MAX).join('\n'));
    expect(faults.length).toBeLessThanOrEqual(900);
    const sum = faults.reduce(
      (all: number, { for: lasts, rate }: { for: string; rate: string }) =>
        all + Number.parseFloat(lasts) * Number.parseFloat(rate),
      0,
    );
    expect(sum / calls.reduce((all, count) => all + count, 0)).toBeCloseTo(1, 4);
  });
});
