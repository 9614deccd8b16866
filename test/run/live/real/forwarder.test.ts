import { describe, expect, test } from 'vitest';
import type { AssumeRoleOutcome } from '../../../../src/client/sts-transport.ts';
import type { AssumeRoleRequest, CallerProof } from '../../../../src/kernel/sts/credentials.ts';
import { VirtualClock } from '../../../../src/kernel/virtual-clock.ts';
import { CallGuard } from '../../../../src/run/live/real/call-guard.ts';
import { type Forwarded, Forwarder } from '../../../../src/run/live/real/forwarder.ts';
import type { GuardStop } from '../../../../src/run/live/real/stop-rules.ts';

const ISSUED: AssumeRoleOutcome = {
  kind: 'issued',
  credential: {
    accessKeyId: 'STS.x',
    accessKeySecret: 'x',
    securityToken: 'x',
    expiresAtMs: 1,
  },
};
const REQUEST: AssumeRoleRequest = {
  roleArn: 'acs:ram::1100000000000001:role/role-orders-prd',
  roleSessionName: 'orders.h1.p1',
  durationSeconds: 3_600,
};
const DUE_MS = 300_000;

/** A chain whose source calls STS so often for a credential; `null`: it has none from then on. */
function opened({ ownCalls = 0, ceilingPerSecond = 5, budget = 100 } = {}) {
  const clock = new VirtualClock(0);
  const rules = { ceilingPerSecond, budget, allowsThrottling: false, errorShareMax: 1 };
  const guard = new CallGuard(rules);
  const stops: GuardStop[] = [];
  const asked: number[] = [];
  const sent: { request: AssumeRoleRequest; source: CallerProof; atMs: number }[] = [];
  let key = { accessKeyId: 'first', accessKeySecret: 's' };
  let outcome = ISSUED;
  const forwarder = new Forwarder({
    sessionPrefix: 'rehearsal',
    guard,
    clock,
    chain: {
      ask: async (nowMs) => {
        asked.push(nowMs);
        key = { ...key, accessKeyId: `key-${asked.length}` };
        return { credential: key, provider: 'default/test', ownCalls };
      },
      isDue: (nowMs) => nowMs - (asked.at(-1) ?? Number.NEGATIVE_INFINITY) >= DUE_MS,
      get credential() {
        return key;
      },
    },
    transport: {
      assumeRole: async (request, source) => {
        sent.push({ request, source, atMs: clock.nowMs() });
        return outcome;
      },
    },
    callerIdentity: async () => ({
      kind: 'known',
      identity: { accountId: '1', arn: 'a', identityType: 'RAMUser' },
    }),
    onStopped: (stop) => stops.push(stop),
  });
  const ends: Forwarded[] = [];
  const refused: GuardStop[] = [];
  const forward = (request = REQUEST) =>
    forwarder.forward({
      request,
      isWanted: () => true,
      onSent: () => {},
      onEnd: (end) => ends.push(end),
      onRefused: (stop) => refused.push(stop),
    });
  const answerWith = (next: AssumeRoleOutcome) => {
    outcome = next;
  };
  return { forwarder, forward, answerWith, guard, clock, asked, sent, ends, refused, stops };
}

test('sends what was asked under a name that can be found again, cut to what STS takes', async () => {
  const { forwarder, forward, sent, clock } = opened();
  await forwarder.identify();
  await forward();
  await forward({ ...REQUEST, roleSessionName: 'x'.repeat(64), externalId: 'e', policy: '{}' });
  await clock.settleTo(1);
  const [first, second] = sent;
  expect(first!.request).toEqual({ ...REQUEST, roleSessionName: 'rehearsal-orders.h1.p1' });
  expect(second!.request).toMatchObject({ externalId: 'e', policy: '{}' });
  expect(second!.request.roleSessionName).toBe(`rehearsal-${'x'.repeat(54)}`);
});

test('a call that failed is told with its code, and no success', async () => {
  const { forwarder, forward, ends, clock, answerWith } = opened();
  await forwarder.identify();
  const failure = { kind: 'transient', code: 'InternalError', message: 'm', status: 500 } as const;
  answerWith({ kind: 'failed', failure });
  await forward();
  await clock.settleTo(1);
  expect(ends).toMatchObject([{ outcome: 'failed', code: 'InternalError', failure }]);
});

describe('the credential of the chain', () => {
  test('is asked for again after five minutes, once for all who wait', async () => {
    const { forwarder, forward, asked, sent, clock, guard } = opened();
    await forwarder.identify();
    await clock.settleTo(DUE_MS - 1);
    await forward();
    expect(asked).toEqual([0]);
    await clock.settleTo(DUE_MS + 5_000);
    await Promise.all([forward(), forward(), forward()]);
    await clock.settleTo(DUE_MS + 5_001);
    expect(asked).toEqual([0, DUE_MS + 5_000]);
    expect(sent.map(({ source }) => source)).toMatchObject([
      { accessKeyId: 'key-1' },
      ...Array(3).fill({ accessKeyId: 'key-2' }),
    ]);
    // A chain that calls nobody takes nothing of the budget.
    expect(guard.sent).toBe(4);
  });

  test('takes as many permissions as its source needed at first, and not more at a time', async () => {
    const { forwarder, forward, asked, clock, guard } = opened({
      ownCalls: 2,
      ceilingPerSecond: 2,
    });
    await forwarder.identify();
    expect(guard.sent).toBe(2);
    await clock.settleTo(DUE_MS);
    const forwarded = forward();
    await clock.settleTo(DUE_MS + 10);
    await forwarded;
    expect(asked).toEqual([0, DUE_MS]);
    // Both tokens are away until a second after the chain has its answer.
    expect(guard.ask(clock.nowMs()).kind).toBe('later');
    await clock.settleTo(DUE_MS + 1_010);
    expect(guard.sent).toBe(2 + 2 + 1);
  });

  test('is not renewed beyond the budget', async () => {
    const { forwarder, forward, asked, clock, refused } = opened({ ownCalls: 1, budget: 1 });
    await forwarder.identify();
    await clock.settleTo(DUE_MS);
    await forward();
    expect(asked).toEqual([0]);
    expect(refused).toMatchObject([{ rule: 'budget' }]);
  });
});

test('after a stop nothing is sent', async () => {
  const { forwarder, forward, sent, refused, stops } = opened();
  await forwarder.identify();
  forwarder.stop({ rule: 'asked', text: 'Enough.' });
  await forward();
  expect(sent).toEqual([]);
  expect(refused).toMatchObject([{ rule: 'asked' }]);
  expect(stops).toHaveLength(1);
});
