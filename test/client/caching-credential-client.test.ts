import { describe, expect, it } from 'vitest';
import { CachingCredentialClient } from '../../src/client/caching-credential-client.ts';
import type { ClientEvents } from '../../src/client/client-events.ts';
import type { ClientOptions } from '../../src/client/client-options.ts';
import { HarnessError } from '../../src/kernel/errors.ts';
import { stream } from '../../src/kernel/rng.ts';
import { VirtualClock } from '../../src/kernel/virtual-clock.ts';
import { failureOf } from './core-driver.ts';
import { FakeSts } from './fake-sts.ts';

const START_MS = 1_700_000_000_000;
const SOURCE = { accessKeyId: 'LTAItest', accessKeySecret: 'source-secret' };
const ROLE = 'acs:ram::1234567890123456:role/app';

function setUp(options: Partial<ClientOptions> = {}) {
  const clock = new VirtualClock(START_MS);
  const sts = new FakeSts(clock);
  const client = new CachingCredentialClient({
    source: SOURCE,
    roleArn: ROLE,
    roleSessionName: 'test',
    transport: sts,
    clock,
    rng: stream(1, 'client'),
    ...options,
  });
  const events: [keyof ClientEvents, ClientEvents[keyof ClientEvents]][] = [];
  const names = [
    'refreshStarted',
    'refreshSucceeded',
    'refreshFailed',
    'stalled',
    'refused',
  ] as const;
  for (const name of [...names, 'servedStale', 'publishFailed'] as const) {
    client.on(name, (event) => events.push([name, event]));
  }
  const named = (name: keyof ClientEvents) =>
    events.filter(([kind]) => kind === name).map(([, event]) => event);
  return { clock, sts, client, events, named };
}

/** Warm: one call made, 50 ms passed. */
async function setUpWarm(options: Partial<ClientOptions> = {}) {
  const parts = setUp(options);
  const credential = parts.client.getCredentials();
  await parts.clock.settleTo(START_MS + 50);
  return { ...parts, first: await credential };
}

async function codeOf(promise: unknown): Promise<string> {
  return (promise as Promise<unknown>).then(
    () => 'served',
    (error) => error.code,
  );
}

describe('getCredentials', () => {
  it('asks STS once for everybody who waits, and answers synchronously from then on', async () => {
    const { clock, sts, client, named } = setUp();
    const answers = Array.from({ length: 100 }, () => client.getCredentials());
    expect(answers.every((answer) => answer instanceof Promise)).toBe(true);
    await clock.settleTo(START_MS + 50);
    const credentials = await Promise.all(answers);
    expect(new Set(credentials).size).toBe(1);
    expect(client.getCredentials()).toBe(credentials[0]);
    expect(client.peek()).toBe(credentials[0]);
    expect(sts.calls).toHaveLength(1);
    expect(named('stalled')).toHaveLength(100);
    expect(named('stalled')[0]).toMatchObject({ waitMs: 50, outcome: 'served' });
  });

  it('sends the source credentials and every field of the session', async () => {
    const { sts } = await setUpWarm({
      source: { getCredentials: async () => SOURCE },
      durationSeconds: 1_800,
      externalId: 'ex:1',
      sessionPolicy: '{"Version":"1"}',
      sourceIdentity: 'alice',
    });
    expect(sts.calls[0]).toEqual({
      atMs: START_MS,
      source: SOURCE,
      request: {
        roleArn: ROLE,
        roleSessionName: 'test',
        durationSeconds: 1_800,
        externalId: 'ex:1',
        policy: '{"Version":"1"}',
        sourceIdentity: 'alice',
      },
    });
  });

  it('never makes a request wait through a day of refreshes', async () => {
    const { clock, sts, client, named } = await setUpWarm();
    const stalled = named('stalled').length;
    for (let minute = 1; minute <= 24 * 60; minute += 1) {
      await clock.settleTo(START_MS + minute * 60_000);
      expect(client.getCredentials()).not.toBeInstanceOf(Promise);
    }
    expect(named('stalled')).toHaveLength(stalled);
    expect(sts.calls.length).toBeGreaterThanOrEqual(24);
    expect(sts.calls.length).toBeLessThanOrEqual(33);
  });

  it('serves the old credential while STS fails, tells that it is stale, and fails fast after its end', async () => {
    const { clock, sts, client, first, named } = await setUpWarm();
    sts.behaviour = failureOf('transient');
    await clock.settleTo(first.expiresAtMs - 60_000);
    expect(named('servedStale')).toHaveLength(0);
    expect(client.getCredentials()).toBe(first);
    expect(client.getCredentials()).toBe(first);
    expect(named('servedStale')).toEqual([{ atMs: clock.nowMs(), remainingMs: 60_000 }]);
    expect(named('refreshFailed').at(-1)).toMatchObject({ failure: { code: 'Test.transient' } });
    await clock.settleTo(first.expiresAtMs - 5_001);
    expect(client.getCredentials()).toBe(first);
    await clock.settleTo(first.expiresAtMs);
    const answers = [codeOf(client.getCredentials()), codeOf(client.getCredentials())];
    await clock.settleTo(first.expiresAtMs + 100);
    expect(await Promise.all(answers)).toEqual(['Test.transient', 'Test.transient']);
    sts.behaviour = 'issue';
    await clock.settleTo(first.expiresAtMs + 15_000);
    const recovered = client.getCredentials();
    await clock.settleTo(first.expiresAtMs + 16_000);
    expect((await recovered).accessKeyId).not.toBe(first.accessKeyId);
  });

  it('waits through a failing cold start, and fails when patience ends', async () => {
    const { clock, sts, client } = setUp();
    sts.behaviour = failureOf('throttled');
    const unlucky = codeOf(client.getCredentials());
    await clock.settleTo(START_MS + 60_000);
    expect(await unlucky).toBe('Test.throttled');
    const lucky = codeOf(client.getCredentials());
    sts.behaviour = 'issue';
    await clock.settleTo(START_MS + 120_000);
    expect(await lucky).toBe('served');
  });
});

describe('a call that hangs', () => {
  it('is aborted after its timeout, whatever the transport does', async () => {
    const { clock, sts, client, named } = setUp({
      callTimeoutMs: 3_000,
      policy: { patienceMs: 0 },
    });
    sts.behaviour = 'hang';
    const answer = codeOf(client.getCredentials());
    expect(client.inFlight).toBe(1);
    await clock.settleTo(START_MS + 3_000);
    expect(await answer).toBe('Timeout');
    expect(sts.aborted).toBe(1);
    expect(client.inFlight).toBe(0);
    expect(named('refreshFailed')).toMatchObject([{ tookMs: 3_000, remainingMs: 0 }]);
  });

  it('ends too where it is the source that hangs', async () => {
    const source = { getCredentials: () => new Promise<never>(() => {}) };
    const { clock, client } = setUp({ source, policy: { patienceMs: 0 } });
    const answer = codeOf(client.getCredentials());
    await clock.settleTo(START_MS + 5_000);
    expect(await answer).toBe('Timeout');
  });

  it('fails with what it is called where the source throws, never with what it says', async () => {
    const source = { getCredentials: () => Promise.reject(new TypeError('source-secret')) };
    const { clock, client } = setUp({ source, policy: { patienceMs: 0 } });
    const answer = (client.getCredentials() as Promise<unknown>).catch((error) => error);
    await clock.settleTo(START_MS + 1);
    expect(await answer).toMatchObject({ code: 'SourceFailure' });
    expect(String(await answer)).not.toContain('source-secret');
  });
});

describe('clocks that differ', () => {
  it.each([-3_600_000, -60_000, 0, 60_000, 3_600_000])(
    'do not matter where STS tells its own: %i ms',
    async (skewMs) => {
      const { clock, sts, client } = setUp();
      sts.skewMs = skewMs;
      const answer = client.getCredentials();
      await clock.settleTo(START_MS + 50);
      expect((await answer).expiresAtMs).toBe(START_MS + 3_600_000);
    },
  );

  it('are caught by the duration asked for where STS does not tell', async () => {
    const { clock, sts, client } = setUp();
    sts.skewMs = undefined;
    const answer = client.getCredentials();
    await clock.settleTo(START_MS + 50);
    expect((await answer).expiresAtMs).toBe(START_MS + 3_600_000);
  });
});

describe('invalidate', () => {
  it('replaces the credential that a service refused, and only that one', async () => {
    const { clock, sts, client, first } = await setUpWarm();
    await clock.settleTo(START_MS + 600_000);
    client.invalidate('STS.another');
    expect(client.getCredentials()).toBe(first);
    client.invalidate(first.accessKeyId);
    expect(client.peek()).toBeUndefined();
    const answer = client.getCredentials();
    await clock.settleTo(START_MS + 601_000);
    expect((await answer).accessKeyId).toBe('STS.number2');
    expect(sts.calls).toHaveLength(2);
  });
});

describe('close', () => {
  it('ends calls, timers and waiting, and refuses whoever asks later', async () => {
    const { clock, sts, client } = await setUpWarm();
    client.invalidate('STS.number1');
    sts.behaviour = 'hang';
    await clock.settleTo(START_MS + 11_000);
    const waiting = codeOf(client.getCredentials());
    await client.close();
    expect(await waiting).toBe('ClientClosed');
    expect(await codeOf(client.getCredentials())).toBe('ClientClosed');
    expect(client.inFlight).toBe(0);
    expect(client.nextTimerAtMs).toBeUndefined();
    expect(sts.isClosed, 'a transport that was given is its owner’s to close').toBe(false);
    const calls = sts.calls.length;
    await clock.settleTo(START_MS + 7_200_000);
    expect(sts.calls).toHaveLength(calls);
  });
});

describe('timers', () => {
  it('tells when its own is due, and lets the process end but for those who wait', async () => {
    const unrefs: number[] = [];
    const clock = new VirtualClock(START_MS);
    const spied = {
      nowMs: () => clock.nowMs(),
      setTimer: (atMs: number, fire: () => void) => ({
        ...clock.setTimer(atMs, fire),
        unref: () => unrefs.push(atMs),
      }),
    };
    const { sts, client } = setUp({ clock: spied, transport: new FakeSts(clock) });
    expect(sts.calls).toHaveLength(0);
    expect(client.nextTimerAtMs).toBeUndefined();
    const answer = client.getCredentials();
    await clock.settleTo(START_MS + 50);
    const { expiresAtMs } = await answer;
    expect(client.nextTimerAtMs).toBeGreaterThan(expiresAtMs - 900_000);
    expect(client.nextTimerAtMs).toBeLessThan(expiresAtMs - 450_000);
    expect(clock.nextTimerAtMs, 'and there is no other').toBe(client.nextTimerAtMs);
    expect(unrefs, 'the call that somebody waited for held the process').toEqual([
      client.nextTimerAtMs,
    ]);
  });

  it('spreads warm-ups over their splay', async () => {
    const { clock, sts, client } = setUp();
    const warm = client.warmUp(10_000);
    await clock.settleTo(START_MS + 11_000);
    await warm;
    expect(sts.calls[0]!.atMs).toBeGreaterThan(START_MS);
    expect(sts.calls[0]!.atMs).toBeLessThan(START_MS + 10_000);
    expect(client.peek()).toBeDefined();
  });
});

describe('observers', () => {
  it('see no secret in any event, and calls with what they took', async () => {
    const { clock, sts, first, events, named } = await setUpWarm();
    sts.behaviour = failureOf('throttled');
    await clock.settleTo(first.expiresAtMs + 1_000);
    const text = JSON.stringify(events);
    for (const secret of ['source-secret', 'secret-of-', 'token-of-']) {
      expect(text).not.toContain(secret);
    }
    expect(named('refreshSucceeded')).toEqual([
      {
        atMs: START_MS + 50,
        tookMs: 50,
        accessKeyId: 'STS.numb****',
        expiresAtMs: first.expiresAtMs,
      },
    ]);
    expect(named('refreshFailed')[0]).toMatchObject({ tookMs: 50 });
  });

  it('may leave', async () => {
    const { clock, client } = await setUpWarm();
    let seen = 0;
    const leave = client.on('refreshStarted', () => {
      seen += 1;
    });
    leave();
    await clock.settleTo(START_MS + 3_600_000);
    expect(seen).toBe(0);
  });

  it('get a credential that they receive, the one at hand first', async () => {
    const { clock, client, first, named } = await setUpWarm();
    const received: string[] = [];
    client.publishTo({ publish: ({ accessKeyId }) => received.push(accessKeyId) });
    client.publishTo({
      publish: () => {
        throw new HarnessError('SHARED_CREDENTIAL_TOO_LONG', 'too long');
      },
    });
    await clock.settleTo(START_MS + 3_600_000);
    expect(received).toEqual([first.accessKeyId, 'STS.number2']);
    expect(named('publishFailed')).toMatchObject([
      { message: 'too long' },
      { message: 'too long' },
    ]);
  });
});

describe('options', () => {
  it('are refused with all problems at once, the secret in none', () => {
    const make = () =>
      new CachingCredentialClient({
        source: { accessKeyId: '', accessKeySecret: 'source-secret' },
        roleArn: 'role/app',
        roleSessionName: 'x',
        durationSeconds: 60,
        sessionPolicy: '{',
        callTimeoutMs: 0,
        endpoint: 'ftp://sts',
      });
    let error: unknown;
    try {
      make();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(HarnessError);
    const paths = (error as HarnessError).problems.map(({ path }) => path);
    expect(paths).toEqual([
      'roleArn',
      'roleSessionName',
      'durationSeconds',
      'sessionPolicy',
      'callTimeoutMs',
      'endpoint',
      'source',
    ]);
    expect(String(error)).not.toContain('source-secret');
  });
});
