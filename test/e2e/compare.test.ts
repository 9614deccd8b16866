/**
 * What docs/ci.md tells, from end to end: simulate, accept a baseline, compare, report; thresholds that
 * end a run; and what GitHub Actions is shown, only where it is there.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../src/measure/result.ts';
import type { Comparison } from '../../src/verdict/compare.ts';
import { temporaryFolder } from '../temporary.ts';
import { cli, fixture, runJson, shippedSchema } from './cli.ts';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

/** The document of a simulation of smoke, kept in a file. */
async function simulated(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await cli(['simulate', ...args, '--json', '--out', temporaryFolder()]);
  writeFileSync(at(name), stdout);
  return at(name);
}

let reference: string;
let baseline: string;
beforeAll(async () => {
  reference = await simulated('reference.json', 'smoke');
  const { stdout } = await cli(['baseline', 'accept', reference, '--dir', at('baseline')]);
  baseline = stdout.split(':')[0]!;
});

describe('a baseline', () => {
  test('is kept by scenario and engine, and the same simulation is the same', async () => {
    expect(baseline).toBe(at('baseline/smoke.virtual.json'));
    const { code, stdout } = await cli(['compare', baseline, reference]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^SAME {2}reference in smoke/);
  });

  test('tells a client that got worse: exit code 98, and what is worse in every report', async () => {
    const candidate = await simulated('sdk.json', 'smoke', '--subject', 'alibaba-sdk');
    const junit = at('reports/compare.xml');
    const { code, stdout } = await cli([
      'compare',
      baseline,
      candidate,
      '--allow',
      'subject',
      '--json',
      '--report',
      `junit=${junit}`,
    ]);
    expect(code).toBe(98);
    const comparison = JSON.parse(stdout) as Comparison;
    expect(comparison).toMatchObject({ rule: 'exact', verdict: 'worse' });
    expect(shippedSchema('comparison').safeParse(comparison).error).toBeUndefined();
    expect(comparison.figures).toContainEqual(
      expect.objectContaining({ path: 'totals.assumeRole.calls', change: 'worse' }),
    );
    expect(readFileSync(junit, 'utf8')).toContain('name="totals.assumeRole.calls"');
  });

  test.each<[string, (document: Result) => unknown, RegExp]>([
    [
      'a figure that is no number',
      (document) => {
        Object.assign(document.subjects[0]!.totals.stalls, { requests: 'three' });
        return document;
      },
      /edited\.json at subjects\.0\.totals\.stalls\.requests: found "three"/,
    ],
    [
      'another schema version',
      (document) => ({ ...document, schemaVersion: 2 }),
      /edited\.json at schemaVersion: found 2; allowed: 1/,
    ],
    ['something else', () => [1, 2], /edited\.json: found \[1,2\]/],
  ])('%s in a file is refused, with file and path', async (_, edit, message) => {
    const document = JSON.parse(readFileSync(reference, 'utf8')) as Result;
    writeFileSync(at('edited.json'), JSON.stringify(edit(document)));
    for (const args of [
      ['compare', baseline, at('edited.json')],
      ['baseline', 'accept', at('edited.json')],
      ['report', at('edited.json')],
    ]) {
      const { code, stderr } = await cli(args);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(stderr).toMatch(message);
    }
  });

  test('of another scenario or seed is refused with exit code 2', async () => {
    const seven = await simulated('seven.json', 'smoke', '--seed', '7');
    const { code, stderr, stdout } = await cli(['compare', baseline, seven]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('at run.seed: found 7; allowed:');
    const other = await simulated('other.json', fixture('strict.yaml'));
    expect((await cli(['compare', baseline, other])).stderr).toContain('run.scenarioHash');
  });

  test.each([
    [['--report', 'junti=x.xml'], 'did you mean junit?'],
    [['--report', 'junit'], '<format>=<file>'],
    [['--report', 'csv=x.csv'], 'one of: junit, markdown, github'],
    [['--allow', 'sead'], 'did you mean seed?'],
    [['--tolerance', 'much'], 'a share such as 5%'],
    [['--figures', 'totals.stals'], 'did you mean totals.stalls?'],
  ])('%j is refused with exit code 2', async (flags, text) => {
    const { code, stderr } = await cli(['compare', baseline, reference, ...flags]);
    expect(code).toBe(2);
    expect(stderr).toContain(text);
  });
});

describe('reports', () => {
  test.each(['junit', 'markdown', 'github', 'text', 'csv', 'benchmark-action', 'bencher'])(
    '%s is the same beside the run and made again from its document',
    async (format) => {
      const out = temporaryFolder();
      const file = at(`direct.${format}`);
      const { stdout } = await cli([
        'simulate',
        fixture('strict.yaml'),
        '--json',
        '--out',
        out,
        '--report',
        `${format}=${file}`,
      ]);
      const { run } = JSON.parse(stdout) as Result;
      const document = join(out, run.id, 'result.json');
      const again = await cli(['report', document, '--format', format]);
      expect(again.code).toBe(0);
      expect(again.stdout).toBe(readFileSync(file, 'utf8'));
      expect(again.stdout).not.toBe('');
    },
  );

  test('GitHub Actions is told by itself, where it is there and nowhere else', async () => {
    const args = ['simulate', fixture('strict.yaml'), '--out', temporaryFolder(), '--quiet'];
    const summary = at('step-summary.md');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const told = await cli(args, { env });
    expect(told.code).toBe(99);
    expect(told.stderr).toContain(
      '::error title=strict%3A thresholds%3A totals.assumeRole.calls < 2::',
    );
    expect(readFileSync(summary, 'utf8')).toContain('❌ failed');
    const untold = await cli(args);
    expect(untold.stderr).not.toContain('::error');
  });
});

describe('a threshold that may abort', () => {
  const scenario = at('aborting.yaml');
  beforeAll(() => {
    const strict = readFileSync(fixture('strict.yaml'), 'utf8');
    const aborting = strict
      .replace('duration: 2s', 'duration: 20s')
      .replace(
        '- totals.assumeRole.calls < 2',
        '- error: totals.assumeRole.calls < 2\n    abort: { after: 0s }',
      );
    writeFileSync(scenario, aborting);
  });

  test('ends a simulation, always at the same instant', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(async () => {
        const out = temporaryFolder();
        const { code, stdout } = await cli(['simulate', scenario, '--json', '--out', out]);
        expect(existsSync(out)).toBe(true);
        return { code, result: JSON.parse(stdout) as Result };
      }),
    );
    expect(one).toMatchObject({
      code: 105,
      result: { verdict: 'aborted', run: { partial: true } },
    });
    expect(one!.result.subjects[0]!.thresholds).toMatchObject([{ passed: false, abortedAt: 1 }]);
    expect(other!.result.subjects).toEqual(one!.result.subjects);
  });

  test('ends a live run, and the partial report is kept', async () => {
    const { code, result } = await runJson([scenario]);
    expect(code).toBe(105);
    expect(result).toMatchObject({ verdict: 'aborted', run: { partial: true } });
    expect(result.run.virtualSeconds).toBeLessThan(15);
    expect(result.subjects[0]!.thresholds[0]!.abortedAt).toBeGreaterThan(0);
    const kept = at('aborted.json');
    writeFileSync(kept, JSON.stringify(result));
    const { code: refused, stderr } = await cli(['baseline', 'accept', kept]);
    expect(refused).toBe(2);
    expect(stderr).toContain('aborted');
  });
});

test('a live run is repeated in turns, keeps each repetition, and can be compared with itself', async () => {
  const { code, result } = await runJson([
    fixture('strict.yaml'),
    '--subject',
    'reference,uncached',
    '--repeat',
    '3',
  ]);
  // A machine too busy for so small a load fails the test with the reasons, and it is tried once more.
  const reasons = result.subjects.flatMap(({ validity }) => validity.reasons);
  expect(reasons, 'the live run must be a valid one').toEqual([]);
  expect(code).toBe(99);
  expect(result.subjects.map(({ repetitions }) => repetitions?.length)).toEqual([3, 3]);
  expect(result.run.command).toContain('--repeat 3');
  const [reference, uncached] = result.subjects;
  for (const { figures } of reference!.repetitions!) {
    expect(figures['totals.assumeRole.calls']).toBe(2);
  }
  for (const { figures } of uncached!.repetitions!) {
    expect(figures['totals.assumeRole.calls']).toBeGreaterThan(50);
  }
  writeFileSync(at('live.json'), JSON.stringify(result));
  // Calls and stalls are 2 against 69: told on any machine. Its times are not asserted, nor the whole verdict.
  const told = async (subjects: string) => {
    const args = ['compare', at('live.json'), '--subject', subjects, '--json'];
    const { code, stdout } = await cli(args);
    const { rule, figures } = JSON.parse(stdout) as Comparison;
    expect(rule).toBe('repetitions');
    const counts = ['totals.assumeRole.calls', 'totals.stalls.requests'];
    const changes = figures.filter(({ path }) => counts.includes(path)).map(({ change }) => change);
    return { code, changes };
  };
  expect((await told('uncached,reference')).changes).toEqual(['better', 'better']);
  expect(await told('reference,uncached')).toEqual({ code: 98, changes: ['worse', 'worse'] });
  // The first subject is the candidate, unless told.
  const { stdout } = await cli(['compare', at('live.json')]);
  expect(stdout).toMatch(/^ {2}candidate .*, reference, 3 repetitions$/m);
});
