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
import type { CurvePoint, Need, Reading, Scope } from './size-report.ts';
import type { Sizing } from './sizing.ts';
import type { Trial, Trials } from './trials.ts';

export async function curveOf(
  sizing: Sizing,
  evidence: Evidence,
  readings: readonly Reading[],
  trials: Trials,
): Promise<CurvePoint[]> {
  const places = readings.flatMap((reading) =>
    reading.situations.flatMap((need) =>
      quotasOf(need, reading.presentPerSecond).map((quotaPerSecond) => ({
        scope: reading.scope,
        need,
        stage: sizing.stages.find(({ name }) => name === need.situation)!,
        quotaPerSecond,
      })),
    ),
  );
  // All at once: so few runs as a point has would leave threads idle at its end.
  await trials.all(
    WHAT,
    places.flatMap((place) => trialsOf(place, sizing)),
  );
  const points: CurvePoint[] = [];
  for (const place of places) points.push(await pointOf(place, { sizing, evidence, trials }));
  return points;
}

const WHAT = 'smaller quotas';

interface Place {
  readonly scope: Scope;
  readonly need: Need;
  readonly stage: Stage;
  readonly quotaPerSecond: number;
}

/** None where nothing is throttled: those runs are known. */
function trialsOf({ scope, need, stage, quotaPerSecond }: Place, { options }: Sizing): Trial[] {
  const { limiter, unthrottledPerSecond: top } = need;
  if (top !== null && quotaPerSecond >= top) return [];
  const seeds = Math.min(CURVE_SEEDS, options.replications);
  return Array.from({ length: seeds }, (_, index) => ({
    stage,
    scope,
    limiter,
    quotaPerSecond,
    index,
  }));
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
  place: Place,
  { sizing, evidence, trials }: { sizing: Sizing; evidence: Evidence; trials: Trials },
): Promise<CurvePoint> {
  const { scope, need, quotaPerSecond } = place;
  const { situation, limiter } = need;
  const known = evidence.bySituation.get(situation)!;
  const asked = trialsOf(place, sizing);
  const replies = asked.length === 0 ? known : await trials.all(WHAT, asked);
  const isShort = (need: number | null) => need === null || need > quotaPerSecond;
  const { confidence } = sizing.options;
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
