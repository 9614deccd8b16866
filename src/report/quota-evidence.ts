/** The evidence for a quota as sections of Markdown: what was simulated, and what came of it. */
import { formatCount, formatDuration } from '../kernel/units.ts';
import { objectiveText, shareText } from '../sizing/quota-reason.ts';
import type { Failures, Need, Reading, SizeReport } from '../sizing/size-report.ts';
import { SITUATION_TITLES } from '../sizing/size-titles.ts';
import { markdownText, tableRow } from './markdown.ts';

/** Of the graph of CloudMonitor: the busiest of them say enough. */
const MINUTES_MAX = 5;

export function evidenceSections(size: SizeReport): string[] {
  return [
    '## What was simulated',
    simulatedTable(size),
    '## What it needs',
    ...size.readings.flatMap((reading) => readingParts(reading, size)),
    situationLines(size),
    ...presentParts(size),
    ...usageParts(size),
    ...growthParts(size),
    '## How the quota is counted',
    COUNTED.map((line) => `- ${line}`).join('\n'),
    '## Assumptions',
    size.assumptions.map((each) => `- ${markdownText(each)}`).join('\n'),
  ];
}

const COUNTED = [
  'Alibaba Cloud documents 100 calls a second of AssumeRole, counted by caller’s account, region and API ([API quotas (STS)](https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-quota)); calls of all RAM users and roles of the account count together ([notice of August 2022](https://www.alibabacloud.com/notice/ram20220829)). One account that holds every application’s AccessKey shares one quota among them.',
  'The [FAQ on STS](https://www.alibabacloud.com/help/en/ram/support/faq-about-ram-roles-and-sts-tokens) names the account and no region.',
  'Which algorithm counts (fixed window, sliding window, token bucket) is not documented: the figures are for the one that needs the most.',
];

function simulatedTable(size: SizeReport): string {
  const { scale } = size;
  const rows = [
    ['scenario', `${size.scenario}, hash ${size.scenarioHash.slice(0, 12)}`],
    ['client', size.subject],
    ['processes', formatCount(size.processes)],
    ['roles', formatCount(size.roles)],
    ...(scale.users === 1 && scale.hosts === 1
      ? []
      : [['scaled', `users × ${scale.users}, hosts × ${scale.hosts}`]]),
    ['objective', objectiveText(size)],
    ['runs', `${formatCount(size.replications)}, seeds derived from ${size.seed}`],
    ['confidence', shareText(size.confidence)],
    ['simulations', formatCount(size.simulations)],
    ['by', `sts-harness ${size.version}`],
  ];
  return [tableRow(['', '']), '|---|---|', ...rows.map(tableRow)].join('\n');
}

const READING_TITLE = {
  account: 'By caller’s account and region, as documented',
  role: 'By role, as teams often plan',
} as const;

function readingParts(reading: Reading, size: SizeReport): string[] {
  const header = ['situation', 'needed', 'worst limiter', 'closed form', 'runs that failed'];
  const rows = reading.situations.map((need) => [
    SITUATION_TITLES[need.situation],
    need.quotaPerSecond === null
      ? `none is enough: ${need.reason ?? ''}`
      : `${need.quotaPerSecond}/s`,
    need.limiter,
    closedText(need),
    failuresText(need, size),
  ]);
  return [
    `### ${READING_TITLE[reading.scope]}`,
    [tableRow(header), '|---|---|---|---|---|', ...rows.map(tableRow)].join('\n'),
  ];
}

function closedText({ closedForm }: Need): string {
  if (closedForm === null) return 'none';
  const { formula, quotaPerSecond, residual } = closedForm;
  const sign = residual < 0 ? '−' : '+';
  const off = `${sign}${Math.abs(residual * 100).toFixed(1)} %`;
  return `${formatCount(quotaPerSecond)}/s (${formula}); simulated ${off}`;
}

function failuresText({ failures, fresh }: Need, { confidence }: SizeReport): string {
  const text = ({ count, of, chanceMax, method }: Failures) =>
    `${count} of ${formatCount(of)}, chance ≤ ${shareText(chanceMax)} at ${shareText(confidence)} (${method})`;
  return fresh === null ? text(failures) : `${text(failures)}; with other seeds ${text(fresh)}`;
}

function situationLines({ situations }: SizeReport): string {
  return situations
    .filter(({ applies }) => applies)
    .map(({ name, derivation }) => `- ${SITUATION_TITLES[name]}: ${markdownText(derivation)}`)
    .join('\n');
}

/** What happens where nothing is raised, where the curve has that point. */
function presentParts({ readings, curve }: SizeReport): string[] {
  const present = readings.find(({ scope }) => scope === 'account')?.presentPerSecond;
  const points = curve.filter(
    ({ scope, quotaPerSecond }) => scope === 'account' && quotaPerSecond === present,
  );
  if (points.length === 0) return [];
  const header = ['situation', 'limiter', 'throttled calls', 'stalled requests', 'longest stall'];
  const rows = points.map((point) => [
    SITUATION_TITLES[point.situation],
    point.limiter,
    formatCount(point.throttledMean),
    formatCount(point.stalledRequestsMean),
    formatDuration(point.longestStallSecondsMax * 1_000),
  ]);
  return [
    `## With the present ${present} calls a second`,
    'Means over the runs; the longest stall of all of them.',
    [tableRow(header), '|---|---|---|---|---|', ...rows.map(tableRow)].join('\n'),
  ];
}

function usageParts({ usage }: SizeReport): string[] {
  const own = usage.find(({ scope }) => scope === 'account');
  if (own === undefined || own.minutes.length === 0) return [];
  const busiest = [...own.minutes]
    .sort((a, b) => b.maxPerSecond - a.maxPerSecond)
    .slice(0, MINUTES_MAX);
  const rows = busiest.map(({ at, medianPerSecond, maxPerSecond }) => [
    formatDuration(at * 1_000),
    formatCount(medianPerSecond),
    formatCount(maxPerSecond),
  ]);
  return [
    '## As CloudMonitor shows it',
    `The busiest second of each minute (\`acs_quotas_flowcontrol\`, \`Usage\`), where nothing is throttled; the busiest of ${formatCount(own.minutes.length)} minutes:`,
    [tableRow(['minute from', 'median', 'most']), '|---|---|---|', ...rows.map(tableRow)].join(
      '\n',
    ),
  ];
}

function growthParts({ forecast }: SizeReport): string[] {
  if (forecast.length === 0) return [];
  const header = ['month', 'users', 'hosts', 'processes', 'needed by account', 'needed by role'];
  const needed = (perSecond: number | null) =>
    perSecond === null ? 'none is enough' : `${perSecond}/s`;
  const rows = forecast.map((month) => [
    String(month.month),
    `× ${formatCount(month.users)}`,
    `× ${formatCount(month.hosts)}`,
    formatCount(month.processes),
    needed(month.perAccountPerSecond),
    needed(month.perRolePerSecond),
  ]);
  return [
    '## With growth',
    [tableRow(header), '|---|---|---|---|---|---|', ...rows.map(tableRow)].join('\n'),
  ];
}
