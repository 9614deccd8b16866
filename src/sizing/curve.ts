/**
 * The curve: what smaller quotas than the answer do to calls and requests, by the limiter that decides.
 * Where the objective is the default one, how many runs fail is known of all seeds from their needs; what
 * it does to them is simulated for a few.
 */
import { failuresOf } from './confidence.ts';
import { CURVE_SEEDS, CURVE_SHARES } from './curve-points.ts';
import { type Evidence, seedNeed } from './evidence.ts';
import { harmOf } from './objective.ts';
import type { Stage } from './situations.ts';
import type { CurvePoint, Need, Reading } from './size-report.ts';
import type { Sizing } from './sizing.ts';
import type { Trials } from './trials.ts';

export async function curveOf(
  sizing: Sizing,
  evidence: Evidence,
  readings: readonly Reading[],
  trials: Trials,
): Promise<CurvePoint[]> {
  const points: CurvePoint[] = [];
  for (const reading of readings) {
    for (const need of reading.situations) {
      const stage = sizing.stages.find(({ name }) => name === need.situation)!;
      for (const quotaPerSecond of quotasOf(need, reading.presentPerSecond)) {
        points.push(
          await pointOf({ reading, need, stage, quotaPerSecond }, { sizing, evidence, trials }),
        );
      }
    }
  }
  return points;
}

/** Ascending. The present quota is among them where it is too small. */
function quotasOf(
  { unthrottledPerSecond, quotaPerSecond }: Need,
  present: number | null,
): number[] {
  const top = unthrottledPerSecond ?? 0;
  const shares = CURVE_SHARES.map((share) => Math.max(1, Math.round(share * top)));
  const others = [present, quotaPerSecond].filter(
    (quota): quota is number =>
      quota !== null && Number.isInteger(quota) && quota > 0 && quota < top,
  );
  return top === 0 ? [] : [...new Set([...shares, ...others])].sort((a, b) => a - b);
}

async function pointOf(
  {
    reading: { scope },
    need: { situation, limiter, unthrottledPerSecond: top },
    stage,
    quotaPerSecond,
  }: { reading: Reading; need: Need; stage: Stage; quotaPerSecond: number },
  { sizing, evidence, trials }: { sizing: Sizing; evidence: Evidence; trials: Trials },
): Promise<CurvePoint> {
  const { replications, confidence } = sizing.options;
  const known = evidence.bySituation.get(situation)!;
  const indexes = Array.from({ length: Math.min(CURVE_SEEDS, replications) }, (_, index) => index);
  const replies =
    top !== null && quotaPerSecond >= top
      ? known
      : await trials.all(
          'smaller quotas',
          indexes.map((index) => ({ stage, scope, limiter, quotaPerSecond, index })),
        );
  const isShort = (need: number | null) => need === null || need > quotaPerSecond;
  const failures = sizing.isDefault
    ? failuresOf(
        known.filter((reply) => isShort(seedNeed(reply, scope, limiter))).length,
        known.length,
        confidence,
      )
    : failuresOf(replies.filter(({ holds }) => !holds).length, replies.length, confidence);
  return {
    scope,
    situation,
    limiter,
    quotaPerSecond,
    failures,
    ...harmOf(replies.map(({ harm }) => harm)),
  };
}
