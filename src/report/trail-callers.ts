/** What was inferred of a trail's callers, for a terminal: a block each, every figure with its ground. */
import { formatCount, formatDuration } from '../kernel/units.ts';
import type { CallerDocument, QuotaDocument } from '../trail/document.ts';
import type { Judged, Range } from '../trail/infer/inferred.ts';
import { fitted, printable } from './lines.ts';

const CALLERS_MAX = 10;
const AGENT_WIDTH = 60;

export function callerLines(quota: QuotaDocument): string[] {
  const { accountId, region, callers, others, furtherCalls } = quota;
  const shown = callers.slice(0, CALLERS_MAX);
  const more = callers.length - shown.length;
  const otherCalls = others.reduce((sum, { calls }) => sum + calls, 0);
  return [
    `callers of AssumeRole in account ${printable(accountId)} in ${printable(region)}, as inferred`,
    ...shown.flatMap(callerBlock),
    ...(more > 0 ? [`  … ${formatCount(more)} more`] : []),
    ...(furtherCalls > 0 ? [`  ${formatCount(furtherCalls)} calls of further ones`] : []),
    ...(otherCalls > 0
      ? [
          `  not looked at: ${formatCount(otherCalls)} calls of ${formatCount(others.length)} other accounts or regions, each with a quota of its own (--account, --region)`,
        ]
      : []),
  ];
}

function callerBlock(caller: CallerDocument): string[] {
  const { name, app, calls, addresses, lifetimeSeconds } = caller;
  const appText = app === null ? '' : ` (app ${app})`;
  return [
    `  ${printable(name.principal) || '(unknown)'} for ${printable(name.roleArn)}${appText}`,
    `    ${formatCount(calls)} calls from ${formatCount(addresses)} addresses, credentials of ${formatDuration(1_000 * lifetimeSeconds)}, ${fitted(printable(name.userAgent) || 'no user agent', AGENT_WIDTH)}`,
    ...figureLines(caller).map((line) => `    ${line}`),
  ];
}

function figureLines(caller: CallerDocument): string[] {
  switch (caller.kind) {
    case 'unknown':
      return [`nothing inferred: ${caller.reason}`];
    case 'per-request':
      return [judged('calls for each request', '', caller.verdict)];
    case 'cached': {
      const { processes, interval, lead, jitterSeconds, singleFlight, synchrony } = caller;
      const several = `${caller.callsPerRefresh.toFixed(2)} calls a refresh`;
      const jitter = jitterSeconds === 0 ? 'no jitter' : `jitter ${seconds(jitterSeconds)}`;
      return [
        judged('processes', formatCount(processes.value), processes),
        judged(
          'refresh',
          `every ${range(interval.value)}, ${jitter}, lead ${range(lead)}`,
          interval,
        ),
        judged('single flight', `${singleFlight.value}, ${several}`, singleFlight),
        judged('in step', synchrony.value.toFixed(2), synchrony),
      ];
    }
  }
}

function judged(label: string, value: string, { confidence, method }: Judged<unknown>): string {
  return `${label}${value === '' ? '' : ` ${value}`} (${confidence}: ${method})`;
}

function range({ from, to }: Range): string {
  return to - from < 3 ? seconds((from + to) / 2) : `${seconds(from)} to ${seconds(to)}`;
}

function seconds(value: number): string {
  return formatDuration(1_000 * Math.round(value));
}
