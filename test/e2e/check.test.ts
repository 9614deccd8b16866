/** `sts-harness check`, as a user runs it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../src/verdict/checks/registry.ts';
import type { CheckReport } from '../../src/verdict/checks/report.ts';
import { temporaryFolder } from '../temporary.ts';
import { cli, shippedSchema, startScript } from './cli.ts';

const ONE_CHECK = ['--only', 'single-flight-first'];
const check = (...args: string[]) => cli(['check', ...args]);

test('the reference client passes every check', async () => {
  const { code, stdout, stderr } = await check('reference', '--json');
  const report = JSON.parse(stdout) as CheckReport;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(report.counts).toEqual({ passed: CHECKS.length, failed: 0, skipped: 0 });
  expect(shippedSchema('check').safeParse(report).error).toBeUndefined();
});

test('a client that fails is told what was seen, and exits with 99', async () => {
  const directory = temporaryFolder();
  const junit = join(directory, 'junit.xml');
  const { code, stdout } = await check('uncached', ...ONE_CHECK, '--report', `junit=${junit}`);
  expect(code).toBe(99);
  expect(stdout).toMatch(/✗ single-flight-first/);
  expect(stdout).toMatch(/seen +100 calls, the first at 0:00:00/);
  expect(stdout).toMatch(/0 passed · 1 failed · 0 skipped/);
  expect(readFileSync(junit, 'utf8')).toMatch(
    /<testcase classname="uncached: Calls" name="single-flight-first">\s*<failure message="100 calls/,
  );
});

test('a module of one’s own is a path, and the same twice', async () => {
  const file = join(temporaryFolder(), 'client.mjs');
  writeFileSync(
    file,
    'export default ({ assumeRole }) => { let one; return { getCredentials: () => (one ??= assumeRole()) }; };',
  );
  const args = [file, '--only', 'single-flight-first', 'never-serves-expired', '--json'];
  const [first, second] = [await check(...args), await check(...args)];
  expect(first.code).toBe(99);
  expect(first.stdout).toBe(second.stdout);
  const { checks } = JSON.parse(first.stdout) as CheckReport;
  expect(checks.map(({ name, status }) => [name, status])).toEqual([
    ['single-flight-first', 'passed'],
    ['never-serves-expired', 'failed'],
  ]);
});

test('what a client does not offer is skipped with the reason', async () => {
  const { code, stdout } = await check('alibaba-sdk', '--only', 'close-twice');
  expect(code).toBe(0);
  expect(stdout).toMatch(/– close-twice +the client has no close\(\)/);
});

test('a limit can be set', async () => {
  const args = ['reference', '--only', 'refreshes-before-expiry'];
  expect((await check(...args, '--limit', 'spare=1m')).code).toBe(0);
  const { code, stdout } = await check(...args, '--limit', 'spare=50m');
  expect(code).toBe(99);
  expect(stdout).toContain('has more than 50 min left');
});

test('limits can stand in a file, which flags beat', async () => {
  const file = join(temporaryFolder(), 'limits.yaml');
  writeFileSync(file, '# Ours.\nspare: 50m\nherd-share: 20%\n');
  const args = ['reference', '--only', 'refreshes-before-expiry', '--limits', file, '--json'];
  const ofFile = await check(...args);
  expect(ofFile.code).toBe(99);
  expect(JSON.parse(ofFile.stdout)).toMatchObject({
    limits: { spareMs: 3_000_000, herdShareMax: 0.2 },
  });
  const { code, stdout } = await check(...args, '--limit', 'spare=1m');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ limits: { spareMs: 60_000, herdShareMax: 0.2 } });
});

test('--list names every check and what it proves', async () => {
  const { code, stdout } = await check('--list');
  expect(code).toBe(0);
  for (const { name } of CHECKS) expect(stdout).toContain(`  ${name} `);
});

test('the page on conformance is what its command gives', { timeout: 900_000 }, async () => {
  const script = fileURLToPath(new URL('../../docs/conformance.mjs', import.meta.url));
  const { code, stderr } = await startScript(script, ['--check']).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

describe('refused with exit code 2', () => {
  test.each([
    [[], 'reference, alibaba-sdk'],
    [['nobody'], 'found "nobody"; allowed: one of: reference, alibaba-sdk'],
    [['nobody'], 'the path of a module such as ./my-client.ts'],
    [['refrence'], 'did you mean reference?'],
    [['./nowhere.ts'], './nowhere.ts does not exist'],
    [['reference', '--only', 'single-fligth-first'], 'such as single-flight-first'],
    [['reference', '--limit', 'spar=1m'], 'did you mean spare'],
    [['reference', '--limit', 'spare=much'], 'a duration such as'],
    [['reference', '--limits', './nowhere.yaml'], './nowhere.yaml (ENOENT)'],
    [['reference', '--seed', '-1'], '--seed'],
    [['reference', '--report', 'pdf=x'], 'junit'],
  ])('%j', async (args, text) => {
    const { code, stdout, stderr } = await check(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(text);
  });
});
