/**
 * The arrival rate of an app as ordered knots, from whatever way the file gave it: one rate, a
 * curve, steps, or a population, with spikes on top. Between knots the rate is linear; two knots at
 * one instant make a step.
 */
import type { RateKnot } from './scenario.ts';

/** Each rate holds from its instant until the next one's. */
export function stepKnots(steps: readonly RateKnot[]): RateKnot[] {
  return steps.flatMap((step, i) => {
    const before = steps[i - 1];
    return before === undefined
      ? [step]
      : [{ atMs: step.atMs, ratePerSecond: before.ratePerSecond }, step];
  });
}

/** So many in each second from zero, none after them: steps of whole seconds. */
export function knotsBySecond(counts: readonly number[]): RateKnot[] {
  const steps = counts.flatMap((ratePerSecond, second) =>
    ratePerSecond === counts[second - 1] ? [] : [{ atMs: second * 1_000, ratePerSecond }],
  );
  return stepKnots([...steps, { atMs: counts.length * 1_000, ratePerSecond: 0 }]);
}

/** Of the whole curve; a loop, since there may be more knots than a call may have arguments. */
export function highestRatePerSecond(knots: readonly RateKnot[]): number {
  return knots.reduce((highest, { ratePerSecond }) => Math.max(highest, ratePerSecond), 0);
}

/**
 * The curve with `change` applied to its rates in a span. With an edge, the rate runs linearly from
 * the old value at the span's border to the changed one `edgeMs` inside it; without, it jumps there.
 */
export function raised(
  knots: readonly RateKnot[],
  span: { readonly fromMs: number; readonly toMs: number; readonly edgeMs: number },
  change: (ratePerSecond: number) => number,
): RateKnot[] {
  const { fromMs, toMs } = span;
  const edgeMs = Math.min(span.edgeMs, (toMs - fromMs) / 2);
  const topFromMs = fromMs + edgeMs;
  const topToMs = toMs - edgeMs;
  const at = (atMs: number, rate: number): RateKnot => ({ atMs, ratePerSecond: rate });
  return [
    ...knots.filter((knot) => knot.atMs < fromMs),
    at(fromMs, rateBefore(knots, fromMs)),
    at(topFromMs, change(rateAfter(knots, topFromMs))),
    ...knots
      .filter((knot) => knot.atMs > topFromMs && knot.atMs < topToMs)
      .map((knot) => at(knot.atMs, change(knot.ratePerSecond))),
    at(topToMs, change(rateBefore(knots, topToMs))),
    at(toMs, rateAfter(knots, toMs)),
    ...knots.filter((knot) => knot.atMs > toMs),
  ];
}

/** The rate just before an instant: at a step, the lower side of it in time. */
function rateBefore(knots: readonly RateKnot[], atMs: number): number {
  const next = knots.findIndex((knot) => knot.atMs >= atMs);
  if (next === -1) return knots.at(-1)!.ratePerSecond;
  return between(knots[next - 1], knots[next]!, atMs);
}

/** The rate from an instant on. */
export function rateAfter(knots: readonly RateKnot[], atMs: number): number {
  const last = knots.findLastIndex((knot) => knot.atMs <= atMs);
  if (last === -1) return knots[0]!.ratePerSecond;
  const next = knots[last + 1];
  return next === undefined ? knots[last]!.ratePerSecond : between(knots[last], next, atMs);
}

function between(left: RateKnot | undefined, right: RateKnot, atMs: number): number {
  if (left === undefined) return right.ratePerSecond;
  const share = (atMs - left.atMs) / (right.atMs - left.atMs);
  return left.ratePerSecond + (right.ratePerSecond - left.ratePerSecond) * share;
}
