/** Memory has limits, and what is said within them still holds. */
import { describe, expect, it } from 'vitest';
import { Caller } from '../../src/trail/caller.ts';
import { CallerTable } from '../../src/trail/caller-table.ts';
import { importedQuota } from '../../src/trail/imported.ts';
import { BlockBudget } from '../../src/trail/second-series.ts';
import { TrackSample } from '../../src/trail/track-sample.ts';
import { ownEvent, stsEvent } from './trail-files.ts';

const T = stsEvent().atMs;
const FIRST = T / 1_000;

/** A fleet that refreshes every 45 minutes, each client from an instant of its own on. */
function* fleet(clients: number, rounds: number) {
  for (let round = 0; round < rounds; round += 1) {
    for (let client = 0; client < clients; client += 1) {
      const second = round * 2_700 + (client * 2_699) / clients;
      yield ownEvent({
        atMs: T + 1_000 * Math.floor(second),
        ...{ sessionName: `client-${client}`, sourceIp: `10.0.0.${client % 7}` },
      });
    }
  }
}

describe('a sample of tracks', () => {
  it('knows those that it keeps with all their calls, and no others', () => {
    const sample = new TrackSample(500);
    for (let call = 0; call < 10; call += 1) {
      for (let track = 0; track < 400; track += 1) {
        sample.add('host', `track-${track}`, { second: call, isGranted: true });
        while (sample.isFull) sample.shrink();
      }
    }
    const tracks = sample.sorted();
    expect(sample.kept).toBeLessThanOrEqual(500);
    expect(tracks.every(({ seconds }) => seconds.length === 10)).toBe(true);
    expect(Math.abs(tracks.length / sample.share / 400 - 1)).toBeLessThan(0.35);
    expect(sample.isWhole).toBe(false);
  });

  it('gives up on a few tracks with too many calls', () => {
    const sample = new TrackSample(100);
    for (let second = 0; second < 1_000; second += 1) {
      sample.add('host', 'one', { second, isGranted: true });
      if (sample.isFull) sample.shrink();
    }
    expect([sample.kept, sample.isCut, sample.isWhole]).toEqual([100, true, false]);
  });
});

describe('a caller', () => {
  it('knows all its calls by second, however small its sample is', () => {
    const [whole, small] = [10_000, 60].map((callsMax) => {
      const caller = new Caller(
        { accountId: '1', region: 'r', principal: 'p', roleArn: '', userAgent: '' },
        callsMax,
        new BlockBudget(100),
      );
      const refused = ownEvent({ errorCode: 'Throttling.User' });
      for (const event of [refused, ...fleet(100, 4), refused]) {
        caller.add(event);
        if (caller.isFull) caller.shrink();
      }
      return caller;
    });
    const all = whole!.between(FIRST, FIRST + 20_000);
    expect(all.reduce((sum, count) => sum + count)).toBe(402);
    expect(small!.between(FIRST, FIRST + 20_000)).toEqual(all);
    expect(small!.kept).toBeLessThanOrEqual(60);
  });
});

describe('a table of callers', () => {
  const LIMITS = { callers: 3, callsOfOne: 2_000, calls: 3_000, hours: 100 };

  it('says of a sampled fleet what it is', () => {
    const table = new CallerTable(LIMITS);
    for (const event of fleet(1_500, 6)) table.add(event);
    const [caller] = importedQuota(table)!.callers;
    expect(caller!.seen.tracks.share).toBeLessThan(1);
    if (caller!.inferred.kind !== 'cached') throw new Error(caller!.inferred.kind);
    const { processes, interval, singleFlight } = caller!.inferred;
    expect(Math.abs(processes.value / 1_500 - 1)).toBeLessThan(0.15);
    expect(processes.method).toContain('of a sample of 1 in');
    expect(interval.value).toEqual({ from: 2_700, to: 2_700 });
    expect(singleFlight.value).toBe('kept');
  });

  it('keeps within its limits, and counts what it has no room for', () => {
    const table = new CallerTable(LIMITS);
    for (let caller = 0; caller < 5; caller += 1) {
      for (const event of fleet(400, 5)) table.add({ ...event, principal: `user-${caller}` });
    }
    expect(table.callers).toHaveLength(3);
    expect(table.furtherCalls).toBe(2 * 2_000);
    const kept = table.callers.reduce((sum, caller) => sum + caller.kept, 0);
    expect(kept).toBeLessThanOrEqual(3_000);
    expect(table.uses[0]).toMatchObject({ calls: 10_000, first: FIRST });
  });

  it('looks at 31 days around the busiest hour where a date is wrong', () => {
    const table = new CallerTable(LIMITS);
    for (const event of fleet(10, 6)) table.add(event);
    table.add(ownEvent({ atMs: 0 }));
    table.add(ownEvent({ atMs: Date.UTC(9999, 0, 1) }));
    const { span, isCut, callers } = importedQuota(table)!;
    expect(isCut).toBe(true);
    expect(span.to - span.from).toBeLessThan(31 * 86_400);
    expect(span.from <= FIRST && span.to >= FIRST + 13_500).toBe(true);
    expect(callers[0]!.inferred).toMatchObject({ kind: 'cached' });
  });
});
