import { expect, test } from 'vitest';
import type { SubjectResult } from '../../src/measure/result.ts';
import { boundsText, headline, percent } from '../../src/report/headline.ts';
import { groupOf, subjectOf, totalsOf } from '../measure/documents.ts';
import { PEAK_SUBJECTS } from './peak.ts';

const [reference] = PEAK_SUBJECTS;
const offered = { requests: { offered: 1_000, completed: 1_000 } };

function sentence(change: Partial<SubjectResult>): string {
  return headline(subjectOf('reference', change));
}

test('stalls at the start alone are told from stalls later on', () => {
  expect(headline(reference)).toBe(
    'no request stalled after fleet-start (1,284 in it, up to 212 ms); 960 AssumeRole calls, peak 38/s of 100/s.',
  );
  const { windows } = reference;
  const later = { ...windows['second-refresh']!, ...groupOf({ stalls: { requests: 1 } }) };
  const start = { ...windows['fleet-start']!, ...groupOf({ stalls: { requests: 1_283 } }) };
  const stalledLater = {
    ...reference,
    windows: { ...windows, 'fleet-start': start, 'second-refresh': later },
  };
  expect(headline(stalledLater)).toMatch(/^1,284 requests stalled \(0\.071 %\) in 320 episodes/);
});

test('in a run of one window, stalls that are over early are those of the start', () => {
  const bucket = {
    at: 0,
    seconds: 1,
    gap: false,
    offered: 100,
    completed: 100,
    stalled: 0,
    assumeRole: 0,
    assumeRolePeakPerSecond: 0,
    throttled: 0,
  };
  const timelineStalledAt = (second: number) =>
    Array.from({ length: 10 }, (_, at) => ({ ...bucket, at, stalled: at === second ? 11 : 0 }));
  const totals = totalsOf({
    ...offered,
    stalls: { requests: 11, episodes: 6, totalSeconds: 0.2, longestSeconds: 0.029 },
  });
  expect(sentence({ totals, timeline: timelineStalledAt(1) })).toBe(
    'no request stalled after the first 2 s (11 in it, up to 29 ms); it never called AssumeRole.',
  );
  expect(sentence({ totals, timeline: timelineStalledAt(2) })).toBe(
    '11 requests stalled (1.1 %) in 6 episodes, up to 29 ms; it never called AssumeRole.',
  );
});

test('the quota that is nearest to its limit is the one that is told, in the second its limiter counts', () => {
  const quota = reference.quotas[0]!;
  const sliding = {
    ...quota,
    limit: 40,
    limiter: { algorithm: 'sliding-window' as const },
    peakPerSecond: 38,
    slidingPeakPerSecond: 46,
  };
  expect(
    sentence({
      totals: totalsOf({ ...offered, assumeRole: { calls: 1 } }),
      quotas: [quota, sliding],
    }),
  ).toBe('no request stalled; 1 AssumeRole call, peak 46/s of 40/s.');
});

test('where no quota is enforced, that is said', () => {
  const totals = totalsOf({ ...offered, assumeRole: { calls: 7, peakPerSecond: 3 } });
  expect(sentence({ totals })).toBe(
    'no request stalled; 7 AssumeRole calls, peak 3/s with no quota enforced.',
  );
});

test('expired credentials and an early end are not passed over', () => {
  const totals = totalsOf({ ...offered, credentials: { servedExpired: 2 } });
  expect(sentence({ totals, partial: true })).toBe(
    'ended early: lower bounds. No request stalled; it never called AssumeRole; 2 expired credentials handed over.',
  );
});

test('requests that still wait at the end are told, and not as if none had stalled', () => {
  const totals = totalsOf({ requests: { offered: 1_000, inFlight: 1_000 } });
  expect(sentence({ totals })).toBe(
    '1,000 requests unanswered at the end; it never called AssumeRole.',
  );
});

test('a subject that was lost is not called saturated for the few requests that were late', () => {
  const validity = { ...reference.validity, ok: false, shortfall: 0.001 };
  expect(boundsText(subjectOf('lost', { validity, partial: true }))).toBe('invalid: lower bounds');
  expect(boundsText(subjectOf('slow', { validity }))).toBe('machine saturated: lower bounds');
});

test('a share that is not nothing never reads as nothing', () => {
  expect([0, 1e-9, 0.0002, 0.015, 0.12, 1].map(percent)).toEqual([
    '0 %',
    '< 0.01 %',
    '0.02 %',
    '1.5 %',
    '12 %',
    '100 %',
  ]);
});
