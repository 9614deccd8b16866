/**
 * The same simulation with several seeds: how its figures spread. For a mean there is Student's
 * interval; a peak or a percentile of the figures is shown as what it was over the seeds, since an
 * average of peaks is nobody's peak.
 */
import { studentTQuantile } from '../kernel/student-t.ts';
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
    for (const [path, value] of figuresOf(subject)) {
      const values = this.values.get(path);
      if (values === undefined) this.values.set(path, [value]);
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
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const half =
    count < 2
      ? 0
      : studentTQuantile(CONFIDENCE_QUANTILE, count - 1) * Math.sqrt(squares / (count - 1) / count);
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

/** Every number below totals, latency and phases, and of the quotas by scope and key. */
function* figuresOf(subject: SubjectResult): Iterable<readonly [string, number]> {
  yield* numbersIn('totals', subject.totals);
  yield* numbersIn('latency', subject.latency);
  for (const [name, { totals }] of Object.entries(subject.phases)) {
    yield* numbersIn(`phases.${name}.totals`, totals);
  }
  for (const { scope, key, ...figures } of subject.quotas) {
    yield* numbersIn(`quotas.${scope}["${key}"]`, figures);
  }
}

function* numbersIn(path: string, node: unknown): Iterable<readonly [string, number]> {
  if (typeof node === 'number') yield [path, node];
  if (typeof node !== 'object' || node === null) return;
  for (const [key, child] of Object.entries(node)) yield* numbersIn(`${path}.${key}`, child);
}
