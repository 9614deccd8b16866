import { describe, expect, it } from 'vitest';
import { CredentialHolder, type HolderOptions } from '../../src/client/credential-holder.ts';
import { CredentialError } from '../../src/client/failure.ts';
import { HarnessError } from '../../src/kernel/errors.ts';
import { stream } from '../../src/kernel/rng.ts';
import { VirtualClock } from '../../src/kernel/virtual-clock.ts';
import { failureOf } from './core-driver.ts';
import { FakeSts } from './fake-sts.ts';

const START_MS = 1_700_000_000_000;

function setUp(options: Partial<HolderOptions> = {}) {
  const clock = new VirtualClock(START_MS);
  const sts = new FakeSts(clock);
  const holder = new CredentialHolder({
    source: { accessKeyId: 'LTAItest', accessKeySecret: 'source-secret' },
    transport: sts,
    clock,
    rng: stream(1, 'holder'),
    ...options,
  });
  return { clock, sts, holder };
}

function session(i: number) {
  return { roleArn: `acs:ram::1234567890123456:role/r${i}`, roleSessionName: 'host-1' };
}

/** Most calls in any second. */
function slidingPeak(atMs: readonly number[]): number {
  return Math.max(
    ...atMs.map((from) => atMs.filter((at) => at >= from && at < from + 1_000).length),
  );
}

describe('acquireAll', () => {
  it('gets many roles in one go, never faster than the rate, and asks none twice', async () => {
    const { clock, sts, holder } = setUp({ ratePerSecond: 20 });
    const sessions = Array.from({ length: 100 }, (_, i) => session(i % 90));
    const acquiring = holder.acquireAll(sessions);
    await clock.settleTo(START_MS + 10_000);
    const acquired = await acquiring;
    expect(acquired.map(({ kind }) => kind)).toEqual(Array(100).fill('acquired'));
    expect(acquired.map(({ session: { roleArn } }) => roleArn)).toEqual(
      sessions.map(({ roleArn }) => roleArn),
    );
    expect(sts.calls).toHaveLength(90);
    expect(slidingPeak(sts.calls.map(({ atMs }) => atMs))).toBeLessThanOrEqual(20);
    expect(sts.calls.at(-1)!.atMs - START_MS).toBeCloseTo((89 * 1_000) / 20, 0);
    await holder.acquireAll(sessions);
    expect(sts.calls).toHaveLength(90);
  });

  it('gets more roles than a call’s time allows for, with one call each', async () => {
    const { clock, sts, holder } = setUp({ ratePerSecond: 50, callTimeoutMs: 1_000 });
    const acquiring = holder.acquireAll(Array.from({ length: 300 }, (_, i) => session(i)));
    await clock.settleTo(START_MS + 10_000);
    expect((await acquiring).every(({ kind }) => kind === 'acquired')).toBe(true);
    expect(sts.calls).toHaveLength(300);
  });

  it('keeps retries within the rate too', async () => {
    const { clock, sts, holder } = setUp({ ratePerSecond: 10 });
    sts.behaviour = failureOf('throttled');
    const acquiring = holder.acquireAll(Array.from({ length: 40 }, (_, i) => session(i)));
    await clock.settleTo(START_MS + 60_000);
    const acquired = await acquiring;
    expect(acquired.every(({ kind }) => kind === 'failed')).toBe(true);
    expect(sts.calls.length).toBeGreaterThan(80);
    expect(slidingPeak(sts.calls.map(({ atMs }) => atMs))).toBeLessThanOrEqual(10);
  });

  it('reports one that fails beside those that do not', async () => {
    const { clock, sts, holder } = setUp();
    const { assumeRole } = sts;
    sts.assumeRole = function (request, source, signal) {
      this.behaviour = request.roleArn.endsWith('r1') ? failureOf('fatal') : 'issue';
      return assumeRole.call(this, request, source, signal);
    };
    const acquiring = holder.acquireAll([session(0), session(1), session(2)]);
    await clock.settleTo(START_MS + 1_000);
    expect((await acquiring).map(({ kind }) => kind)).toEqual(['acquired', 'failed', 'acquired']);
  });
});

describe('a holder', () => {
  it('has one client for equal sessions, another where any field differs', () => {
    const { holder } = setUp();
    const client = holder.client(session(1));
    expect(holder.client({ ...session(1), durationSeconds: 3_600 })).toBe(client);
    expect(holder.client({ ...session(1), durationSeconds: 900 })).not.toBe(client);
    expect(holder.client({ ...session(1), sessionPolicy: '{}' })).not.toBe(client);
    expect(holder.client({ ...session(1), roleSessionName: 'host-2' })).not.toBe(client);
  });

  it('shares one call among all who ask for a session', async () => {
    const { clock, sts, holder } = setUp();
    const answers = Array.from({ length: 10 }, () => holder.getCredentials(session(1)));
    await clock.settleTo(START_MS + 50);
    expect(new Set(await Promise.all(answers)).size).toBe(1);
    expect(holder.getCredentials(session(1))).toBe(await answers[0]);
    expect(sts.calls).toHaveLength(1);
  });

  it('holds no more sessions than it may, and none after its end', async () => {
    const { sts, holder } = setUp({ sessionsMax: 1 });
    holder.client(session(1));
    expect(() => holder.client(session(2))).toThrow(CredentialError);
    await holder.close();
    expect(() => holder.client(session(3))).toThrow('HolderClosed');
    await expect(holder.getCredentials(session(1))).rejects.toThrow('ClientClosed');
    expect(sts.isClosed).toBe(false);
  });

  it('refuses a rate of nothing', () => {
    expect(() => setUp({ ratePerSecond: 0 })).toThrow(HarnessError);
  });
});
