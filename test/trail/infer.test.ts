/** The parts of the inference, each against calls that were made for it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/kernel/rng.ts';
import { aliveAtOnce } from '../../src/trail/infer/alive.ts';
import { leastDispersion } from '../../src/trail/infer/dispersion.ts';
import { lagWindow } from '../../src/trail/infer/lag-window.ts';
import { linkedBy, refreshesOf } from '../../src/trail/infer/refreshes.ts';
import { synchronyOf } from '../../src/trail/infer/synchrony.ts';

const HOURS = 12;
const TERMS = { from: 0, to: 3_600 * HOURS - 1, lifetimeSeconds: 3_600 };

interface Fleet {
  readonly clients: number;
  readonly interval: readonly [number, number];
  /** Starts fall into so many seconds. */
  readonly within: number;
  readonly seed: number;
}

/** The calls of each client. */
function fleetOf({ clients, interval, within, seed }: Fleet): number[][] {
  return Array.from({ length: clients }, (_, client) => {
    const rng = stream(seed, 'fleet', client);
    const calls: number[] = [];
    for (let at = within * rng.next(); at <= TERMS.to; at += rng.between(...interval)) {
      calls.push(Math.floor(at));
    }
    return calls;
  });
}

const inOrder = (calls: readonly number[][]) => calls.flat().sort((a, b) => a - b);

function bySecond(calls: readonly number[]): Uint32Array {
  const counts = new Uint32Array(TERMS.to + 1);
  for (const second of calls) counts[second]! += 1;
  return counts;
}

function byChance(count: number, seed: number): number[] {
  const rng = stream(seed, 'chance');
  return Array.from({ length: count }, () => rng.below(TERMS.to)).sort((a, b) => a - b);
}

const seeds = fc.integer({ min: 0, max: 1_000_000 });

describe('lags of all pairs', () => {
  it('tell the interval of a fleet that started in step', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1_500, max: 3_300 }), (seed, least) => {
        const interval = [least, least + 200] as const;
        const calls = inOrder(fleetOf({ clients: 40, interval, within: 5, seed }));
        const found = lagWindow([calls], TERMS)!;
        expect(Math.abs((found.from + found.to) / 2 - least - 100)).toBeLessThan(100);
      }),
      { numRuns: 15 },
    );
  });

  it('and counts of the interval’s length tell no interval where calls come by chance', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 5, max: 20_000 }), (seed, count) => {
        const calls = byChance(count, seed);
        expect(lagWindow([calls], TERMS)).toBeUndefined();
        expect(leastDispersion(bySecond(calls), TERMS)).toBeUndefined();
      }),
      { numRuns: 25 },
    );
  });
});

it('counts that vary least tell the interval of a fleet that is spread over it', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 2_000, max: 3_300 }), (seed, least) => {
      const fleet = { clients: 80, interval: [least, least + 300] as const, within: least };
      const found = leastDispersion(bySecond(inOrder(fleetOf({ ...fleet, seed }))), TERMS)!;
      expect(Math.abs(found.interval / (least + 150) - 1)).toBeLessThan(0.07);
    }),
    { numRuns: 15 },
  );
});

describe('names', () => {
  const track = (seconds: readonly number[]) =>
    refreshesOf({ host: 1, firstSecond: seconds[0]!, seconds: [...seconds] });
  const fleet = fleetOf({ clients: 20, interval: [2_700, 3_150], within: 2_700, seed: 1 });

  it('are clients where each has intervals alike', () => {
    const { intervals, recurringShare } = linkedBy(fleet.map(track), TERMS)!;
    expect(recurringShare).toBe(1);
    expect([intervals[0]! >= 2_699, intervals.at(-1)! <= 3_151]).toEqual([true, true]);
  });

  it('are none where several clients share one, or where they do not come back', () => {
    const shared = [0, 1, 2, 3].map((i) => inOrder(fleet.slice(5 * i, 5 * i + 5)));
    expect(linkedBy(shared.map(track), TERMS)).toBeUndefined();
    const once = fleet.flat().map((second) => [second]);
    expect(linkedBy(once.map(track), TERMS)).toBeUndefined();
  });

  it('that call within five seconds make one refresh', () => {
    const { atSeconds, calls } = track([10, 10, 15, 16, 2_710, 2_712]);
    expect([atSeconds, calls]).toEqual([
      [10, 16, 2_710],
      [3, 1, 2],
    ]);
  });
});

describe('clients at once', () => {
  const terms = { from: 0, to: 40_000, intervalSeconds: 2_700 };
  const alive = (from: number, to: number) =>
    refreshesOf({
      ...{ host: 1, firstSecond: from },
      seconds: Array.from(
        { length: Math.floor((to - from) / 2_700) + 1 },
        (_, i) => from + 2_700 * i,
      ),
    });

  it('are those of the fleet, where pods are replaced by others', () => {
    const old = Array.from({ length: 10 }, (_, i) => alive(i, 20_000));
    const young = Array.from({ length: 10 }, (_, i) => alive(20_500 + i, 39_000));
    expect(aliveAtOnce([...old, ...young], terms)).toBe(10);
  });

  it('are the most, where more come for a good part of the time', () => {
    const all = Array.from({ length: 10 }, (_, i) => alive(i, 39_000));
    const peak = Array.from({ length: 5 }, (_, i) => alive(10_000 + i, 25_000));
    expect(aliveAtOnce([...all, ...peak], terms)).toBe(15);
  });
});

it('calls in step have r near 1, calls that are spread near 0', () => {
  const inStep = fleetOf({ clients: 50, interval: [2_700, 2_700], within: 20, seed: 3 });
  const spread = fleetOf({ clients: 500, interval: [2_700, 2_700], within: 2_700, seed: 3 });
  expect(synchronyOf(bySecond(inOrder(inStep)), 2_700).r).toBeGreaterThan(0.99);
  expect(synchronyOf(bySecond(inOrder(spread)), 2_700).r).toBeLessThan(0.15);
});
