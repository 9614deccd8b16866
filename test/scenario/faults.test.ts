/**
 * Every kind of fault in a scenario file: read, described, and handed to the mock.
 */
import { describe, expect, it } from 'vitest';
import {
  EXAMPLE,
  FAULT_NAMES,
  type FaultName,
  faultKind,
} from '../../mock-sts/core/fault-kinds.ts';
import { StsCore } from '../../mock-sts/core/service.ts';
import { HarnessError } from '../../src/kernel/errors.ts';
import { describeScenario } from '../../src/scenario/describe.ts';
import { mockConfigOf } from '../../src/scenario/identities.ts';
import { scenarioWith } from './example.ts';

const at = { at: '1m', for: '1m' };

/** A fault of the kind with what it has to have, by the table's own examples. */
function written(kind: FaultName): Record<string, string> {
  const parameters = faultKind(kind).parameters.filter(({ required }) => required);
  const fields = Object.fromEntries(parameters.map(({ name, form }) => [name, EXAMPLE[form]]));
  const one = {
    latency: { add: '1s' },
    'clock-skew': { ahead: '5m' },
    background: { rate: '40/s' },
  }[kind as string];
  return { kind, ...at, ...fields, ...one, ...(kind === 'access-key-disabled' && { user: 'a' }) };
}

describe.each(FAULT_NAMES)('%s', (kind) => {
  it('is read, described and simulated', () => {
    const scenario = scenarioWith({ faults: [written(kind)] });
    expect(scenario.faults[0]).toMatchObject({ atMs: 60_000, forMs: 60_000 });
    expect(describeScenario(scenario)).toMatch(/ {2}Fault \S.*, 60 s from 1m\n/);
    const core = new StsCore(mockConfigOf(scenario, { epochOfZeroMs: 0 }));
    const user = { kind: 'user', accountId: scenario.caller.accountId, name: 'a' } as const;
    const request = {
      roleArn: scenario.apps[0]!.role.arn,
      roleSessionName: 'one',
      durationSeconds: 3_600,
    };
    expect(core.assumeRole(user, request, 59_000).record.code).toBe('OK');
    expect(core.assumeRole(user, request, 60_000).record.atMs).toBe(60_000);
    expect(core.assumeRole(user, request, 120_000).record.code).toBe('OK');
  });
});

it('says what each does in words', () => {
  const faults = [
    { kind: 'latency', ...at, median: '100ms', p99: '2s', share: '20%' },
    { kind: 'too-many-requests', ...at, share: 0.5 },
    { kind: 'succeed-then-fail', ...at, calls: '5k', code: 'Throttling.Api' },
    { kind: 'slow-body', ...at, over: '8s' },
    { kind: 'expired-credential', ...at },
    { kind: 'clock-skew', ...at, behind: '10m' },
    { kind: 'access-key-disabled', ...at, user: 'a' },
    { kind: 'connection-reset', ...at, share: '1%' },
  ];
  const lines = describeScenario(scenarioWith({ faults }))
    .split('\n')
    .filter((line) => line.includes('  Fault '));
  expect(lines.map((line) => line.replace(/^ *Fault |, 60 s from 1m$/g, ''))).toEqual([
    'median 100 ms, p99 2 s added latency, 20 % of calls',
    '50 % of calls fail with Throttling (429)',
    '5,000 calls pass, all after them fail with Throttling.Api',
    'answers take 8 s to come through',
    'credentials come 60 min after their end',
    'the clock of STS is 10 min behind',
    'the AccessKeys of a are disabled',
    'connection reset, 1 % of calls',
  ]);
});

it.each<[string, Record<string, unknown>, string]>([
  ['latency of no kind', { kind: 'latency' }, 'faults[0].add'],
  ['latency of both kinds', { kind: 'latency', add: '1s', median: '1s' }, 'faults[0].add'],
  ['a p99 below the median', { kind: 'latency', median: '2s', p99: '1s' }, 'faults[0].p99'],
  [
    'a clock both ahead and behind',
    { kind: 'clock-skew', ahead: '1s', behind: '1s' },
    'faults[0].ahead',
  ],
  ['a user of no app', { kind: 'access-key-disabled', user: 'b' }, 'faults[0].user'],
  ['a share above all', { kind: 'hang', share: '120%' }, 'faults[0].share'],
  ['a share of a state', { kind: 'clock-skew', ahead: '1s', share: '10%' }, 'faults[0].share'],
])('refuses %s', (_what, fault, path) => {
  const problems = () => scenarioWith({ faults: [{ ...at, ...fault }] });
  expect(problems).toThrow(HarnessError);
  try {
    problems();
  } catch (error) {
    expect((error as HarnessError).problems.map((problem) => problem.path)).toEqual([path]);
  }
});
