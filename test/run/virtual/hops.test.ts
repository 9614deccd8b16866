import { describe, expect, test } from 'vitest';
import { violations } from '../../../src/measure/invariants.ts';
import type { SubjectResult } from '../../../src/measure/result.ts';
import { simulateText } from './simulated.ts';

interface Asked {
  readonly identity: object;
  readonly via?: readonly object[];
  readonly faults?: readonly object[];
  readonly duration?: string;
  readonly client?: object;
  readonly subjects?: readonly string[];
}

const HUB = { arn: 'acs:ram::1000000000000009:role/hub' };

/** Ten processes, ten requests a second each, from one second on. */
async function simulated({ subjects = [], duration = '70m', ...asked }: Asked) {
  const { identity, via = [], client = { subject: 'reference' }, faults = [] } = asked;
  const role = { arn: 'acs:ram::1100000000000001:role/role-app-prd' };
  const app = { identity, via, role, hosts: 10, client, load: { rate: '100/s' } };
  const sts = { latency: { median: '50ms', p99: '50ms' } };
  const caller = { account: '1000000000000001', region: 'cn-shanghai' };
  const scenario = { seed: 3, duration, caller, apps: { app }, sts, faults };
  const result = await simulateText(JSON.stringify(scenario), { subjects });
  expect(violations(result)).toEqual([]);
  return result.subjects;
}

const callsOf = ({ totals }: SubjectResult) => totals.assumeRole;
const codesOf = ({ errors }: SubjectResult) => errors.map(({ source, code }) => [source, code]);

describe('a key that KMS rotates', () => {
  const faults = [{ kind: 'key-rotation', at: '10m', for: '30m', user: 'app' }];

  test('is read again before it is missed, so that no call is refused and no request waits', async () => {
    const [reference] = await simulated({ identity: { kind: 'kms' }, faults });
    expect(callsOf(reference!)).toMatchObject({ calls: 20, failed: 0 });
    expect(reference!.totals.requests.failed).toBe(0);
    expect(reference!.totals.stalls.longestSeconds).toBeLessThanOrEqual(0.0501);
  });

  test('that is kept for longer than both keys work costs one refused call, and no wait', async () => {
    // Read at the start, and not again before the refresh at 45 to 52 minutes.
    const [reference] = await simulated({ identity: { kind: 'kms', ttl: '4h' }, faults });
    expect(callsOf(reference!)).toMatchObject({ calls: 30, succeeded: 20, failed: 10 });
    expect(codesOf(reference!)).toEqual([['assumeRole', 'InvalidAccessKeyId.NotFound']]);
    expect(reference!.totals.requests.failed).toBe(0);
    expect(reference!.totals.credentials.servedExpired).toBe(0);
    expect(reference!.totals.stalls.longestSeconds).toBeLessThanOrEqual(0.0501);
  });

  test('ends a client that reads its key once, when it starts', async () => {
    const [go, node, staticKeys] = await simulated({
      identity: { kind: 'kms' },
      faults,
      subjects: ['preset:alicloud-go', 'alibaba-sdk', 'static-keys'],
    });
    expect(callsOf(go!).succeeded).toBe(go!.phases.coldStart!.totals.assumeRole.succeeded);
    expect(go!.totals.requests.failed).toBeGreaterThan(1_000);
    // It swallows the failure, and hands out what has ended.
    expect(node!.totals.credentials.servedExpired).toBeGreaterThan(1_000);
    expect(staticKeys!.totals.requests.failed).toBe(0);
  }, 60_000);
});

describe('a way through another role', () => {
  const identity = { kind: 'instance-role' };

  test('costs one call more at each start, for two accounts, and delays requests then alone', async () => {
    const [reference] = await simulated({ identity, via: [HUB], duration: '20m' });
    expect(callsOf(reference!).calls).toBe(20);
    const calls = reference!.quotas.map(({ key, calls }) => [key, calls]);
    expect(calls).toEqual([
      ['1000000000000001/cn-shanghai', 10],
      ['1000000000000009/cn-shanghai', 10],
      ['acs:ram::1100000000000001:role/role-app-prd', 10],
      [HUB.arn, 10],
    ]);
    expect(reference!.apps.app!.totals.assumeRole.calls).toBe(20);
    expect(reference!.totals.stalls.longestSeconds).toBeLessThanOrEqual(0.1001);
  });

  test('is renewed in the background at every hop, for a day', async () => {
    const [reference] = await simulated({ identity, via: [HUB], duration: '24h' });
    const { stalls, requests, credentials } = reference!.totals;
    expect([requests.failed, credentials.servedExpired]).toEqual([0, 0]);
    expect(reference!.phases.steadyState!.totals.stalls.requests).toBe(0);
    expect(stalls.longestSeconds).toBeLessThanOrEqual(0.1001);
  });

  test('is taken as a whole for each request by a client without a cache', async () => {
    const subjects = ['uncached'];
    const [uncached] = await simulated({ identity, via: [HUB], duration: '2s', subjects });
    const { requests, assumeRole } = uncached!.totals;
    expect(assumeRole.calls).toBeGreaterThan(1.8 * requests.completed);
  });

  test.each(['alibaba-sdk', 'preset:alicloud-java', 'static-keys'])(
    'is refused to %s, which does not know it',
    async (subject) => {
      const failing = simulated({ identity, via: [HUB], subjects: [subject] });
      await expect(failing).rejects.toMatchObject({ code: 'SUBJECT_UNSUITED', exitCode: 2 });
    },
  );
});

test('pods exchange the token of the moment, under a quota of its own', async () => {
  const identity = { kind: 'oidc', tokenLifetime: '10m' };
  const [reference, sdk] = await simulated({ identity, subjects: ['reference', 'alibaba-sdk'] });
  expect(callsOf(reference!)).toMatchObject({ calls: 20, succeeded: 20 });
  expect(callsOf(sdk!).failed).toBe(0);
  expect(reference!.quotas.map(({ key }) => key)).toEqual([
    '1100000000000001/cn-shanghai AssumeRoleWithOIDC',
    'acs:ram::1100000000000001:role/role-app-prd',
  ]);
}, 60_000);

test('a key that STS refuses for a while is tried again, and the requests wait for it', async () => {
  const faults = [{ kind: 'outage', at: '0s', for: '5s' }];
  const [reference] = await simulated({
    identity: { kind: 'instance-role' },
    via: [HUB],
    faults,
    duration: '1m',
  });
  expect(reference!.totals.requests.failed).toBe(0);
  expect(callsOf(reference!).succeeded).toBe(20);
  expect(callsOf(reference!).failed).toBeGreaterThan(10);
});
