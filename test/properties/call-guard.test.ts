/**
 * The guard before real STS against an oracle that knows what the guard does not: when STS received each
 * call. Whatever the network, the clients and the clock do, the ceiling holds where the calls arrive.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CallGuard } from '../../src/run/live/real/call-guard.ts';
import type { CallEnd, GuardRules } from '../../src/run/live/real/stop-rules.ts';

const OK: CallEnd = { outcome: 'succeeded', code: 'OK' };
const SECOND_MS = 1_000;

interface Flight {
  readonly token: number;
  readonly receivedAtMs: number;
  readonly answeredAtMs: number;
}

/** A client asks again and again; each call takes its own time to STS and back. */
const world = fc.record({
  ceilingPerSecond: fc.integer({ min: 1, max: 12 }),
  budget: fc.integer({ min: 1, max: 60 }),
  asks: fc.array(
    fc.record({
      afterMs: fc.double({ min: 0, max: 700, noNaN: true }),
      thereMs: fc.double({ min: 0, max: 1_500, noNaN: true }),
      backMs: fc.double({ min: 0, max: 1_500, noNaN: true }),
      /** By so much the clock is set back, for good. */
      setBackMs: fc.constantFrom(0, 0, 0, 1, 700, 5_000),
    }),
    { minLength: 1, maxLength: 150 },
  ),
});

type World = typeof world extends fc.Arbitrary<infer W> ? W : never;

function rulesOf({ ceilingPerSecond, budget }: World): GuardRules {
  return { ceilingPerSecond, budget, allowsThrottling: false, errorShareMax: 1 };
}

/** Plays it, and gives the instants at which STS received calls. `jumps`: the clock is set back at times. */
function play(given: World, jumps: boolean): { receivedAtMs: number[]; guard: CallGuard } {
  const guard = new CallGuard(rulesOf(given));
  const receivedAtMs: number[] = [];
  let flying: Flight[] = [];
  let nowMs = 0;
  let clockBehindMs = 0;
  for (const { afterMs, thereMs, backMs, setBackMs } of given.asks) {
    nowMs += afterMs;
    const landed = flying
      .filter(({ answeredAtMs }) => answeredAtMs <= nowMs)
      .sort((a, b) => a.answeredAtMs - b.answeredAtMs);
    flying = flying.filter(({ answeredAtMs }) => answeredAtMs > nowMs);
    for (const { token, answeredAtMs } of landed) {
      guard.answered(token, answeredAtMs - clockBehindMs, OK);
    }
    if (jumps) clockBehindMs += setBackMs;
    const permission = guard.ask(nowMs - clockBehindMs);
    if (permission.kind !== 'granted') continue;
    const flight = {
      token: permission.token,
      receivedAtMs: nowMs + thereMs,
      answeredAtMs: nowMs + thereMs + backMs,
    };
    flying.push(flight);
    receivedAtMs.push(flight.receivedAtMs);
  }
  return { receivedAtMs: receivedAtMs.sort((a, b) => a - b), guard };
}

test.each([false, true])('in no second STS receives more calls than the ceiling (%s)', (jumps) => {
  fc.assert(
    fc.property(world, (given) => {
      const { receivedAtMs } = play(given, jumps);
      receivedAtMs.forEach((fromMs, i) => {
        const within = receivedAtMs.slice(i).filter((atMs) => atMs < fromMs + SECOND_MS);
        expect(within.length).toBeLessThanOrEqual(given.ceilingPerSecond);
      });
    }),
    { numRuns: 500 },
  );
});

test('never more calls than the budget, and the one beyond it ends the run', () => {
  fc.assert(
    fc.property(world, (given) => {
      const { receivedAtMs, guard } = play(given, false);
      expect(receivedAtMs.length).toBeLessThanOrEqual(given.budget);
      expect(guard.sent).toBe(receivedAtMs.length);
      if (guard.stopped !== undefined) expect(receivedAtMs).toHaveLength(given.budget);
    }),
  );
});

test('a clock that is read wrong once, far too early, gives no token back before its time', () => {
  const rules = { ceilingPerSecond: 1, budget: 9, allowsThrottling: false, errorShareMax: 1 };
  const guard = new CallGuard(rules);
  const first = guard.ask(10_000);
  if (first.kind !== 'granted') throw new Error('the first call passes');
  guard.answered(first.token, 4_000, OK);
  expect(guard.ask(10_999)).toEqual({ kind: 'later', atMs: 11_000 });
  expect(guard.ask(11_000).kind).toBe('granted');
});

test('a clock that stands still lets no more than the ceiling pass', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), (ceilingPerSecond) => {
      const guard = new CallGuard({
        ceilingPerSecond,
        budget: 1_000,
        allowsThrottling: false,
        errorShareMax: 1,
      });
      let granted = 0;
      for (let i = 0; i < 100; i += 1) {
        const permission = guard.ask(5_000);
        if (permission.kind !== 'granted') continue;
        granted += 1;
        guard.answered(permission.token, 5_000, OK);
      }
      expect(granted).toBe(ceilingPerSecond);
    }),
  );
});

const ENDS: readonly CallEnd[] = [
  OK,
  { outcome: 'failed', code: 'InternalError' },
  { outcome: 'throttled', code: 'Throttling.User' },
  { outcome: 'failed', code: 'NoPermission' },
];

test('the first throttling, the first NoPermission and too many errors end it, and nothing ends the end', () => {
  const story = fc.record({
    ends: fc.array(fc.constantFrom(...ENDS), { maxLength: 60 }),
    allowsThrottling: fc.boolean(),
    errorShareMax: fc.constantFrom(0, 0.1, 0.5, 1),
  });
  fc.assert(
    fc.property(story, ({ ends, allowsThrottling, errorShareMax }) => {
      const rules = { ceilingPerSecond: 1, budget: 1_000, allowsThrottling, errorShareMax };
      const guard = new CallGuard(rules);
      const seen: CallEnd[] = [];
      let nowMs = 0;
      for (const end of ends) {
        const permission = guard.ask(nowMs);
        if (permission.kind === 'refused') break;
        if (permission.kind === 'later') throw new Error('every token is back after a second');
        guard.answered(permission.token, nowMs, end);
        seen.push(end);
        nowMs += SECOND_MS;
      }
      const failed = (count: number) =>
        seen.slice(0, count).filter(({ outcome }) => outcome === 'failed').length;
      const endsIt = seen.findIndex(
        ({ outcome, code }, i) =>
          (outcome === 'throttled' && !allowsThrottling) ||
          code === 'NoPermission' ||
          (i + 1 >= 10 && failed(i + 1) / (i + 1) > errorShareMax),
      );
      expect(seen.length).toBe(endsIt < 0 ? ends.length : endsIt + 1);
      expect(guard.stopped !== undefined).toBe(endsIt >= 0);
    }),
    { numRuns: 500 },
  );
});

test('a permission that was not used is one for another call', () => {
  const guard = new CallGuard({
    ceilingPerSecond: 1,
    budget: 1,
    allowsThrottling: false,
    errorShareMax: 1,
  });
  const first = guard.ask(0);
  if (first.kind !== 'granted') throw new Error('the first call passes');
  guard.unused(first.token);
  expect(guard.ask(0).kind).toBe('granted');
  expect(guard.sent).toBe(1);
});

test('calls of the credential chain count against budget and ceiling', () => {
  const rules = { ceilingPerSecond: 2, budget: 3, allowsThrottling: false, errorShareMax: 1 };
  const guard = new CallGuard(rules);
  guard.charge(2, 0);
  expect(guard.ask(999)).toEqual({ kind: 'later', atMs: SECOND_MS });
  expect(guard.ask(1_000).kind).toBe('granted');
  expect(guard.ask(5_000)).toMatchObject({ kind: 'refused', stop: { rule: 'budget' } });
});
