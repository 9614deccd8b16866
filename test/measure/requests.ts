/** Arbitrary run shapes and requests, and how a recorder is fed with them. Whole milliseconds, so that sums are exact. */
import fc from 'fast-check';
import { HitBatch } from '../../src/measure/hit-batch.ts';
import type { Recorder } from '../../src/measure/recorder.ts';
import type { RunShape } from '../../src/measure/run-shape.ts';

export interface Request {
  readonly kind: 'hit' | 'stalled' | 'failed' | 'notStarted';
  readonly process: number;
  readonly dueMs: number;
  readonly askedMs: number;
  readonly handedMs: number;
  readonly endMs: number;
  readonly code: string;
}

const END_MS = 20_000;

export const shapes: fc.Arbitrary<RunShape> = fc
  .tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.uniqueArray(fc.integer({ min: 0, max: END_MS }), { maxLength: 7 }),
    fc.integer({ min: 0, max: 40 }),
  )
  .map(([apps, cuts, stallThresholdMs]) => {
    const edges = cuts.toSorted((a, b) => a - b);
    const pairs = Array.from({ length: Math.floor(edges.length / 2) }, (_, i) => i * 2);
    return {
      apps: Array.from({ length: apps }, (_, app) => ({
        name: `app-${app}`,
        user: `user-${app}`,
        roleArn: `acs:ram::1:role/role-${app % 2}`,
      })),
      windows: pairs.map((i) => ({
        name: `window-${i}`,
        atMs: edges[i]!,
        forMs: edges[i + 1]! - edges[i]!,
      })),
      endMs: END_MS,
      stallThresholdMs,
    };
  });

const request: fc.Arbitrary<Request> = fc
  .record({
    kind: fc.constantFrom('hit', 'hit', 'stalled', 'stalled', 'failed', 'notStarted'),
    process: fc.integer({ min: 0, max: 5 }),
    dueMs: fc.integer({ min: 0, max: END_MS - 1 }),
    lagMs: fc.integer({ min: 0, max: 5 }),
    waitMs: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 6_000 })),
    workMs: fc.integer({ min: 0, max: 3_000 }),
    code: fc.constantFrom('Throttling.User', 'Timeout'),
  })
  .map(({ kind, process, dueMs, lagMs, waitMs, workMs, code }) => {
    const askedMs = dueMs + lagMs;
    const handedMs = kind === 'hit' ? askedMs : askedMs + waitMs;
    return { kind, process, dueMs, askedMs, handedMs, endMs: handedMs + workMs, code } as Request;
  });

/** In the order of handing over, as they are recorded. */
export const requests = fc
  .array(request, { maxLength: 150 })
  .map((list) => list.toSorted((a, b) => a.handedMs - b.handedMs));

export function appOf(shape: RunShape, { process }: Request): number {
  return process % shape.apps.length;
}

export function feed(recorder: Recorder, shape: RunShape, list: readonly Request[]): void {
  for (const request of list) {
    const { kind, process, dueMs, askedMs, handedMs, endMs, code } = request;
    const app = appOf(shape, request);
    if (kind === 'hit') recorder.hits(oneHit(app, dueMs, askedMs, endMs), handedMs);
    if (kind === 'stalled') recorder.stalled(app, process, dueMs, askedMs, handedMs, endMs);
    if (kind === 'failed') recorder.failed(app, process, dueMs, askedMs, handedMs, code);
    if (kind === 'notStarted') recorder.notStarted(app, dueMs);
    if (kind !== 'notStarted') recorder.credential(app, endMs - 10_000, handedMs);
  }
}

function oneHit(app: number, dueMs: number, askedMs: number, endMs: number): HitBatch {
  const batch = new HitBatch(1);
  batch.app[0] = app;
  batch.dueMs[0] = dueMs;
  batch.askedMs[0] = askedMs;
  batch.endMs[0] = endMs;
  batch.count = 1;
  return batch;
}
