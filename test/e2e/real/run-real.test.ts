/**
 * `run --target real` against the mock that poses as STS: its calls, its limits, and what it keeps. What is
 * counted is what STS received.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { violations } from '../../../src/measure/invariants.ts';
import { resultSchema } from '../../../src/measure/result-schema.ts';
import { type CliOptions, fixture } from '../cli.ts';
import { everyFileIn, keptResult, profileWithRole, simulatedWith, subject } from './kept.ts';
import {
  CANARY,
  ENDPOINT,
  type PosingSts,
  posingSts,
  sessionCalls,
  slidingPeak,
  VPC_ENDPOINT,
} from './posing-sts.ts';

/** The user's, and what STS issued: neither keys nor tokens. */
const SECRETS = [
  new RegExp(CANARY.accessKeySecret),
  new RegExp(CANARY.accessKeyId),
  /STS\.[A-Za-z0-9]{8}/,
  /CAIS/,
];

/** A machine that is busy with something else makes a run invalid: right, and not what this is about. */
const RAN = [0, 97];

let sts: PosingSts;
afterEach(() => sts.close());

/** A fault from the moment at which the user was shown what will be sent. */
function onceConfirmed(fault: Readonly<Record<string, string>>): CliOptions {
  let isAdded = false;
  return {
    onStderr: (text) => {
      if (isAdded || !text.includes('Against real STS')) return;
      isAdded = true;
      expect(sts.mock.faults.add(fault)).toMatchObject({ kind: 'added' });
    },
  };
}

describe('a run as it should be', () => {
  test('makes the predicted calls, below the ceiling in every second, by names that can be found', async () => {
    sts = await posingSts();
    const args = ['--budget', '10', '--ceiling', '5', '--session-prefix', 'rehearsal.7', '--yes'];
    const { code, out, stderr, stdout } = await sts.run('real/steady.yaml', args);
    expect(stderr).toContain('10 calls predicted, budget 10');
    expect(stderr).toContain('RAMUser acs:ram::1000000000000001:user/rehearsal');
    expect(RAN).toContain(code);
    const actions = sts.calls.map(({ action }) => action);
    expect(actions).toEqual(['GetCallerIdentity', ...Array(10).fill('AssumeRole')]);
    expect(slidingPeak(sts.calls)).toBeLessThanOrEqual(5);
    const trail = readFileSync(join(sts.home, 'trail.jsonl'), 'utf8').trim().split('\n');
    const named = trail.filter((line) => line.includes('"RoleSessionName":"rehearsal.7-'));
    expect(named).toHaveLength(10);
    const result = keptResult(out);
    expect(() => resultSchema.parse(result)).not.toThrow();
    expect(violations(result)).toEqual([]);
    expect(result.subjects[0]!.totals.assumeRole).toMatchObject({ calls: 10, succeeded: 10 });
    expect(result.subjects[0]!.realSts).toMatchObject({
      endpoint: ENDPOINT,
      sessionPrefix: 'rehearsal.7',
      budget: 10,
      ceilingPerSecond: 5,
      stoppedBy: null,
      latency: { count: 10 },
    });
    expect(stdout).toContain('--target real --budget 10');
    expect(stdout).not.toContain('--yes');
  });

  test('the latency that it measured is what a simulation then has', async () => {
    sts = await posingSts({ latency: { medianMs: 150, p99Ms: 150 } });
    const { out } = await sts.run('real/brief.yaml', ['--budget', '3', '--yes']);
    const result = keptResult(out);
    const { latency } = result.subjects[0]!.realSts!;
    expect(latency.count).toBe(3);
    expect(latency.p50Ms).toBeGreaterThanOrEqual(150);
    const simulated = await simulatedWith(join(out, result.run.id, 'result.json'));
    expect(simulated.subjects[0]!.latency.assumeRole.p50Ms).toBeCloseTo(latency.p50Ms, -2);
    expect(simulated.subjects[0]!.latency.assumeRole.p50Ms).toBeGreaterThan(140);
  });

  test('two subjects and two repetitions share one budget', async () => {
    sts = await posingSts();
    const args = ['--subject', 'reference,alibaba-sdk', '--repeat', '2', '--budget', '60', '--yes'];
    const { code, stderr } = await sts.run('real/brief.yaml', args);
    expect(RAN).toContain(code);
    // Three of ours in each; the official client calls for each request that waits, as many as come.
    expect(Number(/(\d+) calls predicted/.exec(stderr)![1])).toBeGreaterThanOrEqual(2 * (3 + 3));
    expect(sessionCalls(sts.calls).length).toBeGreaterThanOrEqual(2 * (3 + 3));
    expect(sessionCalls(sts.calls).length).toBeLessThanOrEqual(60);
    expect(slidingPeak(sts.calls)).toBeLessThanOrEqual(5);
  });

  test('the official client calls the VPC endpoint when told so', async () => {
    sts = await posingSts();
    const args = ['--endpoint', VPC_ENDPOINT, '--budget', '3', '--yes'];
    const { code, out } = await sts.run('real/brief.yaml', args);
    expect(RAN).toContain(code);
    expect(keptResult(out).subjects[0]!.realSts!.endpoint).toBe(VPC_ENDPOINT);
  });

  test('a module in TypeScript runs as it does against the mock', async () => {
    sts = await posingSts();
    const args = ['--subject', `module:${fixture('real/typed.ts')}`, '--budget', '3', '--yes'];
    const { code, out } = await sts.run('real/brief.yaml', args);
    expect(RAN).toContain(code);
    expect(sessionCalls(sts.calls)).toHaveLength(3);
    expect(keptResult(out).reasons.join(' ')).not.toContain('was refused it');
  });

  test('a dry run asks who is calling, and nothing else', async () => {
    sts = await posingSts();
    const { code, stdout } = await sts.run('real/steady.yaml', ['--budget', '10', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain('10 calls predicted');
    expect(stdout).toContain('of 100 calls/s at most');
    expect(sts.calls.map(({ action }) => action)).toEqual(['GetCallerIdentity']);
  });

  test('a dry run says what would be refused', async () => {
    sts = await posingSts();
    const small = await sts.run('real/steady.yaml', ['--budget', '9', '--dry-run']);
    expect(small).toMatchObject({ code: 2 });
    expect(small.stdout).toContain('Refused: 10 AssumeRole calls are predicted');
    const none = await sts.run('real/steady.yaml', ['--dry-run']);
    expect(none.stdout).toContain('Refused: --budget is missing');
    expect(sessionCalls(sts.calls)).toEqual([]);
  });
});

describe('limits hold where the calls arrive', () => {
  test('several workers start twenty clients at once', async () => {
    sts = await posingSts();
    const args = ['--budget', '60', '--workers', '3', '--yes'];
    const { out } = await sts.run('real/burst.yaml', args);
    expect(sessionCalls(sts.calls).length).toBeGreaterThanOrEqual(15);
    expect(sessionCalls(sts.calls).length).toBeLessThanOrEqual(60);
    expect(slidingPeak(sts.calls)).toBeLessThanOrEqual(5);
    expect(violations(keptResult(out))).toEqual([]);
  });

  test('clients without a cache, three workers, and a wall clock that jumps by ten minutes', async () => {
    sts = await posingSts();
    const args = ['--budget', '80', '--ceiling', '3', '--workers', '3', '--yes'];
    const env = { POSING_CLOCK_JUMPS: 'yes' };
    await sts.run('real/uncached.yaml', args, { env });
    const calls = sessionCalls(sts.calls);
    expect(calls.length).toBeGreaterThan(8);
    expect(slidingPeak(calls)).toBeLessThanOrEqual(3);
  });

  test('a module that behaves only while it is simulated ends at the budget', async () => {
    sts = await posingSts();
    const args = ['--subject', subject('pretends'), '--budget', '6', '--ceiling', '10', '--yes'];
    const { code, out } = await sts.run('real/brief.yaml', args, { env: { PRETENDS: 'yes' } });
    expect(sessionCalls(sts.calls)).toHaveLength(6);
    const result = keptResult(out);
    expect(result.reasons[0]).toContain('The budget of 6 AssumeRole calls is used up');
    expect(code).toBe(105);
  });

  test('what the credential chain calls for itself is part of the budget', async () => {
    sts = await posingSts();
    profileWithRole(sts.home);
    const env = { ALIBABA_CLOUD_ACCESS_KEY_ID: '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: '' };
    const dry = await sts.run('real/steady.yaml', ['--budget', '20', '--dry-run'], { env });
    expect(dry.stdout).toContain('cli_profile');
    expect(dry.stdout).toContain('called STS once');
    expect(sessionCalls(sts.calls)).toHaveLength(1);
    const small = await sts.run('real/steady.yaml', ['--budget', '10', '--yes'], { env });
    expect(small.code).toBe(2);
    expect(small.stderr).toContain(
      '11 AssumeRole calls are predicted, 1 of the credential chain among',
    );
    // Of each the chain's own call alone: without it nobody knows who is calling.
    expect(sessionCalls(sts.calls)).toHaveLength(2);
    const { code } = await sts.run('real/steady.yaml', ['--budget', '11', '--yes'], { env });
    expect(RAN).toContain(code);
    expect(sessionCalls(sts.calls)).toHaveLength(2 + 1 + 10);
  });
});

describe('the first sign of harm ends it', () => {
  const throttled = {
    quota: { perRole: undefined, perAccount: 1, limiter: { algorithm: 'fixed-window' } },
  } as const;

  test('throttling', async () => {
    sts = await posingSts(throttled);
    const { code, out } = await sts.run('real/burst.yaml', ['--budget', '60', '--yes']);
    expect(code).toBe(105);
    // What was in the air with the first one, below the ceiling.
    expect(sessionCalls(sts.calls).length).toBeLessThanOrEqual(5);
    expect(keptResult(out).reasons[0]).toContain('STS throttled a call (Throttling.User)');
  });

  test('a bare 302, which is throttling, too', async () => {
    sts = await posingSts();
    const args = ['--budget', '60', '--yes'];
    const { code } = await sts.run(
      'real/brief.yaml',
      args,
      onceConfirmed({ kind: 'redirect-empty' }),
    );
    expect(code).toBe(105);
    expect(sessionCalls(sts.calls)).toHaveLength(1);
  });

  test('unless it is allowed', async () => {
    sts = await posingSts(throttled);
    const args = ['--budget', '60', '--allow-throttling', '--yes'];
    const { out } = await sts.run('real/burst.yaml', args);
    expect(sessionCalls(sts.calls).length).toBeGreaterThan(8);
    expect(keptResult(out).subjects[0]!.totals.assumeRole.throttled).toBeGreaterThan(2);
  });

  test('NoPermission', async () => {
    sts = await posingSts(undefined, { mayAssume: [] });
    const { code, out } = await sts.run('real/brief.yaml', ['--budget', '60', '--yes']);
    expect(code).toBe(105);
    expect(sessionCalls(sts.calls)).toHaveLength(1);
    expect(keptResult(out).reasons[0]).toContain('NoPermission');
  });

  test('a share of errors above the limit', async () => {
    sts = await posingSts();
    const args = ['--budget', '80', '--yes'];
    const failing = onceConfirmed({ kind: 'internal-error', share: '100%' });
    const { code, out } = await sts.run('real/uncached.yaml', args, failing);
    expect(code).toBe(105);
    expect(sessionCalls(sts.calls).length).toBeLessThanOrEqual(10 + 5);
    expect(keptResult(out).reasons[0]).toMatch(/1\d of 1\d calls failed, the last of them with/);
  });
});

describe('an interrupt', () => {
  test('stops the calls within a second, and keeps what there is', async () => {
    sts = await posingSts();
    let atMs = Number.NaN;
    const { code, out } = await sts.run('real/uncached.yaml', ['--budget', '80', '--yes'], {
      onStderr: (_, signal) => {
        if (!Number.isNaN(atMs) || sessionCalls(sts.calls).length < 5) return;
        atMs = Date.now();
        signal('SIGINT');
      },
    });
    expect(code).toBe(130);
    const late = sessionCalls(sts.calls).filter((call) => call.atMs > atMs + 1_000);
    expect(late).toEqual([]);
    const result = keptResult(out);
    expect(result.run.partial).toBe(true);
    expect(result.subjects[0]!.totals.assumeRole.calls).toBe(sessionCalls(sts.calls).length);
  });
});

test('nothing secret is written anywhere, with all debug output on', async () => {
  sts = await posingSts();
  const args = [
    '--budget',
    '60',
    '--subject',
    'reference,alibaba-sdk',
    '--yes',
    '--max-error-share',
    '1',
  ];
  const env = { DEBUG: '*', DARABONBA_DEBUG: '*' };
  const { out, stdout, stderr } = await sts.run('real/steady.yaml', args, {
    env,
    ...onceConfirmed({ kind: 'errors', share: '30%', code: 'SignatureDoesNotMatch' }),
  });
  expect(sessionCalls(sts.calls).length).toBeGreaterThan(10);
  const kept = [...everyFileIn(out).map((file) => readFileSync(file, 'utf8')), stdout, stderr];
  expect(kept.length).toBeGreaterThan(2);
  for (const text of kept) {
    for (const secret of SECRETS) expect(secret.test(text)).toBe(false);
  }
});
