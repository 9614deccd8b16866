/** A stall is told by the turn of the event loop, not by how many promises an answer went through. */
import { expect, test } from 'vitest';
import type { Clock } from '../../../src/kernel/clock.ts';
import { nextTurn } from '../../../src/kernel/real-clock.ts';
import { ProcessSlot } from '../../../src/run/live/process-slot.ts';
import { Requester } from '../../../src/run/live/requester.ts';
import { ResourceCalls } from '../../../src/run/live/resource-calls.ts';
import type { CredentialClient } from '../../../src/run/subjects/subject.ts';

const ZERO_AT_MS = 1_000_000;
const CREDENTIAL = { accessKeyId: 'STS.a', accessKeySecret: 'b', expiresAtMs: ZERO_AT_MS + 60_000 };

test('an answer at hand is a hit, recorded when the turn has ended', async () => {
  const { ask, records } = driver({ getCredentials: () => CREDENTIAL });
  ask();
  expect(records).toEqual([]);
  await turn();
  expect(records).toEqual(['hit']);
});

test('an answer through many promises and ticks of the same turn is a hit', async () => {
  const { ask, records, requester } = driver({
    getCredentials: async () => {
      for (let hop = 0; hop < 50; hop += 1) await undefined;
      return CREDENTIAL;
    },
  });
  ask();
  expect(requester.pending).toBe(1);
  await turn();
  expect(records).toEqual(['hit']);
  expect(requester.pending).toBe(0);
});

test('an answer of a later turn was waited for', async () => {
  const { ask, records } = driver({
    getCredentials: () => new Promise((resolve) => nextTurn(() => resolve(CREDENTIAL))),
  });
  ask();
  await turn();
  await turn();
  expect(records).toEqual(['stalled']);
});

test('a hit of a later turn is not taken for a stall because an older request still waits', async () => {
  let answer: () => void = () => {};
  let calls = 0;
  const { ask, records } = driver({
    getCredentials: () => {
      calls += 1;
      if (calls > 1) return Promise.resolve(CREDENTIAL);
      return new Promise((resolve) => {
        answer = () => resolve(CREDENTIAL);
      });
    },
  });
  ask();
  await turn();
  ask();
  await turn();
  expect(records).toEqual(['hit']);
  answer();
  await turn();
  expect(records.at(-1)).toBe('stalled');
});

test('what was left of a credential is recorded when another takes its place, and when asked for', async () => {
  const credentials = [
    CREDENTIAL,
    { ...CREDENTIAL, accessKeyId: 'STS.b', expiresAtMs: ZERO_AT_MS + 5 },
  ];
  const { ask, records, requester, slot } = driver({ getCredentials: () => credentials[0]! });
  ask();
  await turn();
  credentials.shift();
  ask();
  await turn();
  expect(records).toEqual(['hit', 'credential 60000', 'hit']);
  requester.noteRemaining(slot);
  expect(records.at(-1)).toBe('credential 5');
});

test('each request that is handed an expired credential is recorded', async () => {
  const expired = { ...CREDENTIAL, expiresAtMs: ZERO_AT_MS - 7 };
  const { ask, records } = driver({ getCredentials: () => expired });
  ask();
  ask();
  await turn();
  expect(records).toEqual(['credential -7', 'credential -7', 'hit', 'hit']);
});

test.each<[string, CredentialClient['getCredentials']]>([
  [
    'thrown',
    () => {
      throw Object.assign(new Error('x'), { code: 'Throttling.User' });
    },
  ],
  ['rejected', () => Promise.reject(Object.assign(new Error('x'), { code: 'Throttling.User' }))],
])('an error that is %s fails the request by its code', async (_, getCredentials) => {
  const { ask, records, requester } = driver({ getCredentials });
  ask();
  await turn();
  expect(records).toEqual(['failed Throttling.User']);
  expect(requester.pending).toBe(0);
});

test('a client that gives nothing fails the request', async () => {
  const { ask, records } = driver({ getCredentials: async () => undefined as never });
  ask();
  await turn();
  expect(records).toEqual(['failed NoCredential']);
});

test('a request that calls a service is recorded when that has answered, and pends until then', async () => {
  const { ask, records, requester, slot, answers } = callingDriver();
  ask();
  ask();
  await turn();
  expect(records).toEqual([]);
  expect([requester.pending, slot.pending]).toEqual([2, 2]);
  answers[1]!('SecurityTokenExpired');
  answers[0]!(undefined);
  await turn();
  expect(records).toEqual(['refused SecurityTokenExpired', 'served']);
  expect([requester.pending, slot.pending]).toEqual([0, 0]);
});

test('its wait for the credential is told at once, apart from how its call ends', async () => {
  const { ask, records, answers } = callingDriver(
    () => new Promise((resolve) => nextTurn(() => resolve(CREDENTIAL))),
  );
  ask();
  await turn();
  await turn();
  expect(records).toEqual(['waited']);
  answers[0]!(undefined);
  await turn();
  expect(records).toEqual(['waited', 'served']);
});

test('after the end an answer changes nothing: what pends was counted as in flight', async () => {
  let answer: (credential: typeof CREDENTIAL) => void = () => {};
  const { ask, records, requester, slot, answers } = callingDriver(() =>
    answers.length === 0
      ? CREDENTIAL
      : new Promise((resolve) => {
          answer = resolve;
        }),
  );
  ask();
  await turn();
  ask();
  await turn();
  requester.close();
  answers[0]!('ConnectionReset');
  answer(CREDENTIAL);
  await turn();
  expect(records).toEqual([]);
  expect(slot.pending).toBe(2);
});

function callingDriver(getCredentials: CredentialClient['getCredentials'] = () => CREDENTIAL) {
  const answers: ((refusal: string | undefined) => void)[] = [];
  const call = () => new Promise<string | undefined>((resolve) => answers.push(resolve));
  const action = { product: 'oss', action: 'GetObject' };
  const calls = new ResourceCalls({ call }, { action, concurrency: 64 });
  return { ...driver({ getCredentials }, calls), answers };
}

function driver(client: CredentialClient, calls?: ResourceCalls) {
  const records: string[] = [];
  const clock: Clock = {
    nowMs: () => ZERO_AT_MS,
    setTimer: () => ({ cancel: () => {}, unref: () => {} }),
  };
  const recorder = {
    hits: ({ count }: { count: number }) => {
      for (let i = 0; i < count; i += 1) records.push('hit');
    },
    stalled: () => records.push('stalled'),
    served: () => records.push('served'),
    waited: () => records.push('waited'),
    refused: (...args: unknown[]) => records.push(`refused ${args.at(-1)}`),
    failed: (...args: unknown[]) => records.push(`failed ${args.at(-1)}`),
    credential: (_app: number, remainingMs: number) => records.push(`credential ${remainingMs}`),
  };
  const slot = new ProcessSlot(
    { index: 0, app: 0, host: 0, indexInApp: 0, name: 'app.h0.p0', startMs: 0 },
    {
      work: { start: () => 0 } as never,
      calls,
      arrivals: {} as never,
      fastForward: { mode: 'jump' },
    },
  );
  slot.client = client;
  const requester = new Requester(clock, ZERO_AT_MS, recorder as never);
  return { ask: () => requester.request(slot, requester.now()), records, requester, slot };
}

const turn = () => new Promise<void>((resolve) => nextTurn(resolve));
