/**
 * Requests that call a service in virtual time: what they are told by it counts, and only they notice
 * that a credential was revoked.
 */
import { expect, test } from 'vitest';
import type { SubjectResult } from '../../../src/measure/result.ts';
import { type Sketch, simulated } from './simulated.ts';

/** 20 requests a second from the first second on, all of a credential that lasts for the hour. */
const SKETCH: Sketch = {
  duration: '20m',
  hosts: 2,
  start: '{ mode: together, at: 0s, within: 0s }',
  load: '{ arrivals: even, rate: 20/s }',
  latency: '{ median: 20ms, p99: 20ms }',
  resource: 'oss:GetObject',
};
const REVOKED = ['{ kind: early-revocation, at: 10m, for: 90s }'];

const errorsOf = ({ errors }: SubjectResult) =>
  errors.map(({ source, code, count }) => `${count} ${source} ${code}`);

test('where nothing goes wrong, it is as if the work were done at home', async () => {
  const called = await simulated(SKETCH);
  const { resource: _, ...home } = SKETCH;
  expect(called).toEqual(await simulated(home));
  expect(called.totals.requests.failed).toBe(0);
});

test('the permanent key may do what the role may, whether its client is a model or real', async () => {
  const models = await simulated({ ...SKETCH, client: 'static-keys' });
  expect(models.totals.requests.failed).toBe(0);
  const real = await simulated({ ...SKETCH, client: 'hosted:static-keys' });
  expect(real.totals.requests).toEqual(models.totals.requests);
});

test.each([
  ['oss:GetObject', 'SecurityTokenExpired'],
  ['ecs:DescribeInstances', 'InvalidSecurityToken.Expired'],
])('while credentials are revoked, each call for %s fails with %s', async (resource, code) => {
  const subject = await simulated({ ...SKETCH, resource, faults: REVOKED });
  expect(errorsOf(subject)).toEqual([`${20 * 90} request ${code}`]);
  // Nobody tells the client, so it makes no call for that.
  expect(subject.totals.assumeRole.calls).toBe(2);
  expect(subject.totals.stalls.requests).toBe((await simulated(SKETCH)).totals.stalls.requests);
});

test('requests with work of their own do not notice', async () => {
  const { resource: _, ...home } = SKETCH;
  const subject = await simulated({ ...home, faults: REVOKED });
  expect(subject.totals.requests.failed).toBe(0);
});

test('a credential that was issued since is good', async () => {
  // One call each for a client without a cache, so each request has a credential of its own second.
  const subject = await simulated({ ...SKETCH, client: 'uncached', faults: REVOKED });
  const { failed } = subject.totals.requests;
  expect(failed).toBeLessThanOrEqual(2);
});

test('a refused call takes no place from others', async () => {
  const busy: Sketch = {
    ...SKETCH,
    hosts: 1,
    service: '{ median: 180ms, p99: 180ms }',
    load: '{ arrivals: even, rate: 5/s }',
    concurrency: 1,
    windows: ['{ name: before, at: 1m, for: 1m }', '{ name: after, at: 12m, for: 1m }'],
  };
  const { windows } = await simulated({ ...busy, faults: REVOKED });
  expect(windows.after!.latency).toEqual(windows.before!.latency);
  expect(windows.after!.totals.requests.failed).toBe(0);
});

test.each(['preset:alicloud-node', 'alibaba-sdk'])(
  'an expired credential that %s goes on serving fails with its code',
  async (client) => {
    const subject = await simulated({
      ...SKETCH,
      hosts: 1,
      load: '{ arrivals: even, rate: 1/s }',
      client,
      session: '900s',
      faults: ['{ kind: outage, at: 1m, for: 19m }'],
      duration: '20m',
    });
    const { servedExpired } = subject.totals.credentials;
    const expired = subject.errors.find(({ code }) => code === 'SecurityTokenExpired')?.count ?? 0;
    expect(expired).toBe(servedExpired);
    expect(expired).toBeGreaterThan(0);
  },
);

test('the permanent key of static-keys may do what the role may', async () => {
  const subject = await simulated({ ...SKETCH, client: 'static-keys' });
  expect(subject.totals.requests.failed).toBe(0);
  expect(subject.totals.requests.completed).toBeGreaterThan(0);
});
