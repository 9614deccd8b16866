/** What a trail holds, for a terminal. */
import { formatCount, formatDuration } from '../kernel/units.ts';
import type { TrailDocument } from '../trail/document.ts';
import type { NamedCount, TrailSummary } from '../trail/summary.ts';
import { fitted, printable } from './lines.ts';
import { callerLines } from './trail-callers.ts';

/** Every call of an error has failed: that needs no telling. */
const NONE_FAILED = { failed: 0, throttled: 0 };
const ROWS_MAX = 10;
const NAME_WIDTH = 64;

export function trailText(summary: TrailDocument): string {
  const { calls, assumeRoleCalls, otherEvents, broken, duplicates, quota, scenario } = summary;
  const lines = [
    `${formatCount(calls)} calls to STS, ${formatCount(assumeRoleCalls)} of which assume a role; ${formatCount(otherEvents)} events of other services`,
    ...spanLines(summary),
    ...busiestLines(summary),
    ...(duplicates.count === 0
      ? []
      : [`${formatCount(duplicates.count)} copies of events were left out`]),
    ...(duplicates.unchecked === 0
      ? []
      : [`${formatCount(duplicates.unchecked)} events were too many to look for copies of`]),
    ...table('calls by action', summary.actions),
    ...table('by caller (account/principal)', summary.callers),
    ...table('by role', summary.roles),
    ...table(
      'by error',
      summary.errors.map(({ name, calls }) => ({ ...NONE_FAILED, name, calls })),
    ),
  ];
  if (quota !== null) lines.push('', ...callerLines(quota));
  if (scenario !== null) {
    const { file, apps, backgroundCalls } = scenario;
    lines.push(
      '',
      `${printable(file)}: ${formatCount(apps)} apps, ${formatCount(backgroundCalls)} calls in the background`,
    );
  }
  if (broken.count > 0) {
    lines.push('', `${formatCount(broken.count)} could not be read, the first:`);
    for (const { file, line, reason } of broken.first)
      lines.push(`  ${printable(file)}:${line}: ${reason}`);
  }
  if (assumeRoleCalls === 0) lines.push('', ...NO_ASSUME_ROLE);
  return `${lines.join('\n')}\n`;
}

/** Whether ActionTrail takes AssumeRole for a read or a write is not documented. */
const NO_ASSUME_ROLE = [
  'There is no AssumeRole event in it. A trail delivers events of one kind, Write or All, and of some',
  'regions: look whether this one has EventRW set to All, covers the region whose STS endpoint is',
  'called, and belongs to the account whose AccessKey signs.',
];

function spanLines({ span }: TrailSummary): string[] {
  if (span === null) return [];
  return [`${span.from} to ${span.to} (${formatDuration(1_000 * span.seconds)})`];
}

function busiestLines({ busiestSecond }: TrailSummary): string[] {
  if (busiestSecond === null) return [];
  const { at, calls, accountId, region, uncounted } = busiestSecond;
  const left = uncounted === 0 ? '' : ` (${formatCount(uncounted)} calls not looked at)`;
  return [
    `busiest second: ${formatCount(calls)} calls at ${at}, of account ${printable(accountId)} in ${printable(region)}${left}`,
  ];
}

function table(title: string, rows: readonly NamedCount[]): string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, ROWS_MAX);
  const lines = shown.map((row) => {
    const name = fitted(printable(row.name) || '(none)', NAME_WIDTH);
    return `  ${formatCount(row.calls).padStart(12)}  ${name}${failuresOf(row)}`;
  });
  const more = rows.length - shown.length;
  return [
    '',
    title,
    ...lines,
    ...(more > 0 ? [`  ${'…'.padStart(12)}  ${formatCount(more)} more`] : []),
  ];
}

function failuresOf({ failed, throttled }: NamedCount): string {
  if (failed === 0) return '';
  const ofThem = throttled === 0 ? '' : `, ${formatCount(throttled)} of them throttled`;
  return ` (${formatCount(failed)} failed${ofThem})`;
}
