import fc from 'fast-check';
import { expect, test } from 'vitest';
import { violations } from '../../src/measure/invariants.ts';
import { mergeSnapshots } from '../../src/measure/merge-snapshots.ts';
import { Recorder } from '../../src/measure/recorder.ts';
import type { RecorderSnapshot } from '../../src/measure/recorder-snapshot.ts';
import type { GroupResult, SubjectResult } from '../../src/measure/result.ts';
import type { RunShape } from '../../src/measure/run-shape.ts';
import { resultOfSubject } from '../../src/measure/subject-result.ts';
import { resultOf } from '../measure/documents.ts';
import { appOf, feed, type Request, requests, shapes } from '../measure/requests.ts';

function subjectOf(shape: RunShape, recorded: RecorderSnapshot): SubjectResult {
  return resultOfSubject({
    name: 'reference',
    shape,
    recorded,
    calls: [],
    quotas: {
      caller: { accountId: '1', region: 'cn-hangzhou' },
      sts: {
        quotaPerRole: undefined,
        quotaPerAccount: 100,
        limiter: { algorithm: 'fixed-window' },
      },
    },
    validity: { reasons: [], shortfall: 0 },
    processes: 6,
    fastForward: { mode: 'none', hops: 0, reason: '' },
    coveredMs: shape.endMs,
  });
}

function isStall(shape: RunShape, request: Request): boolean {
  const { kind, askedMs, handedMs } = request;
  if (kind !== 'stalled' && kind !== 'failed') return false;
  return handedMs - askedMs >= shape.stallThresholdMs;
}

/** Counted slowly and obviously: every figure from the list itself. */
function checkGroup(
  group: GroupResult,
  shape: RunShape,
  mine: readonly Request[],
  isIn: (ms: number) => boolean,
): void {
  const due = mine.filter(({ dueMs }) => isIn(dueMs));
  const of = (...kinds: Request['kind'][]) => due.filter(({ kind }) => kinds.includes(kind)).length;
  expect(group.totals.requests).toEqual({
    offered: due.length,
    completed: of('hit', 'stalled'),
    failed: of('failed'),
    inFlight: 0,
    notStarted: of('notStarted'),
  });
  const waits = mine
    .filter((request) => isStall(shape, request) && isIn(request.askedMs))
    .map(({ askedMs, handedMs }) => handedMs - askedMs);
  expect(group.totals.stalls).toMatchObject({
    requests: waits.length,
    totalSeconds: waits.reduce((a, b) => a + b, 0) / 1_000,
    longestSeconds: Math.max(0, ...waits) / 1_000,
  });
  const handed = mine.filter(({ kind, handedMs }) => kind !== 'notStarted' && isIn(handedMs));
  const remainingMs = handed.map(({ endMs }) => endMs - 10_000);
  expect(group.totals.credentials).toEqual({
    servedExpired: remainingMs.filter((ms) => ms < 0).length,
    minRemainingSeconds: remainingMs.length === 0 ? null : Math.min(...remainingMs) / 1_000,
  });
}

/** Milliseconds of each process in which it has a stalled request, grown into episodes by marking. */
function episodesOf(shape: RunShape, list: readonly Request[]): [fromMs: number, toMs: number][] {
  const processes = new Set(list.map(({ process }) => process));
  return [...processes].flatMap((process) => {
    const stalls = list.filter((request) => request.process === process && isStall(shape, request));
    // Half-milliseconds tell two intervals that touch from two with a gap of one between them.
    const marked = new Set<number>();
    for (const { askedMs, handedMs } of stalls) {
      for (let half = 2 * askedMs; half <= 2 * handedMs; half += 1) marked.add(half);
    }
    const edges = [...marked].filter((half) => !marked.has(half - 1)).sort((a, b) => a - b);
    return edges.map((from): [number, number] => {
      let to = from;
      while (marked.has(to + 1)) to += 1;
      return [from / 2, to / 2];
    });
  });
}

const ALWAYS = () => true;

test('totals, apps, roles and windows are what counting the requests one by one gives', () => {
  fc.assert(
    fc.property(shapes, requests, (shape, list) => {
      const recorder = new Recorder(shape);
      feed(recorder, shape, list);
      const subject = subjectOf(shape, recorder.snapshot());
      checkGroup(subject, shape, list, ALWAYS);
      for (const [index, app] of shape.apps.entries()) {
        const mine = list.filter((request) => appOf(shape, request) === index);
        checkGroup(subject.apps[app.name]!, shape, mine, ALWAYS);
      }
      for (const [arn, role] of Object.entries(subject.roles)) {
        const mine = list.filter((request) => shape.apps[appOf(shape, request)]!.roleArn === arn);
        checkGroup(role, shape, mine, ALWAYS);
      }
      for (const { name, atMs, forMs } of shape.windows) {
        const isIn = (ms: number) =>
          ms >= atMs && (ms < atMs + forMs || atMs + forMs === shape.endMs);
        checkGroup(subject.windows[name]!, shape, list, isIn);
      }
    }),
    { numRuns: 200 },
  );
});

test('stall episodes are the unions of the waits of each process', () => {
  fc.assert(
    fc.property(shapes, requests, (shape, list) => {
      const recorder = new Recorder(shape);
      feed(recorder, shape, list);
      const expected = episodesOf(shape, list);
      const { stalls } = subjectOf(shape, recorder.snapshot()).totals;
      const lengthMs = expected.reduce((sum, [fromMs, toMs]) => sum + toMs - fromMs, 0);
      expect(stalls.episodes).toBe(expected.length);
      expect(stalls.episodeSeconds).toBeCloseTo(lengthMs / 1_000, 9);
    }),
    { numRuns: 100 },
  );
});

test('the timeline holds each request in the bucket of its instant, and throughput covers windows only', () => {
  fc.assert(
    fc.property(shapes, requests, (shape, list) => {
      const recorder = new Recorder(shape);
      feed(recorder, shape, list);
      const { timeline, totals } = subjectOf(shape, recorder.snapshot());
      const done = list.filter(({ kind }) => kind === 'hit' || kind === 'stalled');
      const stalled = list.filter((request) => isStall(shape, request));
      for (const [index, bucket] of timeline.entries()) {
        const fromMs = bucket.at * 1_000;
        const isLast = index === timeline.length - 1;
        const toMs = isLast ? Number.POSITIVE_INFINITY : timeline[index + 1]!.at * 1_000;
        const within = (ms: number) => ms >= fromMs && ms < toMs;
        expect(bucket.offered).toBe(list.filter(({ dueMs }) => within(dueMs)).length);
        expect(bucket.completed).toBe(done.filter(({ endMs }) => within(endMs)).length);
        expect(bucket.stalled).toBe(stalled.filter(({ askedMs }) => within(askedMs)).length);
      }
      const windows = timeline.filter(({ gap }) => !gap);
      const seconds = windows.reduce((sum, bucket) => sum + bucket.seconds, 0);
      const completed = windows.reduce((sum, bucket) => sum + bucket.completed, 0);
      expect(totals.throughput.completedPerSecond).toBeCloseTo(
        seconds === 0 ? 0 : completed / seconds,
        9,
      );
    }),
    { numRuns: 200 },
  );
});

test('requests split by process over several recorders add up to what one recorder saw', () => {
  const recorders = fc.integer({ min: 1, max: 4 });
  fc.assert(
    fc.property(shapes, requests, recorders, (shape, list, count) => {
      const one = new Recorder(shape);
      feed(one, shape, list);
      const parts = Array.from({ length: count }, (_, index) => {
        const part = new Recorder(shape);
        const share = list.filter(({ process }) => process % count === index);
        feed(part, shape, share);
        return structuredClone(part.snapshot());
      });
      const merged = mergeSnapshots(shape, parts);
      expect(subjectOf(shape, merged)).toEqual(subjectOf(shape, one.snapshot()));
    }),
    { numRuns: 100 },
  );
});

test('every result keeps the invariants', () => {
  fc.assert(
    fc.property(shapes, requests, fc.integer({ min: 0, max: 9 }), (shape, list, inFlight) => {
      const recorder = new Recorder(shape);
      feed(recorder, shape, list);
      recorder.inFlight(0, inFlight);
      recorder.assumeRole(0, 12.5);
      const subject = subjectOf(shape, recorder.snapshot());
      expect(violations(resultOf([subject]))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
