/**
 * The figures that are worth a curve over commits, for the two trackers that draw one:
 * `github-action-benchmark` (tool `customSmallerIsBetter`) and Bencher (Bencher Metric Format).
 */
import { figuresOf, pathText } from '../measure/figures.ts';
import { spreadOf } from '../measure/replications.ts';
import type { Result, SubjectResult } from '../measure/result.ts';
import { type Unit, unitOf } from '../verdict/metrics.ts';

/** Of all these less is better: `customSmallerIsBetter` takes no others. */
const TRACKED = [
  'totals.assumeRole.calls',
  'totals.assumeRole.throttled',
  'totals.assumeRole.peakPerSecond',
  'totals.assumeRole.slidingPeakPerSecond',
  'totals.stalls.requests',
  'totals.stalls.totalSeconds',
  'totals.stalls.longestSeconds',
  'totals.requests.failed',
  'totals.credentials.servedExpired',
  'latency.credentialWait.p99Ms',
  'latency.credentialWait.p999Ms',
  'latency.request.p99Ms',
];

const UNITS: Readonly<Record<Unit, string>> = {
  ms: 'ms',
  seconds: 's',
  perSecond: '/s',
  share: 'share',
  count: 'count',
};

interface Tracked {
  readonly path: string;
  readonly unit: Unit;
  /** The mean over repetitions or seeds, where there were several, with the least and the most. */
  readonly value: number;
  readonly range: { readonly low: number; readonly high: number } | undefined;
}

/** A list of `{name, unit, value, range?, extra}`. */
export function renderBenchmarkAction({ run, subjects }: Result): string {
  const entries = subjects.flatMap((subject) =>
    trackedOf(subject).map(({ path, unit, value, range }) => ({
      name: `${run.scenario} / ${subject.name} / ${path}`,
      unit: UNITS[unit],
      value,
      ...(range === undefined ? {} : { range: `${range.low} to ${range.high}` }),
      extra: `${run.engine}, seed ${run.seed}`,
    })),
  );
  return `${JSON.stringify(entries, null, 2)}\n`;
}

/** By benchmark (`<scenario>/<subject>`), by measure (`totals-stalls-requests`): the value and its bounds. */
export function renderBencher({ run, subjects }: Result): string {
  const benchmarks = subjects.map((subject) => [
    `${run.scenario}/${subject.name}`,
    Object.fromEntries(
      trackedOf(subject).map(({ path, value, range }) => [
        path.replaceAll('.', '-'),
        range === undefined
          ? { value }
          : { value, lower_value: range.low, upper_value: range.high },
      ]),
    ),
  ]);
  return `${JSON.stringify(Object.fromEntries(benchmarks), null, 2)}\n`;
}

function trackedOf(subject: SubjectResult): Tracked[] {
  return [...figuresOf(subject)].flatMap(({ path, value }) => {
    const text = pathText(path);
    return TRACKED.includes(text)
      ? [{ path: text, unit: unitOf(path), value, range: undefined, ...spreadAt(subject, text) }]
      : [];
  });
}

function spreadAt(
  { repetitions = [], replications }: SubjectResult,
  path: string,
): Pick<Tracked, 'value' | 'range'> | undefined {
  const values = repetitions.flatMap(({ figures }) => figures[path] ?? []);
  const spread = replications?.figures[path] ?? (values.length > 0 ? spreadOf(values) : undefined);
  if (spread === undefined) return undefined;
  return { value: spread.mean, range: { low: spread.min, high: spread.max } };
}
