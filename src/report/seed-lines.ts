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
  ['  most, aligned second', 'totals.assumeRole.peakPerSecond', formatCount],
  ['  most, any second', 'totals.assumeRole.slidingPeakPerSecond', formatCount],
  ['  the same, steady state', 'phases.steadyState.totals.assumeRole.peakPerSecond', formatCount],
  ['requests stalled', 'totals.stalls.requests', formatCount],
  ['  longest', 'totals.stalls.longestSeconds', seconds],
  ['  the same, steady state', 'phases.steadyState.totals.stalls.requests', formatCount],
  ['requests failed', 'totals.requests.failed', formatCount],
];

type Spread = NonNullable<SubjectResult['replications']>['figures'][string];

/** In this order; where it is narrow, only what is marked. */
const COLUMNS: readonly {
  readonly heading: string;
  readonly width: number;
  readonly isMain: boolean;
  readonly text: (spread: Spread, format: Format) => string;
}[] = [
  { heading: 'mean', width: 10, isMain: true, text: ({ mean }, format) => format(mean) },
  { heading: '95 % interval', width: 22, isMain: true, text: intervalText },
  { heading: 'least', width: 11, isMain: false, text: ({ min }, format) => format(min) },
  { heading: 'median', width: 10, isMain: true, text: ({ median }, format) => format(median) },
  { heading: 'p95', width: 11, isMain: false, text: ({ p95 }, format) => format(p95) },
  { heading: 'most', width: 10, isMain: true, text: ({ max }, format) => format(max) },
];
const LABEL_WIDTH = 28;
const WIDE = LABEL_WIDTH + COLUMNS.reduce((sum, { width }) => sum + width, 0);

/** Of the mean, by Student's t. */
function intervalText({ low, high }: Spread, format: Format): string {
  return low === high ? '–' : `${format(Math.max(0, low))} to ${format(high)}`;
}

export function seedLines(
  { name, replications }: SubjectResult,
  width: number,
  paint: Paint,
): string[] {
  if (replications === undefined) return [];
  const { count, figures } = replications;
  const columns = COLUMNS.filter(({ isMain }) => isMain || width >= WIDE);
  const head = columns.map(({ heading, width: room }) => heading.padStart(room)).join('');
  const rows = SHOWN.flatMap(([label, path, format]) => {
    const spread = figures[path];
    if (spread === undefined) return [];
    const cells = columns.map(({ text, width: room }) => text(spread, format).padStart(room));
    return [`  ${fitted(label, LABEL_WIDTH - 2).padEnd(LABEL_WIDTH - 2)}${cells.join('')}`];
  });
  const title = `${plain(name)}, ${formatCount(count)} seeds`;
  return [
    `${paint('bold', fitted(title, LABEL_WIDTH).padEnd(LABEL_WIDTH))}${paint('dim', head)}`,
    ...rows,
  ];
}
