import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../../src/kernel/virtual-clock.ts';
import { CallGuard } from '../../../../src/run/live/real/call-guard.ts';
import { Gate } from '../../../../src/run/live/real/gate.ts';
import type { CallEnd, GuardRules, GuardStop } from '../../../../src/run/live/real/stop-rules.ts';

const OK: CallEnd = { outcome: 'succeeded', code: 'OK' };
const RULES: GuardRules = {
  ceilingPerSecond: 2,
  budget: 100,
  allowsThrottling: false,
  errorShareMax: 1,
};

function opened(rules: Partial<GuardRules> = {}) {
  const clock = new VirtualClock(0);
  const guard = new CallGuard({ ...RULES, ...rules });
  const stops: GuardStop[] = [];
  const gate = new Gate(guard, clock, (stop) => stops.push(stop));
  const sent: { name: string; atMs: number; end: (end?: CallEnd) => void }[] = [];
  const refused: string[] = [];
  const pass = (name: string, isWanted = () => true) =>
    gate.pass({
      isWanted,
      onRefused: ({ rule }) => refused.push(`${name}: ${rule}`),
      send: () => new Promise((resolve) => sent.push({ name, atMs: clock.nowMs(), end: resolve })),
    });
  return {
    clock,
    gate,
    guard,
    stops,
    sent,
    refused,
    pass,
    names: () => sent.map(({ name }) => name),
  };
}

/** Promises that were resolved have told whom they tell. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('first come, first served; a token is back a second after its answer', async () => {
  const { clock, sent, pass, names } = opened();
  for (const name of ['a', 'b', 'c', 'd']) pass(name);
  expect(names()).toEqual(['a', 'b']);
  await clock.settleTo(400);
  sent[0]!.end(OK);
  await settled();
  expect(names()).toEqual(['a', 'b']);
  await clock.settleTo(1_399);
  expect(names()).toEqual(['a', 'b']);
  await clock.settleTo(1_400);
  expect(names()).toEqual(['a', 'b', 'c']);
});

test('a call whose client has gone is not sent, and takes no token', async () => {
  const { sent, pass, names, clock } = opened({ ceilingPerSecond: 1 });
  pass('a');
  pass('gone', () => false);
  pass('c');
  sent[0]!.end(OK);
  await settled();
  await clock.settleTo(1_000);
  expect(names()).toEqual(['a', 'c']);
});

test('nothing passes after a stop, and everything that waits is refused', async () => {
  const { gate, pass, names, refused, stops } = opened();
  for (const name of ['a', 'b', 'c', 'd']) pass(name);
  gate.stop({ rule: 'asked', text: 'Enough.' });
  pass('e');
  expect(names()).toEqual(['a', 'b']);
  expect(refused).toEqual(['c: asked', 'd: asked', 'e: asked']);
  expect(stops).toEqual([{ rule: 'asked', text: 'Enough.' }]);
});

describe('the answer of a call in the air', () => {
  test.each([
    [{ outcome: 'throttled', code: 'Throttling.User' }, 'throttling'],
    [{ outcome: 'failed', code: 'NoPermission' }, 'no-permission'],
  ] as const)('%o ends everything that waits', async (end, rule) => {
    const { sent, pass, names, refused, stops } = opened();
    for (const name of ['a', 'b', 'c']) pass(name);
    sent[0]!.end(end);
    await settled();
    expect(names()).toEqual(['a', 'b']);
    expect(refused).toEqual([`c: ${rule}`]);
    expect(stops).toHaveLength(1);
  });
});

test('what was not sent after all makes room at once', async () => {
  const { sent, pass, names, guard } = opened({ ceilingPerSecond: 1 });
  pass('a');
  pass('b');
  sent[0]!.end(undefined);
  await settled();
  expect(names()).toEqual(['a', 'b']);
  expect(guard.sent).toBe(1);
});

test('has landed when every call that was sent is over', async () => {
  const { gate, sent, pass } = opened();
  await gate.landed();
  pass('a');
  pass('b');
  let hasLanded = false;
  const landed = gate.landed().then(() => {
    hasLanded = true;
  });
  sent[0]!.end(OK);
  await settled();
  expect(hasLanded).toBe(false);
  sent[1]!.end(OK);
  await landed;
});
