/** What a trail holds: counts by name, the busiest second, and the text of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trailText } from '../../src/report/trail-text.ts';
import type { StsEvent } from '../../src/trail/event.ts';
import { keptNames, pseudonyms } from '../../src/trail/pseudonyms.ts';
import { TrailTally } from '../../src/trail/read-trail.ts';
import { HOURS_MAX, SecondCounts } from '../../src/trail/second-counts.ts';
import { NAMES_MAX, TrailSummaryBuilder } from '../../src/trail/summary.ts';
import { ownEvent, stsEvent } from './trail-files.ts';

function summaryOf(events: readonly StsEvent[], tally = new TrailTally()) {
  const builder = new TrailSummaryBuilder();
  for (const event of events) builder.add(event);
  return builder.summary(['trail.json'], tally, keptNames);
}

const textOf = (events: readonly StsEvent[], tally?: TrailTally) =>
  trailText({ schemaVersion: 1, ...summaryOf(events, tally), quota: null, scenario: null });

const T = stsEvent().atMs;
const EVENTS = [
  ownEvent(),
  ownEvent({ principal: 'role/role-hub', errorCode: 'NoPermission' }),
  ownEvent({ atMs: T + 1_000, errorCode: 'Throttling.User' }),
  ownEvent({ atMs: T + 1_000 }),
  ownEvent({ atMs: T + 1_000 }),
  ownEvent({ atMs: T + 1_000, region: 'cn-beijing' }),
  ownEvent({ atMs: T + 61_000, action: 'GetCallerIdentity', roleArn: '', durationSeconds: 0 }),
];

it('counts calls by action, caller, role and error', () => {
  const tally = Object.assign(new TrailTally(), { otherEvents: 3 });
  expect(summaryOf(EVENTS, tally)).toMatchObject({
    ...{ calls: 7, assumeRoleCalls: 6, otherEvents: 3 },
    span: { from: '2026-11-22T08:00:00Z', to: '2026-11-22T08:01:01Z', seconds: 61 },
    busiestSecond: {
      ...{ at: '2026-11-22T08:00:01Z', calls: 3, accountId: '1000000000000001' },
      region: 'cn-hangzhou',
    },
    actions: [
      { name: 'AssumeRole', calls: 6, failed: 2, throttled: 1 },
      { name: 'GetCallerIdentity', calls: 1, failed: 0, throttled: 0 },
    ],
    callers: [
      { name: '1000000000000001/app', calls: 6, failed: 1, throttled: 1 },
      { name: '1000000000000001/role/role-hub', calls: 1, failed: 1, throttled: 0 },
    ],
    roles: [{ calls: 6 }],
    errors: [{ name: 'NoPermission' }, { name: 'Throttling.User' }],
  });
});

it('finds the busiest second, as a count of all seconds does', () => {
  const calls = fc.array(
    fc.record({ account: fc.constantFrom('1', '2'), second: fc.integer({ min: 0, max: 5 }) }),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(
    fc.property(calls, fc.integer({ min: 3_590, max: 3_600 }), (all, from) => {
      const counts = new SecondCounts();
      const oracle = new Map<string, number>();
      for (const { account, second } of all) {
        counts.add(account, 'r', (from + second) * 1_000 + 999);
        const key = `${account}@${from + second}`;
        oracle.set(key, (oracle.get(key) ?? 0) + 1);
      }
      const { accountId, atMs, calls: most } = counts.busiestSecond!;
      expect(most).toBe(Math.max(...oracle.values()));
      expect(oracle.get(`${accountId}@${atMs / 1_000}`)).toBe(most);
    }),
  );
});

it('leaves out copies of an event, by id and time', () => {
  const [one, other] = [ownEvent(), ownEvent()];
  const later = { ...one, atMs: one.atMs + 1_000 };
  const { calls, duplicates } = summaryOf([one, other, one, later, { ...one }]);
  expect([calls, duplicates.count]).toEqual([3, 2]);
  const noId = { ...one, eventId: '' };
  expect(summaryOf([noId, noId])).toMatchObject({ calls: 2, duplicates: { count: 0 } });
});

it('shows callers by pseudonym: the same for one name, and none without the key', () => {
  const shown = (key: string) => {
    const builder = new TrailSummaryBuilder();
    for (const event of EVENTS) builder.add(event);
    return builder.summary([], new TrailTally(), pseudonyms(key)).callers.map(({ name }) => name);
  };
  expect(shown('a')).toEqual(shown('a'));
  expect(shown('a')).not.toEqual(shown('b'));
  expect(shown('a')[0]).toMatch(/^1000000000000001\/user-[0-9a-f]{8}$/);
});

describe('it is bounded', () => {
  it('in names', () => {
    const events = Array.from({ length: NAMES_MAX + 5 }, (_, i) =>
      ownEvent({ principal: `u${i}` }),
    );
    const { callers } = summaryOf(events);
    expect(callers).toHaveLength(NAMES_MAX + 1);
    expect(callers[0]).toMatchObject({ name: '(further ones)', calls: 5 });
  });

  it('in hours', () => {
    const counts = new SecondCounts();
    for (let hour = 0; hour < HOURS_MAX + 2; hour += 1) counts.add('1', 'r', hour * 3_600_000);
    counts.add('1', 'r', 0);
    expect([counts.uncounted, counts.busiestSecond?.calls]).toEqual([2, 2]);
  });
});

describe('the text', () => {
  it('tells all of it', () => {
    const tally = Object.assign(new TrailTally(), { otherEvents: 3 });
    tally.noteBroken({ file: 'trail.json', line: 7, reason: 'an object that does not end' });
    expect(textOf(EVENTS, tally)).toMatchInlineSnapshot(`
      "7 calls to STS, 6 of which assume a role; 3 events of other services
      2026-11-22T08:00:00Z to 2026-11-22T08:01:01Z (61 s)
      busiest second: 3 calls at 2026-11-22T08:00:01Z, of account 1000000000000001 in cn-hangzhou

      calls by action
                   6  AssumeRole (2 failed, 1 of them throttled)
                   1  GetCallerIdentity

      by caller (account/principal)
                   6  1000000000000001/app (1 failed, 1 of them throttled)
                   1  1000000000000001/role/role-hub (1 failed)

      by role
                   6  acs:ram::1000000000000101:role/role-app-prd (2 failed, 1 of them throttled)

      by error
                   1  NoPermission
                   1  Throttling.User

      1 could not be read, the first:
        trail.json:7: an object that does not end
      "
    `);
  });

  it('says what to look at where no role was assumed', () => {
    expect(textOf([])).toContain('There is no AssumeRole event in it.');
    expect(textOf(EVENTS)).not.toContain('There is no AssumeRole event');
  });

  it('lets no control character of a name through', () => {
    const principal = 'a\u001b[2Jb\nc';
    expect(textOf([stsEvent({ principal })])).toContain('/a?[2Jb?c');
  });
});
