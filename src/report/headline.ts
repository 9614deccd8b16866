/**
 * One sentence a subject: what a developer who fears the STS quota wants to read first. Did requests
 * have to wait, how many calls did it take, how near was the quota, and was anything refused?
 */
import { formatCount, formatDuration } from '../kernel/units.ts';
import type { QuotaUse, SubjectResult } from '../measure/result.ts';

const LOWER_BOUNDS = 'lower bounds';

/** Why a column's figures are lower bounds; undefined when they are what they seem. */
export function boundsText({ validity, partial }: SubjectResult): string | undefined {
  if (!validity.ok) {
    // What ended early was lost, whatever share of its requests had been late by then.
    const cause = validity.shortfall > 0 && !partial ? 'machine saturated' : 'invalid';
    return `${cause}: ${LOWER_BOUNDS}`;
  }
  return partial ? `ended early: ${LOWER_BOUNDS}` : undefined;
}

export function headline(subject: SubjectResult): string {
  const clauses = [
    unansweredClause(subject),
    stallClause(subject),
    callClause(subject),
    failureClause(subject),
    expiredClause(subject),
  ].filter((clause) => clause !== '');
  const bounds = boundsText(subject);
  const sentence = `${clauses.join('; ')}.`;
  return bounds === undefined ? sentence : `${bounds}. ${capitalised(sentence)}`;
}

function capitalised(sentence: string): string {
  return `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}`;
}

/** They wait, so before them `no request stalled` would be an untruth. */
function unansweredClause({ totals }: SubjectResult): string {
  const { inFlight } = totals.requests;
  return inFlight === 0 ? '' : `${counted(inFlight, 'request')} unanswered at the end`;
}

function stallClause(subject: SubjectResult): string {
  const { requests, episodes, longestSeconds } = subject.totals.stalls;
  const { offered, inFlight } = subject.totals.requests;
  if (offered === 0) return 'no request was offered';
  if (requests === 0) return inFlight === 0 ? 'no request stalled' : '';
  const longest = formatDuration(longestSeconds * 1_000);
  const start = stalledStart(subject);
  if (start !== undefined) {
    return `no request stalled after ${start} (${formatCount(requests)} in it, up to ${longest})`;
  }
  const times = episodes === 1 ? 'one episode' : `${formatCount(episodes)} episodes`;
  return `${counted(requests, 'request')} stalled (${percent(requests / offered)}) in ${times}, up to ${longest}`;
}

/** Stalls are over early when they keep to this share of the time. */
const START_SHARE = 0.25;

/** The start that all stalls keep to, when clients fetch their first credential; undefined if they do not. */
function stalledStart({ windows, totals, timeline }: SubjectResult): string | undefined {
  const [first, ...later] = Object.entries(windows).sort(([, a], [, b]) => a.at - b.at);
  if (first !== undefined && later.length > 0) {
    const [name, window] = first;
    return window.totals.stalls.requests === totals.stalls.requests ? name : undefined;
  }
  const begun = timeline.find(({ offered }) => offered > 0)?.at ?? 0;
  const end = timeline.at(-1);
  const last = timeline.findLast(({ stalled }) => stalled > 0);
  if (last === undefined || end === undefined) return undefined;
  const seconds = last.at + last.seconds - begun;
  return seconds <= START_SHARE * (end.at + end.seconds - begun)
    ? `the first ${formatDuration(1_000 * seconds)}`
    : undefined;
}

function callClause({ totals, quotas }: SubjectResult): string {
  const { calls, throttled, peakPerSecond } = totals.assumeRole;
  if (calls === 0) return 'it never called AssumeRole';
  const tightest = quotas
    .filter((quota) => quota.limit !== null)
    .sort((a, b) => quotaPeak(b) / b.limit! - quotaPeak(a) / a.limit!)[0];
  const peak =
    tightest === undefined
      ? `peak ${formatCount(peakPerSecond)}/s with no quota enforced`
      : `peak ${formatCount(quotaPeak(tightest))}/s of ${formatCount(tightest.limit!)}/s`;
  const refused = throttled === 0 ? '' : `, ${formatCount(throttled)} throttled`;
  return `${counted(calls, 'AssumeRole call')}, ${peak}${refused}`;
}

/** In the kind of second that the limiter counts. */
export function quotaPeak(quota: QuotaUse): number {
  const isAligned = quota.limiter === null || quota.limiter.algorithm === 'fixed-window';
  return isAligned ? quota.peakPerSecond : quota.slidingPeakPerSecond;
}

function failureClause({ totals, errors }: SubjectResult): string {
  const { failed } = totals.requests;
  if (failed === 0) return '';
  const code = errors.find(({ source }) => source === 'request')?.code;
  return `${counted(failed, 'request')} failed${code === undefined ? '' : `, mostly ${code}`}`;
}

function expiredClause({ totals }: SubjectResult): string {
  const { servedExpired } = totals.credentials;
  return servedExpired === 0 ? '' : `${counted(servedExpired, 'expired credential')} handed over`;
}

function counted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** `12 %`, `0.3 %`, and never a share that is not nothing as nothing. */
export function percent(share: number): string {
  const points = 100 * share;
  if (points > 0 && points < 0.01) return '< 0.01 %';
  return `${points < 10 ? Number(points.toPrecision(2)) : Math.round(points)} %`;
}
