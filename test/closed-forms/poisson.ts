/**
 * Poisson counts, and N calls that fall into J seconds at random, computed from their definitions:
 * every term is a sum of probabilities, nothing is approximated beyond rounding. Tests hold the
 * simulator against these figures, so nothing here may come from what they test.
 */

/** P(X = 0), P(X = 1), … up to `countMax`, by the ratio mean / k of neighbouring terms. */
export function poissonPmf(mean: number, countMax: number): Float64Array {
  const pmf = new Float64Array(countMax + 1);
  // From the mode outwards, so that a large mean does not start from an underflow.
  const mode = Math.min(countMax, Math.floor(mean));
  pmf[mode] = Math.exp(mode * Math.log(mean) - mean - logFactorial(mode));
  for (let k = mode + 1; k <= countMax; k += 1) pmf[k] = (pmf[k - 1]! * mean) / k;
  for (let k = mode - 1; k >= 0; k -= 1) pmf[k] = (pmf[k + 1]! * (k + 1)) / mean;
  return pmf;
}

function logFactorial(n: number): number {
  let sum = 0;
  for (let k = 2; k <= n; k += 1) sum += Math.log(k);
  return sum;
}

/** Counts above this have next to no probability. */
function farAbove(mean: number): number {
  return Math.ceil(mean + 12 * Math.sqrt(mean) + 30);
}

/** P(X > count). */
export function poissonTail(mean: number, count: number): number {
  const pmf = poissonPmf(mean, Math.max(farAbove(mean), count + 100));
  let tail = 0;
  for (let k = pmf.length - 1; k > count; k -= 1) tail += pmf[k]!;
  return tail;
}

/** Mean and variance of the excess (X - count)+. */
export function poissonExcess(mean: number, count: number): { mean: number; variance: number } {
  const pmf = poissonPmf(mean, Math.max(farAbove(mean), count + 100));
  let first = 0;
  let second = 0;
  for (let k = count + 1; k < pmf.length; k += 1) {
    first += (k - count) * pmf[k]!;
    second += (k - count) ** 2 * pmf[k]!;
  }
  return { mean: first, variance: second - first * first };
}

/** Mean and standard deviation of the greatest of so many independent counts: P(max <= k) = P(X <= k)^cells. */
export function poissonMax(mean: number, cells: number): { mean: number; deviation: number } {
  const pmf = poissonPmf(mean, farAbove(mean));
  let below = 0;
  let before = 0;
  let first = 0;
  let second = 0;
  for (const [k, probability] of pmf.entries()) {
    below += probability;
    const cdf = below ** cells;
    first += k * (cdf - before);
    second += k * k * (cdf - before);
    before = cdf;
  }
  return { mean: first, deviation: Math.sqrt(second - first * first) };
}

/** N calls, each in one of J equally long cells by a draw of its own: what the fullest one holds. */
export interface Throw {
  readonly calls: number;
  readonly cells: number;
}

/**
 * P(no cell has more than `countMax`). Independent Poisson counts under the condition that they add
 * up to N are exactly such a throw, so it is P(all <= countMax and sum = N) / P(sum = N), with the
 * sum's distribution made by adding one cell after another.
 */
export function fullestCdf({ calls, cells }: Throw, countMax: number): number {
  const cell = poissonPmf(calls / cells, Math.min(countMax, calls));
  let sum = new Float64Array(calls + 1);
  sum[0] = 1;
  for (let added = 0; added < cells; added += 1) {
    const next = new Float64Array(calls + 1);
    const filled = Math.min(calls, added * countMax);
    for (let total = 0; total <= filled; total += 1) {
      if (sum[total] === 0) continue;
      const most = Math.min(cell.length - 1, calls - total);
      for (let k = 0; k <= most; k += 1) next[total + k]! += sum[total]! * cell[k]!;
    }
    sum = next;
  }
  return sum[calls]! / poissonPmf(calls, calls)[calls]!;
}
