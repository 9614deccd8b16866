/**
 * The same numbers everywhere: checksums of everything that a run computes from its seed with.
 * Where one differs, that machine or Node version would give other results than the rest, silently.
 */
import { describe, expect, test } from 'vitest';
import { poisson } from '../../src/kernel/counts.ts';
import { drawMs } from '../../src/kernel/distribution.ts';
import { normalCdf } from '../../src/kernel/normal.ts';
import { cosOfTurns, exp, log, log1p, sinOfTurns } from '../../src/kernel/portable-math.ts';
import { type Rng, stream } from '../../src/kernel/rng.ts';

const ARGUMENTS = 200_000;

/** All bits of all results, FNV-1a with two steps a number. */
function checksum(name: string, result: (rng: Rng, index: number) => number): string {
  const rng = stream(1, 'portable-math', name);
  const double = new DataView(new ArrayBuffer(8));
  let hash = 0x811c9dc5;
  for (let i = 0; i < ARGUMENTS; i += 1) {
    double.setFloat64(0, result(rng, i));
    hash = Math.imul(hash ^ double.getInt32(0), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15) ^ double.getInt32(4), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

const CHECKSUMS: Record<string, (rng: Rng, index: number) => number> = {
  exp: (rng, i) => exp(rng.between(-1, 1) * (i % 2 === 0 ? 4 : 745)),
  log: (rng, i) => log(i % 2 === 0 ? rng.next() : exp(rng.between(-740, 700))),
  log1p: (rng) => log1p(rng.between(-1, 1)),
  cosOfTurns: (rng) => cosOfTurns(rng.between(-2, 2)),
  sinOfTurns: (rng) => sinOfTurns(rng.between(-2, 2)),
  'Math.sqrt': (rng) => Math.sqrt(1e9 * rng.next()),
  '2 ** whole': (_, i) => 2 ** ((i % 2_000) - 1_000),
  normalCdf: (rng) => normalCdf(rng.between(-8, 8)),
  'Rng.normal': (rng) => rng.normal(),
  'Rng.exponential': (rng) => rng.exponential(),
  poisson: (rng, i) => poisson(i % 30, rng),
  'log-normal draws': (rng) => drawMs({ medianMs: 12, p99Ms: 80 }, rng),
};

test('results are the same bit for bit on every machine and Node version', () => {
  const found = Object.entries(CHECKSUMS).map(([name, result]) => [name, checksum(name, result)]);
  expect(Object.fromEntries(found)).toMatchInlineSnapshot(`
    {
      "2 ** whole": "50ebf6b2",
      "Math.sqrt": "b7a0af76",
      "Rng.exponential": "bb67980e",
      "Rng.normal": "96585980",
      "cosOfTurns": "b8e2d71d",
      "exp": "15a100a8",
      "log": "00e9c6c9",
      "log-normal draws": "8aac4c17",
      "log1p": "9c2f11af",
      "normalCdf": "465f5b42",
      "poisson": "dd543b33",
      "sinOfTurns": "0e8226cb",
    }
  `);
});

describe('and they are right', () => {
  const ulpOf = (value: number) => {
    const double = new DataView(new ArrayBuffer(8));
    double.setFloat64(0, Math.abs(value));
    double.setBigInt64(0, double.getBigInt64(0) + 1n);
    return double.getFloat64(0) - Math.abs(value);
  };
  const worstInUlps = (
    ours: (x: number) => number,
    engine: (x: number) => number,
    argument: (rng: Rng) => number,
  ) => {
    const rng = stream(2, 'portable-math');
    let worst = 0;
    for (let i = 0; i < 50_000; i += 1) {
      const x = argument(rng);
      worst = Math.max(worst, Math.abs(ours(x) - engine(x)) / ulpOf(engine(x)));
    }
    return worst;
  };

  test('within a unit or two in the last place of the engine’s, which are not exact either', () => {
    expect(worstInUlps(exp, Math.exp, (rng) => rng.between(-745, 709))).toBeLessThanOrEqual(1);
    expect(worstInUlps(exp, Math.exp, (rng) => rng.between(-2, 2))).toBeLessThanOrEqual(1);
    expect(worstInUlps(log, Math.log, (rng) => rng.between(0, 3))).toBeLessThanOrEqual(2);
    expect(worstInUlps(log, Math.log, (rng) => Math.exp(rng.between(-744, 709)))).toBeLessThan(2);
    const small = (rng: Rng) => rng.between(-1, 1) * Math.exp(rng.between(-40, 0));
    expect(worstInUlps(log1p, Math.log1p, small)).toBeLessThanOrEqual(3);
  });

  test('a turn is a whole circle', () => {
    const rng = stream(3, 'portable-math');
    for (let i = 0; i < 50_000; i += 1) {
      const turns = rng.between(-3, 3);
      expect(Math.abs(cosOfTurns(turns) - Math.cos(2 * Math.PI * turns))).toBeLessThan(1e-14);
      expect(Math.abs(sinOfTurns(turns) - Math.sin(2 * Math.PI * turns))).toBeLessThan(1e-14);
    }
    expect([0, 1, 2, 3, 4].map((quarters) => cosOfTurns(quarters / 4) + 0)).toEqual([
      1, 0, -1, 0, 1,
    ]);
    expect([0, 1, 2, 3, 4].map((quarters) => sinOfTurns(quarters / 4) + 0)).toEqual([
      0, 1, 0, -1, 0,
    ]);
  });

  test('at and beyond the ends of the range', () => {
    const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;
    expect([0, 710, -746, POSITIVE_INFINITY, NEGATIVE_INFINITY, Number.NaN].map(exp)).toEqual([
      1,
      POSITIVE_INFINITY,
      0,
      POSITIVE_INFINITY,
      0,
      Number.NaN,
    ]);
    expect([1, 0, -1, POSITIVE_INFINITY, Number.NaN].map(log)).toEqual([
      0,
      NEGATIVE_INFINITY,
      Number.NaN,
      POSITIVE_INFINITY,
      Number.NaN,
    ]);
    expect([exp(709.78), exp(-745)]).toEqual([Math.exp(709.78), Number.MIN_VALUE]);
    expect(log(Number.MIN_VALUE)).toBe(Math.log(Number.MIN_VALUE));
    expect([log1p(-1), log1p(0), log1p(1e-300)]).toEqual([NEGATIVE_INFINITY, 0, 1e-300]);
  });
});
