import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstDifference } from '../../src/cli/first-difference.ts';

const subjects = [
  { name: 'reference', totals: { calls: 80, rest: null }, timeline: [{ at: 0 }, { at: 60 }] },
  { name: 'uncached', totals: { calls: 9_000, rest: 1.5 }, timeline: [] },
];

test('two documents that say the same differ nowhere', () => {
  expect(firstDifference(subjects, structuredClone(subjects), 'subjects')).toBeUndefined();
  expect(firstDifference(Number.NaN, Number.NaN, 'a number')).toBeUndefined();
  expect(firstDifference(null, null, 'nothing')).toBeUndefined();
});

test.each<[what: string, other: unknown, path: string]>([
  [
    'a number',
    [{ ...subjects[0], totals: { calls: 81, rest: null } }, subjects[1]],
    '0.totals.calls',
  ],
  [
    'a number for nothing',
    [{ ...subjects[0], totals: { calls: 80, rest: 0 } }, subjects[1]],
    '0.totals.rest',
  ],
  [
    'the last bit',
    [subjects[0], { ...subjects[1], totals: { calls: 9_000, rest: 1.5 + 2e-16 } }],
    '1.totals.rest',
  ],
  ['an element too few', [subjects[0]], '1'],
  ['an element too many', [...subjects, {}], '2'],
  ['a key of its own', [{ ...subjects[0], note: 'new' }, subjects[1]], '0.note'],
  ['a key too few', [subjects[0], { name: 'uncached', timeline: [] }], '1.totals'],
  ['an object for a text', [{ ...subjects[0], name: {} }, subjects[1]], '0.name'],
])('a difference is found by its path: %s', (_, other, path) => {
  expect(firstDifference(subjects, other, 'subjects')).toBe(`subjects.${path}`);
  expect(firstDifference(other, subjects, 'subjects')).toBe(`subjects.${path}`);
});

test('of several differences the first is told', () => {
  const other = structuredClone(subjects);
  other[0]!.timeline[1]!.at = 61;
  other[1]!.name = 'static-keys';
  expect(firstDifference(subjects, other, 'subjects')).toBe('subjects.0.timeline.1.at');
});

test('a difference is told if and only if the documents’ texts differ', () => {
  // Few keys and few values, so that documents have much in common.
  const key = fc.constantFrom('calls', 'stalls');
  const leaf = fc.constantFrom(0, 1, null, 'text');
  const nodes = fc.dictionary(key, fc.oneof(leaf, fc.array(leaf, { minLength: 1, maxLength: 2 })));
  const documents = fc.dictionary(key, fc.oneof(leaf, nodes));
  fc.assert(
    fc.property(documents, documents, (one, other) => {
      const isSame = firstDifference(one, other, 'document') === undefined;
      expect(isSame).toBe(textOf(one) === textOf(other));
      expect(firstDifference(one, structuredClone(one), 'document')).toBeUndefined();
    }),
  );
});

/** With keys in order. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, child: unknown) =>
    typeof child === 'object' && child !== null && !Array.isArray(child)
      ? Object.fromEntries(Object.entries(child).sort(([a], [b]) => (a < b ? -1 : 1)))
      : child,
  );
}
