/**
 * The main job from end to end: the built command line, real threads, a real mock over TLS. What is
 * asserted are counts and relations, never the speed of this machine.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { violations } from '../../src/measure/invariants.ts';
import type { Result, SubjectResult } from '../../src/measure/result.ts';
import { resultSchema } from '../../src/measure/result-schema.ts';
import { accessKeyOf } from '../../src/scenario/identities.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { temporaryFolder } from '../temporary.ts';
import { cli, fixture, runJson, startScript } from './cli.ts';

test('run smoke --json prints one valid result document and keeps the same one', async () => {
  const out = temporaryFolder();
  const { code, stdout, stderr } = await cli(['run', 'smoke', '--json', '--out', out]);
  const result = JSON.parse(stdout) as Result;
  expect(() => resultSchema.parse(result)).not.toThrow();
  expect(violations(result)).toEqual([]);
  expect({ code, verdict: result.verdict }).toEqual({ code: 0, verdict: 'passed' });
  expect(result.subjects[0]!.totals.assumeRole).toMatchObject({ calls: 8, succeeded: 8 });
  expect(readdirSync(out)).toEqual([result.run.id]);
  const kept = readFileSync(join(out, result.run.id, 'result.json'), 'utf8');
  expect(JSON.parse(kept)).toEqual(result);
  expect(stderr).toMatch(/AssumeRole\/s/);
});

test('cold-start: one call per concurrent first request for the SDK, one per process for ours', async () => {
  const { result } = await runJson(['cold-start', '--subject', 'alibaba-sdk,reference']);
  const [sdk, reference] = result.subjects as [SubjectResult, SubjectResult];
  expect(violations(result)).toEqual([]);
  expect(reference.totals.assumeRole.calls).toBe(reference.processes);
  expect(reference.totals.assumeRole.throttled).toBe(0);
  // Without single flight, each request that has to wait makes a call of its own.
  expect(sdk.totals.assumeRole.calls).toBe(sdk.totals.stalls.requests);
  expect(sdk.totals.assumeRole.calls).toBeGreaterThan(2 * sdk.processes);
});

test('one worker and two replay the same plan and agree on every count', async () => {
  const results = [];
  for (const workers of ['1', '2']) {
    results.push((await runJson([fixture('two-hosts.yaml'), '--workers', workers])).result);
  }
  const [one, two] = results.map((result) => result.subjects[0]!) as [SubjectResult, SubjectResult];
  for (const group of ['first', 'second']) {
    const counts = (subject: SubjectResult) => {
      const { requests, assumeRole } = subject.apps[group]!.totals;
      return { ...requests, calls: assumeRole.calls, succeeded: assumeRole.succeeded };
    };
    expect(counts(two)).toEqual(counts(one));
  }
  expect(two.apps.second!.totals.requests.offered).toBe(400);
  // Half a second without a credential at 400 requests a second: about 200 stalls, of which the
  // machine's own delays add or take a few.
  const stalls = (subject: SubjectResult) => subject.totals.stalls.requests;
  expect(stalls(one)).toBeGreaterThan(150);
  expect(Math.abs(stalls(two) / stalls(one) - 1)).toBeLessThan(0.2);
  expect(two.totals.throughput.completedPerSecond).toBeCloseTo(
    one.totals.throughput.completedPerSecond,
    -1,
  );
});

describe('fast-forward', () => {
  test.each(['alibaba-sdk', 'reference'])(
    '%s: a gap swallows no refresh and makes no herd',
    async (name) => {
      const { result } = await runJson([fixture('spread-starts.yaml'), '--subject', name]);
      const [subject] = result.subjects as [SubjectResult];
      expect(violations(result)).toEqual([]);
      expect(result.run.wallSeconds).toBeLessThan(60);
      expect(subject.fastForward.mode).toBe('hops');
      const gaps = subject.timeline.filter((bucket) => bucket.gap);
      // The end of the cold start cuts the first gap in two.
      const first = gaps
        .filter(({ at }) => at < 2_700)
        .reduce((sum, bucket) => sum + bucket.assumeRole, 0);
      const refreshes = gaps.filter(({ at }) => at >= 2_700).map((bucket) => bucket.assumeRole);
      if (name === 'alibaba-sdk') {
        // 40 starts over ten minutes: ten refreshes in each quarter of the ten minutes from 45 min on.
        // A second request that comes while the first waits makes a second call: a few of them.
        expect(first).toBeGreaterThanOrEqual(39);
        expect(first).toBeLessThanOrEqual(45);
        expect(subject.totals.assumeRole.calls).toBe(subject.totals.stalls.requests);
        expect(refreshes.map((calls) => Math.round(calls / 5))).toEqual([2, 2, 2, 2]);
      } else {
        // Ours adds up to 7.5 minutes of jitter, so the last ones come after the last window.
        expect(refreshes.every((calls) => calls > 0)).toBe(true);
      }
      expect(subject.totals.assumeRole.slidingPeakPerSecond).toBeLessThanOrEqual(3);
      expect(subject.totals.assumeRole.throttled).toBe(0);
    },
  );

  test('a herd in a gap is the herd that a window shows', async () => {
    const figures = [];
    for (const file of ['herd-in-window.yaml', 'herd-in-gap.yaml']) {
      const { result } = await runJson([fixture(file), '--subject', 'alibaba-sdk']);
      const [subject] = result.subjects as [SubjectResult];
      const atStart = subject.windows.start!.totals.assumeRole.calls;
      const { calls, slidingPeakPerSecond } = subject.totals.assumeRole;
      figures.push({ calls: calls - atStart, slidingPeakPerSecond });
    }
    const [inWindow, inGap] = figures as [(typeof figures)[0], (typeof figures)[0]];
    // 40 processes, 20 requests a second each, 50 ms without a fresh credential: about two calls each.
    expect(inWindow.calls).toBeGreaterThan(60);
    expect(Math.abs(inGap.calls / inWindow.calls - 1)).toBeLessThan(0.25);
    expect(inGap.slidingPeakPerSecond).toBeLessThan(1.5 * inWindow.slidingPeakPerSecond);
  });

  test('a client that declares nothing takes its real time, and is told so', async () => {
    const { result, stderr } = await runJson([
      fixture('short-gap.yaml'),
      '--subject',
      `module:${fixture('clients/undeclared.mjs')}`,
    ]);
    expect(stderr).toContain('is not fast-forwarded');
    expect(result.subjects[0]!.fastForward).toMatchObject({ mode: 'none', hops: 0 });
    expect(result.run.wallSeconds).toBeGreaterThan(3);
  });
});

describe('what goes wrong', () => {
  test('a malformed scenario gets all its problems at once and exit code 2', async () => {
    const { code, stderr, stdout } = await cli(['run', fixture('malformed.yaml')]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const text of [
      'duration',
      'parsecs',
      'rolle',
      'load.rate',
      '400',
      'windows',
      'malformed.yaml',
    ]) {
      expect(stderr).toContain(text);
    }
    expect(stderr).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  });

  test.each([
    [['run', 'smoke', '--subject', 'nobody'], 'nobody'],
    [['run', 'smoke', '--workers', '0'], '--workers'],
    [['run', 'smoke', '--seed', 'x'], '--seed'],
    [['run', 'smok'], 'smoke'],
    [['run', 'smoke', '--out', '/dev/null/x'], '--out'],
    [['run', 'smoke', '--out', '/proc/x/y'], '--out'],
    [['rnu'], 'run'],
    [['run', 'smoke', '--pase', 'real'], '--pace'],
  ])('%j is refused with exit code 2 before any load', async (args, text) => {
    const { code, stderr, stdout } = await cli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(text);
  });

  test('a failed threshold is exit code 99', async () => {
    const { code, result } = await runJson([fixture('strict.yaml')]);
    expect({ code, verdict: result.verdict }).toEqual({ code: 99, verdict: 'failed' });
  });

  test('Ctrl-C once ends in a partial report and exit code 130', async () => {
    let signalled = false;
    const { code, result, stderr } = await runJson(['smoke'], {
      onStderr: (text, signal) => {
        if (signalled || !text.includes('AssumeRole/s')) return;
        signalled = true;
        signal('SIGINT');
      },
    });
    expect(code).toBe(130);
    expect(stderr).toContain('Stopping');
    expect(result.run.partial).toBe(true);
    expect(result.verdict).toBe('aborted');
    expect(result.run.virtualSeconds).toBeLessThan(9);
    expect(violations(result)).toEqual([]);
  });

  test('a mock that dies leaves a partial result that says so, and exit code 97', async () => {
    const { code, stdout } = await startScript(fixture('lose-mock.mjs'), [
      '--out',
      temporaryFolder(),
    ]).ended;
    const result = JSON.parse(stdout) as Result;
    expect(code).toBe(97);
    expect(result.run.partial).toBe(true);
    expect(result.subjects[0]!.validity.reasons.join()).toContain('the mock STS died');
    expect(result.subjects[0]!.totals.requests.completed).toBeGreaterThan(0);
  });

  test('no secret and no token is written anywhere', async () => {
    const scenario = loadScenario(fixture('strict.yaml'), { scenariosDirectory: '' });
    const { accessKeyId, accessKeySecret } = accessKeyOf(scenario, scenario.apps[0]!);
    const out = temporaryFolder();
    for (const subject of ['reference', 'alibaba-sdk', 'uncached']) {
      const ended = await cli(['run', fixture('strict.yaml'), '--subject', subject, '--out', out]);
      const kept = readdirSync(out).map((id) => readFileSync(join(out, id, 'result.json'), 'utf8'));
      const text = [ended.stdout, ended.stderr, ...kept].join();
      expect(text).toContain('demo');
      expect(text).not.toContain(accessKeySecret);
      expect(text).not.toContain(accessKeyId);
      expect(text).not.toMatch(/CAIS[A-Za-z0-9+/=]{20}|STS\.[A-Za-z0-9]{20}/);
    }
  });

  test('a worker thread that dies leaves a partial result that says so, and exit code 97', async () => {
    const { code, result } = await runJson([
      'smoke',
      '--subject',
      `module:${fixture('clients/dies.mjs')}`,
    ]);
    expect(code).toBe(97);
    expect(result.run.partial).toBe(true);
    expect(result.verdict).toBe('invalid');
    expect(result.subjects[0]!.validity.reasons.join()).toContain('worker thread 1 of 1 died');
    expect(result.subjects[0]!.totals.requests.completed).toBeGreaterThan(0);
  });
});
