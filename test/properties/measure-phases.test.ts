/**
 * Phases are a view beside the windows: they cut the run's time into more pieces, and no figure but
 * their own may show it.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { violations } from '../../src/measure/invariants.ts';
import { Recorder } from '../../src/measure/recorder.ts';
import type { SubjectResult } from '../../src/measure/result.ts';
import type { RunShape } from '../../src/measure/run-shape.ts';
import { resultOfSubject } from '../../src/measure/subject-result.ts';
import { resultOf } from '../measure/documents.ts';
import { feed, type Request, requests, shapes } from '../measure/requests.ts';

function subjectOf(shape: RunShape, list: readonly Request[]): SubjectResult {
  const recorder = new Recorder(shape);
  feed(recorder, shape, list);
  return resultOfSubject({
    name: 'reference',
    shape,
    recorded: recorder.snapshot(),
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

/** Whole seconds, as those of a run are; the two phases may leave a hole between them. */
const phased = fc
  .tuple(shapes, fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), fc.boolean())
  .map(([shape, a, b, gapsAreFull]) => {
    const phases = [
      { name: 'coldStart' as const, fromMs: 0, toMs: Math.min(a, b) * 1_000 },
      { name: 'steadyState' as const, fromMs: Math.max(a, b) * 1_000, toMs: shape.endMs },
    ].filter(({ fromMs, toMs }) => fromMs < toMs);
    return { ...shape, gapsAreFull, phases };
  });

/** What is a second's: a window's seconds are added up from pieces, and the last bit may differ. */
function ratesOf({ totals, windows, apps }: SubjectResult): number[] {
  return [{ totals }, ...Object.values(windows), ...Object.values(apps)].flatMap((group) =>
    Object.values(group.totals.throughput),
  );
}

/** The figures without them. */
function withoutRates(figures: unknown): unknown {
  const isRate = (key: string) => key === 'throughput';
  return JSON.parse(JSON.stringify(figures, (key, value) => (isRate(key) ? undefined : value)));
}

test('phases change no figure of the whole, of an app, of a role or of a window', () => {
  fc.assert(
    fc.property(phased, requests, (shape, list) => {
      const cut = subjectOf(shape, list);
      const whole = subjectOf({ ...shape, phases: [] }, list);
      const rates = ratesOf(whole);
      for (const part of ['totals', 'latency', 'apps', 'roles', 'windows', 'histograms'] as const) {
        expect(withoutRates(cut[part])).toEqual(withoutRates(whole[part]));
      }
      expect(ratesOf(cut)).toHaveLength(rates.length);
      for (const [i, rate] of ratesOf(cut).entries()) expect(rate).toBeCloseTo(rates[i]!, 9);
      expect(violations(resultOf([cut]))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('a phase holds the requests that were due in it', () => {
  fc.assert(
    fc.property(phased, requests, (shape, list) => {
      const { phases } = subjectOf(shape, list);
      for (const [name, { totals, at, seconds }] of Object.entries(phases)) {
        // From edge to edge of buckets, so a little later than they are asked for.
        const asked = shape.phases.find((phase) => phase.name === name)!;
        const [fromMs, toMs] = [at * 1_000, Math.round((at + seconds) * 1_000)];
        for (const [edgeMs, askedMs] of [
          [fromMs, asked.fromMs],
          [toMs, asked.toMs],
        ] as const) {
          expect(edgeMs).toBeGreaterThanOrEqual(askedMs);
          expect(edgeMs).toBeLessThanOrEqual(askedMs + 60_000);
        }
        const isIn = (ms: number) => ms >= fromMs && ms < toMs;
        expect(totals.requests.offered).toBe(list.filter(({ dueMs }) => isIn(dueMs)).length);
        const stalls = list.filter(
          ({ kind, askedMs, handedMs }) =>
            (kind === 'stalled' || kind === 'failed') &&
            handedMs - askedMs >= shape.stallThresholdMs &&
            (isIn(askedMs) || (askedMs >= shape.endMs && toMs === shape.endMs)),
        );
        expect(totals.stalls.requests).toBe(stalls.length);
      }
    }),
    { numRuns: 60 },
  );
});
