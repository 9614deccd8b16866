import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import { temporaryFolder } from '../temporary.ts';
import { file as example, scenarioWith } from './example.ts';

const scenariosDirectory = temporaryFolder();

/** A scenario file with `sts.latency: {from}`, a result beside it, and what loading it gives. */
function loaded(from: unknown, result?: unknown) {
  const directory = temporaryFolder();
  mkdirSync(join(directory, 'kept'));
  const text = typeof result === 'string' ? result : JSON.stringify(result);
  if (result !== undefined) writeFileSync(join(directory, 'kept/result.json'), text);
  const file = join(directory, 'scenario.yaml');
  writeFileSync(file, JSON.stringify({ ...example, sts: { latency: { from } } }));
  return loadScenario(file, { scenariosDirectory });
}

const latency = { count: 40, meanMs: 33, p50Ms: 31, p90Ms: 50, p99Ms: 82.5, maxMs: 90 };
const resultWith = (realSts: unknown) => ({
  schemaVersion: 1,
  subjects: [{ name: 'a' }, { realSts }],
});

test('the measured median and 99th percentile are those of the scenario', () => {
  const { sts } = loaded('kept/result.json', resultWith({ latency }));
  expect(sts.latency).toEqual({ medianMs: 31, p99Ms: 82.5 });
});

test('what was measured changes the hash: results on it are those of another scenario', () => {
  const hashWith = (p99Ms: number) =>
    loaded('kept/result.json', resultWith({ latency: { ...latency, p99Ms } })).hash;
  expect(hashWith(82.5)).toBe(hashWith(82.5));
  expect(hashWith(82.5)).not.toBe(hashWith(83));
});

describe('is refused with the file, the place, what was found and what is allowed', () => {
  test.each([
    ['a file that is not there', 'kept/none.json', undefined, 'kept/none.json (ENOENT)'],
    ['no JSON', 'kept/result.json', '{', 'kept/result.json, which is none'],
    ['another document', 'kept/result.json', { subjects: 1 }, 'kept/result.json, which is none'],
    ['a run against the mock', 'kept/result.json', { subjects: [{}] }, 'which is none'],
    [
      'a run in which no call succeeded',
      'kept/result.json',
      resultWith({ latency: { ...latency, count: 0, p50Ms: 0, p99Ms: 0 } }),
      'where no call succeeded',
    ],
  ])('%s', (_name, from, result, found) => {
    const load = () => loaded(from, result);
    expect(load).toThrow('sts.latency.from: found');
    expect(load).toThrow(found);
    expect(load).toThrow('the result.json of a run with --target real');
  });

  test('a path that is none', () => {
    expect(() => loaded(5)).toThrow(
      'sts.latency.from: found 5; allowed: the path of a result.json',
    );
  });

  test('a key that is none of either form', () => {
    expect(() => scenarioWith({ sts: { latency: { median: '1ms', p9: '2ms' } } })).toThrow('p9');
  });
});
