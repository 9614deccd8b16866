/**
 * What several seeds gave: the mean with its interval where a mean says something, and what the
 * figure was over the seeds where it does not, as for peaks.
 */
import { formatCount, formatDuration } from '../kernel/units.ts';
import type { SubjectResult } from '../measure/result.ts';
import { fitted } from './lines.ts';
import { type Paint, plain } from './paint.ts';

type Format = (value: number) => string;

const seconds: Format = (value) => formatDuration(1_000 * value);

const SHOWN: readonly (readonly [label: string, path: string, format: Format])[] = [
  ['AssumeRole calls', 'totals.assumeRole.calls', formatCount],
  ['  throttled', 'totals.assumeRole.throttled', formatCount],
  ['  most in an aligned second', 'totals.assumeRole.peakPerSecond', formatCount],
  ['  most in any second', 'totals.assumeRole.slidingPeakPerSecond', formatCount],
  ['  the same, steady state', 'phases.steadyState.totals.assumeRole.peakPerSecond', formatCount],
  ['requests stalled', 'totals.stalls.requests', formatCount],
  ['  longest', 'totals.stalls.longestSeconds', seconds],
  ['  the same, steady state', 'phases.steadyState.totals.stalls.requests', formatCount],
  ['requests failed', 'totals.requests.failed', formatCount],
];

const HEADINGS = ['mean', '95 % interval of it', 'least', 'median', 'p95', 'most'];
const LABEL_WIDTH = 30;
const WIDTHS = [11, 23, 11, 11, 11, 11];

export function seedLines({ name, replications }: SubjectResult, paint: Paint): string[] {
  if (replications === undefined) return [];
  const { count, figures } = replications;
  const head = HEADINGS.map((text, i) => text.padStart(WIDTHS[i]!)).join('');
  const rows = SHOWN.flatMap(([label, path, format]) => {
    const spread = figures[path];
    if (spread === undefined) return [];
    const { mean, low, high, min, median, p95, max } = spread;
    const interval = low === high ? '–' : `${format(Math.max(0, low))} to ${format(high)}`;
    const cells = [format(mean), interval, format(min), format(median), format(p95), format(max)];
    const line = cells.map((cell, i) => cell.padStart(WIDTHS[i]!)).join('');
    return [`  ${fitted(label, LABEL_WIDTH - 2).padEnd(LABEL_WIDTH - 2)}${line}`];
  });
  const title = `${plain(name)}, ${formatCount(count)} seeds`;
  return [
    `${paint('bold', fitted(title, LABEL_WIDTH).padEnd(LABEL_WIDTH))}${paint('dim', head)}`,
    ...rows,
  ];
}
