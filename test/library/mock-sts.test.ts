import { afterEach, describe, expect, it } from 'vitest';
import { CachingCredentialClient } from '../../src/client/caching-credential-client.ts';
import { UndiciTransport } from '../../src/client/undici-transport.ts';
import { createMockSts, type MockSts, type MockStsOptions } from '../../src/library/mock-sts.ts';

const HOUR_MS = 3_600_000;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function started(options: MockStsOptions = {}): Promise<MockSts> {
  const mock = await createMockSts({ latencyMs: 0, ...options });
  open.push(mock);
  return mock;
}

function clientOf(mock: MockSts, endpoint = mock.url): CachingCredentialClient {
  const [{ roleArns, ...source }] = mock.identities as [MockSts['identities'][number]];
  const client = new CachingCredentialClient({
    source,
    roleArn: roleArns[0]!,
    roleSessionName: 'a-test',
    endpoint,
    clock: mock.clock,
    ...(mock.ca === undefined ? {} : { ca: mock.ca }),
  });
  open.unshift(client);
  return client;
}

/** Of one call, without any cache. */
async function outcomeOf(mock: MockSts): Promise<string> {
  const { roleArns, ...source } = mock.identities[0]!;
  const transport = new UndiciTransport({ endpoint: mock.url, clock: mock.clock });
  const request = { roleArn: roleArns[0]!, roleSessionName: 'a-test', durationSeconds: 3_600 };
  const outcome = await transport.assumeRole(request, source, new AbortController().signal);
  await transport.close();
  return outcome.kind === 'issued' ? 'issued' : outcome.failure.code;
}

it('serves those whom it names, and tells of their calls', async () => {
  const seen: string[] = [];
  const mock = await started({ onCall: ({ action }) => seen.push(action) });
  const client = clientOf(mock);
  await Promise.all(Array.from({ length: 20 }, () => client.getCredentials()));
  expect(mock.calls()).toMatchObject([
    {
      action: 'AssumeRole',
      caller: 'appX',
      outcome: 'succeeded',
      roleArn: mock.identities[0]!.roleArns[0],
    },
  ]);
  expect(mock.counters()).toMatchObject({ calls: 1, succeeded: 1 });
  expect(seen).toEqual(['AssumeRole']);
  mock.reset();
  expect(mock.calls()).toEqual([]);
});

it('follows its clock, which a client can follow, too', async () => {
  const mock = await started();
  mock.clock.freeze();
  const client = clientOf(mock);
  const first = await client.getCredentials();
  expect(first.expiresAtMs - mock.clock.nowMs()).toBeGreaterThan(HOUR_MS - 1_001);
  mock.clock.advance(2 * HOUR_MS);
  const second = await client.getCredentials();
  expect(second.expiresAtMs - first.expiresAtMs).toBeGreaterThanOrEqual(2 * HOUR_MS - 1_000);
});

it('goes wrong as it is told, and right again', async () => {
  const mock = await started({ faults: [{ kind: 'throttling-user' }] });
  const call = () => outcomeOf(mock);
  expect(mock.faults.list()).toMatchObject([
    { id: 'fault-1', kind: 'throttling-user', active: true },
  ]);
  expect(await call()).toBe('Throttling.User');
  mock.faults.clear();
  const id = mock.faults.add({ kind: 'outage', after: '10s', for: '1m' });
  expect(await call()).toBe('issued');
  mock.clock.advance(10_000);
  expect(await call()).toBe('ServiceUnavailable');
  expect(mock.faults.remove(id)).toBe(true);
  expect(mock.faults.remove(id)).toBe(false);
  expect(await call()).toBe('issued');
});

it('enforces the quota that it is given', async () => {
  const mock = await started({ quotaPerSecond: 2 });
  mock.clock.freeze();
  const outcomes = [await outcomeOf(mock), await outcomeOf(mock), await outcomeOf(mock)];
  expect(outcomes).toEqual(['issued', 'issued', 'Throttling.User']);
});

describe('where it listens', () => {
  it('TLS, with the authority to trust', async () => {
    const mock = await started({ tls: true });
    await clientOf(mock, mock.tlsUrl).getCredentials();
    expect(mock.counters().succeeded).toBe(1);
  });

  it('metadata and the data plane where they are asked for, and nowhere else', async () => {
    const all = await started({ metadata: true, resource: true });
    expect(all.metadataUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(all.resourceUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const plain = await started();
    expect([plain.tlsUrl, plain.ca, plain.metadataUrl, plain.resourceUrl]).toEqual(
      Array(4).fill(undefined),
    );
  });
});

it('takes a configuration as text, with all of its problems', async () => {
  await expect(started({ config: 'users:\n  - name: 1\n' })).rejects.toThrow(/inline.*users/s);
  const config = [
    'users:',
    '  - { account: "1000000000000001", name: orders, mayAssume: ["acs:ram::*:role/orders-*"] }',
    'roles:',
    '  - arn: acs:ram::1000000000000101:role/orders-prd',
    '    trust: { Version: "1", Statement: [{ Effect: Allow, Action: sts:AssumeRole, Principal: { RAM: ["acs:ram::1000000000000001:root"] } }] }',
    '',
  ].join('\n');
  const mock = await started({ config });
  expect(mock.identities).toMatchObject([
    { user: 'orders', roleArns: ['acs:ram::1000000000000101:role/orders-prd'] },
  ]);
  await clientOf(mock).getCredentials();
});

it('refuses options and faults that cannot be, and leaves nothing open', async () => {
  await expect(
    started({ seed: -1, latencyMs: -1, quotaPerSecond: 0 }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(`
    [HarnessError: 3 problems in the input:
      createMockSts options at seed: found -1; allowed: a whole number
      createMockSts options at quotaPerSecond: found 0; allowed: 'off', or a whole number from 1
      createMockSts options at latencyMs: found -1; allowed: a number from 0]
  `);
  const faults = [{ kind: 'outag' }] as unknown as NonNullable<MockStsOptions['faults']>;
  await expect(started({ faults })).rejects.toThrow('did you mean outage?');
});

it('closes once, also by `await using`', async () => {
  const mock = await started();
  await mock[Symbol.asyncDispose]();
  await mock.close();
  await expect(fetch(mock.url)).rejects.toThrow();
});
