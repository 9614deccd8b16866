/**
 * `simulate` from end to end: the built command line. Nothing here depends on the machine, so figures
 * are exact.
 */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { violations } from '../../src/measure/invariants.ts';
import type { Result } from '../../src/measure/result.ts';
import { resultSchema } from '../../src/measure/result-schema.ts';
import { temporaryFolder } from '../temporary.ts';
import { cli, fixture, startScript } from './cli.ts';

const simulate = (...args: string[]) => cli(['simulate', ...args, '--out', temporaryFolder()]);

/** The document without run id and wall clock, as text. */
function comparable(stdout: string): string {
  const result = JSON.parse(stdout) as Result;
  const { id: _, startedAt: __, wallSeconds: ___, ...run } = result.run;
  return JSON.stringify({ ...result, run });
}

test('a day of the default scenario: over a billion requests, twice the same document', async () => {
  const [one, other] = await Promise.all([simulate('--json'), simulate('--json')]);
  expect(one.code).toBe(0);
  const result = JSON.parse(one.stdout) as Result;
  expect(() => resultSchema.parse(result)).not.toThrow();
  expect(violations(result)).toEqual([]);
  expect(result.run).toMatchObject({ engine: 'virtual', virtualSeconds: 86_400, partial: false });
  const [reference] = result.subjects;
  expect(reference!.totals.requests.offered).toBeGreaterThan(1e9);
  expect(Object.keys(reference!.phases)).toEqual(['coldStart', 'steadyState']);
  expect(comparable(other.stdout)).toBe(comparable(one.stdout));
});

test('the herds of clients without jitter, and none of the reference client', async () => {
  const { stdout } = await simulate(
    'busy-hourly-expiry',
    '--subject',
    'preset:alicloud-node,preset:alicloud-java,reference',
    '--json',
  );
  const { subjects } = JSON.parse(stdout) as Result;
  const refresh = (index: number) => subjects[index]!.windows['refresh-in-step']!.totals;
  const { processes } = subjects[0]!;
  // No single flight: more calls than processes. With it, one each; both within the start's seconds.
  expect(refresh(0).assumeRole.calls).toBeGreaterThan(1.5 * processes);
  expect(refresh(1).assumeRole.calls).toBe(processes);
  expect(refresh(1).assumeRole.peakPerSecond).toBeGreaterThan(processes / 5);
  expect(refresh(1).stalls.requests).toBeGreaterThan(processes);
  expect(refresh(2).assumeRole.calls).toBe(0);
});

test('several seeds give intervals, and the thresholds are held against each', async () => {
  const { code, stdout } = await simulate('cold-start', '--replications', '5', '--json');
  const [subject] = (JSON.parse(stdout) as Result).subjects;
  expect(code).toBe(0);
  expect(subject!.replications).toMatchObject({ count: 5 });
  expect(subject!.replications!.seeds[0]).toBe(80);
  const spread = subject!.replications!.figures['totals.stalls.requests']!;
  expect(spread.low).toBeLessThan(spread.mean);
  expect(spread.max).toBeGreaterThan(spread.min);
});

test('--check-determinism simulates twice and says so', async () => {
  const { code, stderr } = await simulate('smoke', '--check-determinism');
  expect(code).toBe(0);
  expect(stderr).toContain('both gave the same figures');
});

test('--no-skip-ahead simulates every request and agrees', async () => {
  const [skipped, singly] = await Promise.all([
    simulate('smoke', '--json'),
    simulate('smoke', '--no-skip-ahead', '--json'),
  ]);
  const of = (text: string) => (JSON.parse(text) as Result).subjects[0]!;
  expect(of(singly.stdout).totals.requests).toEqual(of(skipped.stdout).totals.requests);
  expect(of(singly.stdout).totals.assumeRole).toEqual(of(skipped.stdout).totals.assumeRole);
});

test('all presets stand in one table', async () => {
  const { stdout } = await simulate('cold-start', '--subject', 'preset:*');
  const rows = stdout
    .split('\n')
    .filter((line) => /^(alicloud|ali-oss|aws|botocore|azure)/.test(line));
  expect(rows.length).toBeGreaterThan(15);
  expect(rows.find((row) => row.startsWith('alicloud-java '))).toMatch(/alicloud-java +80 /);
});

test('the page that compares SDKs is what its command gives', async () => {
  const script = fileURLToPath(new URL('../../docs/sdk-comparison.mjs', import.meta.url));
  const { code, stderr } = await startScript(script, ['--check']).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}, 400_000);

test('a failed threshold is exit code 99', async () => {
  const { code } = await simulate(fixture('strict.yaml'));
  expect(code).toBe(99);
});

describe('refused with exit code 2 before anything is simulated', () => {
  test.each([
    [['--subject', 'nobody'], 'nobody'],
    [['--subject', 'preset:alicloud-jva'], 'preset:alicloud-java'],
    [['--subject', 'module:./client.mjs'], 'client.mjs'],
    [['--replications', '0'], '--replications'],
    [['--seed', '-1'], '--seed'],
  ])('%j', async (args, text) => {
    const out = temporaryFolder();
    const { code, stdout, stderr } = await cli(['simulate', 'smoke', ...args, '--out', out]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(text);
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
  });

  test('a preset is not replayed live', async () => {
    const { code, stderr } = await cli(['run', 'smoke', '--subject', 'preset:alicloud-java']);
    expect(code).toBe(2);
    expect(stderr).toContain('sts-harness simulate');
  });
});

test('Ctrl-C ends in a partial report and exit code 130', async () => {
  const { code, stdout } = await cli(
    ['simulate', '--no-skip-ahead', '--json', '--out', temporaryFolder()],
    {
      onStderr: (() => {
        let signalled = false;
        return (text, signal) => {
          if (signalled || !text.includes('AssumeRole calls')) return;
          signalled = true;
          signal('SIGINT');
        };
      })(),
    },
  );
  const result = JSON.parse(stdout) as Result;
  expect(code).toBe(130);
  expect(result).toMatchObject({ verdict: 'aborted', run: { partial: true } });
  expect(result.run.virtualSeconds).toBeLessThan(86_400);
  expect(violations(result)).toEqual([]);
});
