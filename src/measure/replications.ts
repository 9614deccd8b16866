/**
 * The same simulation with several seeds: how its figures spread. For a mean there is Student's
 * interval; a peak or a percentile of the figures is shown as what it was over the seeds, since an
 * average of peaks is nobody's peak.
 */
import { meanOf } from '../kernel/mean.ts';
import { studentTQuantile } from '../kernel/student-t.ts';
import { figuresOf, type Path, pathText } from './figures.ts';
import type { SubjectResult } from './result.ts';

type Summary = NonNullable<SubjectResult['replications']>;
type Spread = Summary['figures'][string];

/** Two-sided 95 %. */
const CONFIDENCE_QUANTILE = 0.975;

export class Replications {
  private readonly seeds: number[] = [];
  private readonly values = new Map<string, number[]>();

  add(seed: number, subject: SubjectResult): void {
    this.seeds.push(seed);
    for (const { path, value } of figuresOf(subject)) {
      if (!isShown(path)) continue;
      const text = pathText(path);
      const values = this.values.get(text);
      if (values === undefined) this.values.set(text, [value]);
      else values.push(value);
    }
  }

  summary(): Summary {
    const complete = [...this.values].filter(([, values]) => values.length === this.seeds.length);
    return {
      count: this.seeds.length,
      seeds: this.seeds,
      figures: Object.fromEntries(complete.map(([path, values]) => [path, spreadOf(values)])),
    };
  }
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  const { mean, errorSquared } = meanOf(sorted);
  const half =
    count < 2 ? 0 : studentTQuantile(CONFIDENCE_QUANTILE, count - 1) * Math.sqrt(errorSquared);
  return {
    mean,
    low: mean - half,
    high: mean + half,
    min: sorted[0]!,
    median: quantileOf(sorted, 0.5),
    p95: quantileOf(sorted, 0.95),
    max: sorted[count - 1]!,
  };
}

/** The least value that this share of the values does not exceed. */
function quantileOf(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** Of the totals, latencies and quotas, and of the totals of phases. */
function isShown([part, , under]: Path): boolean {
  return (
    part === 'totals' ||
    part === 'latency' ||
    part === 'quotas' ||
    (part === 'phases' && under === 'totals')
  );
}
