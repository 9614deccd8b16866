import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CallRecord } from '../../src/kernel/sts/call-record.ts';
import { CallLog } from '../../src/measure/call-log.ts';
import { ALL, CallTable } from '../../src/measure/call-table.ts';
import { peaksOf } from '../../src/measure/peaks.ts';
import { Spans } from '../../src/measure/spans.ts';

const ZERO_AT_MS = 1_795_000_000_000;

/** Bunched at whole seconds, where aligned and sliding seconds differ most. */
const instant = fc.oneof(
  fc.integer({ min: 0, max: 9_999 }),
  fc.integer({ min: 0, max: 9 }).map((second) => second * 1_000),
  fc.double({ min: 0, max: 10_000, noNaN: true, maxExcluded: true }),
);

const calls: fc.Arbitrary<CallRecord[]> = fc
  .array(
    fc.record({
      atMs: instant.map((ms) => ZERO_AT_MS + ms),
      action: fc.constantFrom('AssumeRole', 'AssumeRole', 'AssumeRole', 'GetCallerIdentity'),
      accountId: fc.constantFrom('1', '2'),
      region: fc.constant('cn-hangzhou'),
      caller: fc.constantFrom('checkout', 'search', ''),
      roleArn: fc.constantFrom('acs:ram::2:role/a', 'acs:ram::2:role/b'),
      result: fc.constantFrom(
        { outcome: 'succeeded' as const, code: 'OK' },
        { outcome: 'throttled' as const, code: 'Throttling.User', throttledBy: 'role' as const },
        { outcome: 'throttled' as const, code: 'Throttling.User', throttledBy: 'account' as const },
        { outcome: 'failed' as const, code: 'NoPermission' },
      ),
      serviceMs: fc.integer({ min: 0, max: 90 }),
    }),
    { maxLength: 120 },
  )
  .map((list) =>
    list.map(({ result, ...call }) => ({ ...call, ...result })).toSorted((a, b) => a.atMs - b.atMs),
  );

function tableOf(...lists: CallRecord[][]): CallTable {
  return new CallTable(
    lists.map((list) => {
      const log = new CallLog(ZERO_AT_MS);
      for (const call of list) log.append(call);
      return structuredClone(log.export());
    }),
  );
}

const virtualMs = ({ atMs }: CallRecord) => atMs - ZERO_AT_MS;
const isAssumeRole = ({ action }: CallRecord) => action === 'AssumeRole';

test('peaks are the largest counts that trying every second finds, and bound each other', () => {
  fc.assert(
    fc.property(fc.array(instant), (instants) => {
      const atMs = instants.toSorted((a, b) => a - b);
      const { peakPerSecond, slidingPeakPerSecond } = peaksOf(Float64Array.from(atMs));
      const inSecond = (fromMs: number) =>
        atMs.filter((at) => Math.floor(at / 1_000) === fromMs / 1_000).length;
      const from = (start: number) => atMs.filter((at) => at >= start && at - start < 1_000).length;
      const seconds = Array.from({ length: 10 }, (_, second) => second * 1_000);
      expect(peakPerSecond).toBe(Math.max(0, ...seconds.map(inSecond)));
      expect(slidingPeakPerSecond).toBe(Math.max(0, ...atMs.map(from)));
      expect(peakPerSecond).toBeLessThanOrEqual(slidingPeakPerSecond);
      expect(slidingPeakPerSecond).toBeLessThanOrEqual(2 * peakPerSecond);
    }),
  );
});

test('the least burst is the most that any run of calls is ahead of the refill', () => {
  const rates = fc.integer({ min: 1, max: 50 });
  fc.assert(
    fc.property(calls, rates, (list, ratePerSecond) => {
      const atMs = list.filter(isAssumeRole).map(virtualMs);
      let most = 0;
      for (const [from, fromMs] of atMs.entries()) {
        for (const [to, toMs] of atMs.entries()) {
          const refilled = ((toMs - fromMs) * ratePerSecond) / 1_000;
          if (to >= from) most = Math.max(most, to - from + 1 - refilled);
        }
      }
      // Both add up the same fractions, in another order.
      expect(tableOf(list).burst(ALL, ratePerSecond)).toBeCloseTo(most, 6);
    }),
  );
});

test('calls are counted by whoever made them, and other actions not at all', () => {
  fc.assert(
    fc.property(calls, (list) => {
      const table = tableOf(list);
      for (const roleArn of ['acs:ram::2:role/a', 'acs:ram::2:role/b']) {
        for (const caller of ['checkout', 'search', '']) {
          const mine = list.filter(
            (call) => isAssumeRole(call) && call.roleArn === roleArn && call.caller === caller,
          );
          const of = (outcome: string) => mine.filter((call) => call.outcome === outcome).length;
          const select = (kind: { roleArn: string; caller: string }) =>
            kind.roleArn === roleArn && kind.caller === caller;
          expect(table.counts(select)).toEqual({
            calls: mine.length,
            succeeded: of('succeeded'),
            throttled: of('throttled'),
            failed: of('failed'),
          });
          expect(table.peaks(select)).toEqual(peaksOf(Float64Array.from(mine.map(virtualMs))));
        }
      }
    }),
  );
});

test('counts within a stretch are those of its half-open interval', () => {
  fc.assert(
    fc.property(calls, instant, instant, (list, a, b) => {
      const stretch = { fromMs: Math.min(a, b), toMs: Math.max(a, b) };
      const mine = list
        .filter(isAssumeRole)
        .filter((call) => virtualMs(call) >= stretch.fromMs && virtualMs(call) < stretch.toMs);
      expect(tableOf(list).countsWithin(ALL, stretch).calls).toBe(mine.length);
    }),
  );
});

test('logs of several sources give what one log of all calls gives', () => {
  fc.assert(
    fc.property(calls, calls, (one, other) => {
      const all = [...one, ...other].toSorted((a, b) => a.atMs - b.atMs);
      const split = tableOf(one, other);
      const whole = tableOf(all);
      expect(split.counts(ALL)).toEqual(whole.counts(ALL));
      expect(split.peaks(ALL)).toEqual(whole.peaks(ALL));
      const byCode = (table: CallTable) =>
        table.errors().toSorted((a, b) => a.code.localeCompare(b.code));
      expect(byCode(split)).toEqual(byCode(whole));
    }),
  );
});

test('the timeline holds each call in its bucket, with the most in one of the bucket’s seconds', () => {
  const spans = new Spans({
    apps: [],
    windows: [{ name: 'peak', atMs: 2_500, forMs: 4_000 }],
    endMs: 10_000,
    stallThresholdMs: 1,
  });
  fc.assert(
    fc.property(calls, (list) => {
      const timeline = tableOf(list).timeline(spans);
      const edges = [0, 2_500, 3_500, 4_500, 5_500, 6_500, Number.POSITIVE_INFINITY];
      const assumeRole = list.filter(isAssumeRole);
      for (let bucket = 0; bucket < spans.buckets; bucket += 1) {
        const fromMs = edges[bucket]!;
        const mine = assumeRole.filter(
          (call) => virtualMs(call) >= fromMs && virtualMs(call) < edges[bucket + 1]!,
        );
        const shifted = mine.map((call) => virtualMs(call) - fromMs);
        expect(timeline.calls[bucket]).toBe(mine.length);
        expect(timeline.throttled[bucket]).toBe(
          mine.filter(({ outcome }) => outcome === 'throttled').length,
        );
        expect(timeline.peakPerSecond[bucket]).toBe(
          peaksOf(Float64Array.from(shifted)).peakPerSecond,
        );
      }
    }),
  );
});

test('a full log goes on counting, and says how many calls it could not place', () => {
  fc.assert(
    fc.property(calls, fc.integer({ min: 1, max: 40 }), (list, limit) => {
      const log = new CallLog(ZERO_AT_MS, limit);
      for (const call of list) log.append(call);
      const table = new CallTable([log.export()]);
      expect(table.counts(ALL).calls).toBe(list.filter(isAssumeRole).length);
      expect(table.unplaced).toBe(Math.max(0, list.length - limit));
    }),
  );
});
