/**
 * Real clients under the simulator, held against what models and our own pure core give for the same
 * plan: the same STS, the same chance, so the same figures.
 */
import { describe, expect, test } from 'vitest';
import type { SubjectResult } from '../../../../src/measure/result.ts';
import { simulateHosted } from '../../../../src/run/virtual/host/simulate-hosted.ts';
import { simulateSubject } from '../../../../src/run/virtual/simulate-subject.ts';
import { virtualSubjectNamed } from '../../../../src/run/virtual/subject-named.ts';
import type { VirtualSubject } from '../../../../src/run/virtual/virtual-subject.ts';
import { parseScenario } from '../../../../src/scenario/parse.ts';
import { type Sketch, simulated, sketched } from '../simulated.ts';

/**
 * Clients read the time of day in whole milliseconds, and an epoch instant as a double has 2^-12 ms;
 * models have neither limit.
 */
const ROUNDING = 3;

function figuresOf({ totals, errors, windows, refreshesInFlightMax }: SubjectResult) {
  const { assumeRole, requests, stalls, credentials } = totals;
  const codes = errors.map(({ source, code, count }) => [source, code, count]);
  return {
    assumeRole,
    requests,
    codes,
    refreshesInFlightMax,
    windows: Object.values(windows).map((window) => window.totals.assumeRole),
    stalled: stalls.requests,
    episodes: stalls.episodes,
    servedExpired: credentials.servedExpired,
  };
}

const COLD_START: Sketch = {
  duration: '6s',
  hosts: 6,
  processesPerHost: 2,
  load: '{ rate: 120/s }',
  latency: '{ median: 40ms, p99: 400ms }',
};
const HERD: Sketch = {
  ...COLD_START,
  duration: '14s',
  start: '{ mode: together, within: 100ms }',
  quota: '{ perAccount: 15/s }',
};
const DAY: Sketch = {
  duration: '24h',
  hosts: 1,
  load: '{ arrivals: even, rate: 1/s }',
  latency: '{ median: 20ms, p99: 100ms }',
};
const OUTAGE: Sketch = {
  duration: '25m',
  hosts: 3,
  session: '1900s',
  load: '{ rate: 6/s }',
  faults: ['{ kind: outage, at: 995s, for: 40s }'],
};

const REVOKED: Sketch = {
  duration: '10s',
  hosts: 4,
  load: '{ rate: 40/s }',
  resource: 'oss:GetObject',
  faults: ['{ kind: early-revocation, at: 4s, for: 3s }'],
};
const HOPS: Sketch = {
  duration: '100m',
  hosts: 4,
  load: '{ rate: 8/s }',
  latency: '{ median: 40ms, p99: 40ms }',
};
const ROTATED: Sketch = {
  ...HOPS,
  identity: '{ kind: kms, ttl: 4h }',
  faults: ['{ kind: key-rotation, at: 10m, for: 10m, user: app }'],
};
const CHAINED: Sketch = {
  ...HOPS,
  identity: '{ kind: instance-role }',
  via: "[{ arn: 'acs:ram::1000000000000009:role/hub' }]",
};
const PODS: Sketch = { ...HOPS, identity: '{ kind: oidc, tokenLifetime: 10m }' };

const hooks = { isStopped: () => false, onProgress: () => {} };

function taskOf(sketch: Sketch, override: string) {
  const scenario = parseScenario(sketched(sketch), 'test.yaml');
  return { scenario, name: 'it', override, seed: scenario.seed, skipsAhead: true };
}

/** The package draws the nonce of each call from the same `Math.random` as its waits. */
function withNonces(model: VirtualSubject): VirtualSubject {
  return {
    ...model,
    newCache: (chance, session, process) => {
      const cache = model.newCache(chance, session, process);
      const { request } = cache;
      cache.request = (nowMs, waiter) => {
        const effects = request.call(cache, nowMs, waiter);
        for (const { kind } of effects) if (kind === 'refresh') chance.backoff.next();
        return effects;
      };
      return cache;
    },
  };
}

const TWINS: readonly (readonly [string, VirtualSubject])[] = [
  ['alibaba-sdk', withNonces(virtualSubjectNamed('preset:alicloud-node', {}))],
  ['hosted:reference', virtualSubjectNamed('reference', {})],
];

describe.each(TWINS)('%s is its model', (real, model) => {
  test.each([
    ['at a cold start', COLD_START],
    ['in a throttled herd', HERD],
    ['over a day', DAY],
    ['through an outage', OUTAGE],
    ['while its credential is revoked', REVOKED],
  ])(
    '%s',
    async (_, sketch) => {
      const { result: hosted } = await simulateHosted(taskOf(sketch, real), hooks);
      const { result: modelled } = await simulateSubject(taskOf(sketch, real), [model], hooks);
      expect(hosted.validity.reasons).toEqual([]);
      expect(figuresOf(hosted)).toEqual(figuresOf(modelled));
      expect(hosted.totals.stalls.totalSeconds).toBeCloseTo(
        modelled.totals.stalls.totalSeconds,
        ROUNDING,
      );
    },
    60_000,
  );
});

test.each([
  ['whose key is in KMS, and rotated', ROTATED],
  ['with an instance role, and another role on its way', CHAINED],
  ['in pods, whose tokens end sooner than its sessions', PODS],
])(
  'hosted:reference is its model %s',
  async (_, sketch) => {
    const task = taskOf(sketch, 'hosted:reference');
    const { result: hosted } = await simulateHosted(task, hooks);
    const model = virtualSubjectNamed('reference', {});
    const { result: modelled } = await simulateSubject(task, [model], hooks);
    expect(hosted.validity.reasons).toEqual([]);
    expect(hosted.totals.assumeRole.succeeded).toBeGreaterThan(4);
    expect(figuresOf(hosted)).toEqual(figuresOf(modelled));
  },
  60_000,
);

test('asked one by one or with declared hits skipped, the figures are the same', async () => {
  const sketch = { ...DAY, duration: '3h', client: 'alibaba-sdk' };
  const skipped = await simulated(sketch);
  expect(await simulated(sketch, { skipsAhead: false })).toEqual(skipped);
}, 60_000);

test('ticks and promises run to their end at once as they would in turns of Node’s own', async () => {
  const task = { ...taskOf(HERD, 'alibaba-sdk'), skipsAhead: false };
  const fast = await simulateHosted(task, hooks);
  expect(await simulateHosted({ ...task, drainsAtOnce: false }, hooks)).toEqual(fast);
}, 60_000);

test('the same seed gives the same figures, another seed others', async () => {
  const sketch = { ...HERD, client: 'alibaba-sdk' };
  const first = await simulated(sketch);
  expect(await simulated(sketch)).toEqual(first);
  expect(await simulated({ ...sketch, seed: 2 })).not.toEqual(first);
}, 60_000);
