/** Scripts on small clients: what is told of them, and that no secret is in it. */
import childProcess from 'node:child_process';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { CreateClient } from '../../../../src/run/subjects/subject.ts';
import { playScript } from '../../../../src/run/virtual/script/play.ts';
import type { Script } from '../../../../src/scenario/script.ts';

const MINUTE = 60_000;
const uncached: CreateClient = ({ assumeRole }) => ({ getCredentials: () => assumeRole() });

const play = (script: Partial<Script>, createClient: CreateClient = uncached) =>
  playScript({ steps: [], endMs: MINUTE, ...script }, { name: 'play', createClient, seed: 1 });

test('a served credential is told by the answer that it came with', async () => {
  const { requests, calls } = await play({ steps: [{ kind: 'request', atMs: 500, count: 2 }] });
  expect(calls).toMatchObject([{ atMs: 500, answeredAtMs: 520 }, { atMs: 500 }]);
  expect(requests.map(({ outcome }) => outcome)).toMatchObject(
    [0, 1].map((number) => ({
      state: 'served',
      endedAtMs: 520,
      handed: {
        isWhole: true,
        issue: { number, roleSessionName: 'play-0', expiresAtMs: 3_600_000 },
      },
    })),
  );
});

test('a credential that is put together from two answers is not whole', async () => {
  const { requests } = await play({ steps: [{ kind: 'request', atMs: 0 }] }, ({ assumeRole }) => ({
    getCredentials: async () => {
      const [one, other] = [await assumeRole(), await assumeRole()];
      return { ...one, securityToken: other.securityToken };
    },
  }));
  expect(requests[0]?.outcome).toMatchObject({ handed: { isWhole: false, issue: { number: 0 } } });
});

test('an object that the client changes later is told as it was', async () => {
  const kept = { accessKeyId: '', accessKeySecret: '', securityToken: '' };
  const steps = [
    { kind: 'request', atMs: 0 },
    { kind: 'request', atMs: 1_000 },
  ] as const;
  const { requests } = await play({ steps }, ({ assumeRole }) => ({
    getCredentials: async () => Object.assign(kept, await assumeRole()),
  }));
  expect(requests.map(({ outcome }) => outcome)).toMatchObject([
    { handed: { issue: { number: 0 } } },
    { handed: { issue: { number: 1 } } },
  ]);
});

test('what an error gives away is named, and masked', async () => {
  const seen = await play({ steps: [{ kind: 'request', atMs: 0 }] }, (context) => ({
    getCredentials: async () => {
      const { securityToken } = await context.assumeRole();
      throw Object.assign(new Error(`refused: ${securityToken}`), {
        config: { key: context.accessKeySecret },
      });
    },
  }));
  const [outcome] = seen.requests.map((request) => request.outcome);
  expect(outcome).toMatchObject({
    error: {
      isError: true,
      text: 'Error: refused: ****',
      leaks: ['SecurityToken, in its message', "the caller's AccessKeySecret, in its JSON"],
    },
  });
});

test('no secret is in what was seen', async () => {
  let secrets: string[] = [];
  const steps = [{ kind: 'request', atMs: 0 }] as const;
  const seen = await play({ steps }, ({ assumeRole, accessKeySecret }) => ({
    getCredentials: async () => {
      const credential = await assumeRole();
      secrets = [credential.accessKeySecret, credential.securityToken, accessKeySecret];
      return credential;
    },
  }));
  const text = inspect(seen, { depth: 10 }) + JSON.stringify(seen);
  expect(secrets.filter((secret) => secret.length < 10 || text.includes(secret))).toEqual([]);
});

test('answers are edited in their span: another Expiration, a field less', async () => {
  const steps = [0, MINUTE, 2 * MINUTE].map((atMs) => ({ kind: 'request' as const, atMs }));
  const { requests } = await play({
    edits: [
      { fromMs: 0, toMs: MINUTE, lifetimeMs: 10 * MINUTE },
      { fromMs: MINUTE, toMs: 2 * MINUTE, omit: 'SecurityToken' },
    ],
    steps,
    endMs: 3 * MINUTE,
  });
  expect(requests.map(({ outcome }) => outcome)).toMatchObject([
    { state: 'served', handed: { issue: { expiresAtMs: 10 * MINUTE } } },
    { state: 'failed' },
    { state: 'served', handed: { issue: { expiresAtMs: 62 * MINUTE } } },
  ]);
});

test('after a leap, timers come late and requests first', async () => {
  const order: string[] = [];
  await play(
    {
      steps: [
        { kind: 'leap', atMs: 1_000, byMs: MINUTE },
        { kind: 'request', atMs: 2_000 },
      ],
      endMs: 2 * MINUTE,
    },
    ({ clock }) => {
      const begunMs = clock.nowMs();
      clock.setTimer(begunMs + 5_000, () => order.push(`timer ${clock.nowMs() - begunMs}`));
      return {
        getCredentials: () => {
          order.push(`request ${clock.nowMs() - begunMs}`);
          return { accessKeyId: 'a', accessKeySecret: 'b' };
        },
      };
    },
  );
  expect(order).toEqual(['request 61000', 'timer 61000']);
});

test('a client that calls in a loop has its script ended', { timeout: 60_000 }, async () => {
  const seen = await play({ endMs: 24 * 60 * MINUTE }, ({ assumeRole }) => {
    const loop = async (): Promise<void> => {
      await assumeRole();
      return loop();
    };
    void loop();
    return { getCredentials: () => assumeRole() };
  });
  expect(seen.isCut).toBe(true);
  expect(seen.endedAtMs).toBeLessThan(2 * MINUTE);
});

test('clients have roles and clocks as the script says', async () => {
  const dates: number[] = [];
  const { calls } = await play(
    {
      startsAtMs: [0, 730],
      rolePerClient: true,
      skewMs: -5 * MINUTE,
      steps: [{ kind: 'load', fromMs: MINUTE, toMs: MINUTE + 1, everyMs: 1_000 }],
      endMs: 2 * MINUTE,
    },
    ({ assumeRole }) => {
      dates.push(Date.now() - Date.parse('2026-01-01T00:00:00Z'));
      return { getCredentials: () => assumeRole() };
    },
  );
  expect(dates).toEqual([-5 * MINUTE, -5 * MINUTE + 730]);
  expect(calls.map(({ issue }) => issue?.roleArn.split('/').at(-1))).toEqual(['play-0', 'play-1']);
});

describe('what is done behind the back of the host', () => {
  test('is refused with the reason', async () => {
    await expect(
      play({}, () => {
        try {
          childProcess.spawnSync('true');
        } catch {
          // Whoever swallows it is named all the same.
        }
        return { getCredentials: () => ({ accessKeyId: 'a', accessKeySecret: 'b' }) };
      }),
    ).rejects.toMatchObject({ code: 'HOST_BREACH' });
  });
});
