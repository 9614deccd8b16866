import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HarnessError } from '../../src/kernel/errors.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { app, file } from '../scenario/example.ts';

const rich = {
  ...file,
  sts: {
    latency: { median: '15ms', p99: '80ms' },
    quota: { perRole: 'off', limiter: 'fixed-window' },
  },
  faults: [{ kind: 'errors', at: '1m', for: '1m', share: '30%', code: 'InternalError' }],
  windows: [{ name: 'w', at: '1m', for: '5s' }],
  thresholds: ['totals.stalls.requests == 0'],
  compare: ['uncached'],
  defaults: {
    start: { mode: 'rolling', over: '5s' },
    work: { service: { median: '5ms', p99: '9ms' } },
  },
  apps: { a: { ...app, client: { subject: 'reference', depth: 1 } } },
};

function pathsIn(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...at]];
  const inside = Object.entries(value).flatMap(([key, part]) => pathsIn(part, [...at, key]));
  return at.length === 0 ? inside : [[...at], ...inside];
}

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

const mutations = fc.array(
  fc.tuple(
    fc.constantFrom(...pathsIn(rich)),
    fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('', '5', '5m', '-1s', '1e3/s', 'off', {}, [], null, 0, -1, 'reference'),
      fc.record({ at: fc.constant('1s'), for: fc.constant('2s'), kind: fc.constant('outage') }),
    ),
  ),
  { minLength: 1, maxLength: 4 },
);

test('whatever stands in a file, it is either a scenario or one error with problems that have places', () => {
  fc.assert(
    fc.property(mutations, (changes) => {
      let changed: unknown = rich;
      for (const [path, by] of changes) {
        const parent = path
          .slice(0, -1)
          .reduce<unknown>(
            (value, key) => (value as Record<string, unknown> | undefined)?.[key],
            changed,
          );
        if (typeof parent === 'object' && parent !== null) changed = replaced(changed, path, by);
      }
      try {
        const { hash } = parseScenario(JSON.stringify(changed, null, 1), 'fuzz.yaml');
        expect(hash).toMatch(/^[0-9a-f]{64}$/);
      } catch (error) {
        if (!(error instanceof HarnessError)) throw error;
        expect(error.problems.length).toBeGreaterThan(0);
        for (const { line, path, found, allowed } of error.problems) {
          expect(line).toBeGreaterThan(0);
          expect(path).not.toBe('');
          expect(found).not.toBe('');
          expect(allowed).not.toMatch(/invalid|undefined|\[object/i);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('arbitrary text is never a crash', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab:-[]{}#&*!|> \n"\'%@') }), (text) => {
      expect(() => parseScenario(text, 'fuzz.yaml')).toThrow(HarnessError);
    }),
    { numRuns: 500 },
  );
});
