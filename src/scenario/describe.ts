/**
 * A scenario in words, for people: what it asks, what it offers, and what it should cost in
 * AssumeRole calls by closed forms. Plain lines without a terminal's colours.
 */
import type { BackgroundEffect } from '../../mock-sts/core/config.ts';
import type { Distribution } from '../kernel/distribution.ts';
import { formatCount, formatDuration } from '../kernel/units.ts';
import { type Calls, type Estimate, estimateOf, type Peak } from './estimate.ts';
import { scenariosIn } from './load.ts';
import { planOf } from './plan.ts';
import { dailyCurveOf } from './population.ts';
import type {
  App,
  Fault,
  Limiter,
  Population,
  Scenario,
  Start,
  ThresholdRule,
  Work,
} from './scenario.ts';

/** The scenarios of a directory by name, each with its question. */
export function listScenarios(scenariosDirectory: string): string {
  const scenarios = scenariosIn(scenariosDirectory);
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  return scenarios.map(({ name, question }) => `${name.padEnd(width)}  ${question}`).join('\n');
}

export function describeScenario(scenario: Scenario): string {
  const estimate = estimateOf(planOf(scenario));
  return [
    scenario.question === '' ? scenario.name : `${scenario.name}: ${scenario.question}`,
    `${scenario.file}, seed ${scenario.seed}, hash ${scenario.hash.slice(0, 12)}`,
    '',
    ...timeLines(scenario, estimate),
    ...scenario.apps.flatMap((app, i) => ['', ...appLines(app, estimate.apps[i]!)]),
    '',
    ...stsLines(scenario),
    '',
    ...callLines(scenario, estimate),
    ...listLines('Thresholds on the subject under test', scenario.thresholds.map(thresholdText)),
    ...listLines('Compared with', scenario.compare),
  ].join('\n');
}

function thresholdText({ expression, level, abortAfterMs }: ThresholdRule): string {
  const notes = [
    ...(level === 'warn' ? ['a warning'] : []),
    ...(abortAfterMs === undefined
      ? []
      : [`ends the run when it fails from ${instantText(abortAfterMs)} on`]),
  ];
  return notes.length === 0 ? expression : `${expression} (${notes.join(', ')})`;
}

function timeLines(scenario: Scenario, estimate: Estimate): string[] {
  const atTrueSpeed = scenario.windows.reduce((sum, window) => sum + window.forMs, 0);
  return [
    `Virtual time ${formatDuration(scenario.durationMs)}, ${formatDuration(atTrueSpeed)} of it in windows at true speed`,
    ...scenario.windows.map(
      (window, i) =>
        `  ${window.name}: ${formatDuration(window.forMs)} from ${instantText(window.atMs)}, about ${formatCount(Math.round(estimate.windowRequests[i]!))} requests`,
    ),
    `Fleet ${counted(estimate.processes, 'process', 'processes')} on ${counted(estimate.hosts, 'host')}`,
    `Requests about ${formatCount(Math.round(estimate.requests))}, peak ${peakText(estimate.peak)}`,
  ];
}

function appLines(app: App, estimate: Estimate['apps'][number]): string[] {
  const processes = app.hosts * app.processesPerHost;
  const { work } = app;
  return [
    `App ${app.name}, ${identityText(app)}, client ${app.client.subject}`,
    ...app.via.map(({ arn }) => `  By way of ${arn}`),
    `  Role ${app.role.arn}, session ${formatDuration(app.sessionDurationMs)} of at most ${formatDuration(app.role.maxSessionDurationMs)}`,
    `  Fleet ${counted(app.hosts, 'host')} × ${counted(app.processesPerHost, 'process', 'processes')}, start ${startText(app.start)}`,
    `  Requests about ${formatCount(Math.round(estimate.requests))} (${app.load.arrivals}), peak ${peakText(estimate.peak)}, ${rateText(estimate.peak.ratePerSecond / processes)} a process`,
    ...(app.load.population === undefined ? [] : populationLines(app.load.population)),
    `  Work ${workText(work)}, ${work.concurrency} at once in a process: ${shareText(estimate.utilisation)} busy at the peak`,
  ];
}

function workText({ resource, service }: Work): string {
  const time = distributionText(service);
  if (resource === undefined) return time;
  return `${resource.product}:${resource.action} with the credential, answered in ${time}`;
}

function identityText({ identity, user }: App): string {
  switch (identity.kind) {
    case 'access-key':
      return `user ${user}`;
    case 'kms':
      return `user ${user} by KMS, read every ${formatDuration(identity.ttlMs)} at least`;
    case 'instance-role':
      return "the machine's instance role";
    case 'oidc':
      return `tokens of ${identity.serviceAccount} by ${identity.provider}, ${formatDuration(identity.tokenLifetimeMs)} each`;
  }
}

/** The model of population.ts with its figures filled in. */
function populationLines(population: Population): string[] {
  const day = dailyCurveOf(population);
  const { users, dailyActiveShare, requestsPerUserAndDay, peakHourShare, flashSale } = population;
  const perSecond = (perHour: number) => rateText(perHour / 3_600);
  const lines = [
    `  Population ${formatCount(users)} users × ${shareText(dailyActiveShare)} active a day × ${formatCount(requestsPerUserAndDay)} requests = ${formatCount(day.requestsPerDay)} on an ordinary day`,
    `    busiest hour around ${clockText(population.peakHour)}: ${shareText(peakHourShare)} of the day, ${perSecond(day.requestsPerDay * peakHourShare)}; virtual zero is ${clockText(population.startHour)}`,
    `    rate = ${perSecond(day.basePerHour)} + ${perSecond(day.risePerHour)} × (1 + cos(π d / ${formatCount(day.halfWidthHours)} h)) / 2, d hours from the peak; ${perSecond(day.basePerHour)} further away`,
  ];
  if (flashSale === undefined) return lines;
  const startsAt = clockText(population.startHour + flashSale.atMs / 3_600_000);
  return [
    ...lines,
    `    flash sale × ${flashSale.factor} from ${startsAt} for ${formatDuration(flashSale.forMs)}`,
  ];
}

function stsLines({ sts, faults, rotations }: Scenario): string[] {
  const quota = (limit: number | undefined) => (limit === undefined ? 'off' : `${limit}/s`);
  return [
    `STS latency ${distributionText(sts.latency)}`,
    `  Quota by account ${quota(sts.quotaPerAccount)}, by role ${quota(sts.quotaPerRole)}, ${limiterText(sts.limiter)} (assumed: Alibaba Cloud documents no algorithm)`,
    ...faults.map(
      (fault) =>
        `  Fault ${faultText(fault)}${placeText(fault)}, ${formatDuration(fault.forMs)} from ${instantText(fault.atMs)}`,
    ),
    ...rotations.map(
      ({ user, atMs, overlapMs }) =>
        `  KMS rotates the AccessKey of ${user} at ${instantText(atMs)}, and removes the old one after ${formatDuration(overlapMs)}`,
    ),
  ];
}

function callLines({ sts, caller }: Scenario, estimate: Estimate): string[] {
  const row = (name: string, calls: Calls, limit: number | undefined) => {
    if (calls.perHour === 0) return `  ${name}: none`;
    const peak = Math.ceil(calls.peakPerSecond);
    const share = limit === undefined ? '' : `, ${useText(peak / limit)} ${limit}/s`;
    return `  ${name}: ${hourlyText(calls.perHour)} an hour, peak ${formatCount(peak)}/s${share}`;
  };
  const roles = Object.keys(estimate.clients[0]!.byRole);
  return [
    `AssumeRole calls by closed forms, before quota and faults; account ${caller.accountId} in ${caller.region}`,
    ...estimate.clients.flatMap((client) => [
      row(client.subject, client, sts.quotaPerAccount),
      ...(client.perHour === 0 || (roles.length === 1 && sts.quotaPerRole === undefined)
        ? []
        : roles.map((arn) => `  ${row(arn, client.byRole[arn]!, sts.quotaPerRole)}`)),
    ]),
  ];
}

function hourlyText(count: number): string {
  return count < 0.5 ? 'less than one' : `about ${formatCount(Math.round(count))}`;
}

/** `40 % of`; from ten times the quota on, `247 times`. */
function useText(share: number): string {
  return share < 10 ? `${shareText(share)} of` : `${formatCount(Math.round(share))} times`;
}

function listLines(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ['', title, ...items.map((item) => `  ${item}`)];
}

function startText(start: Start): string {
  switch (start.mode) {
    case 'together':
      return `together within ${formatDuration(start.withinMs)} from ${instantText(start.atMs)}`;
    case 'rolling':
      return `rolling over ${formatDuration(start.overMs)} from ${instantText(start.atMs)}`;
    case 'bursts':
      return `in bursts: ${start.bursts
        .map((burst) => `${burst.hosts} hosts at ${instantText(burst.atMs)}`)
        .join(', ')}`;
  }
}

function placeText({ kind, target }: Fault): string {
  return target === undefined || kind === 'clock-skew' ? '' : `, at ${target}`;
}

function faultText(fault: Fault): string {
  const calls =
    'share' in fault && fault.share !== undefined ? `${shareText(fault.share)} of calls` : '';
  const of = calls === '' ? '' : `, ${calls}`;
  switch (fault.kind) {
    case 'latency': {
      const added = 'added' in fault ? distributionText(fault.added) : formatDuration(fault.addMs);
      return `${added} added latency${of}`;
    }
    case 'errors':
      return `${calls} fail with ${fault.code}${fault.status === undefined ? '' : ` (${fault.status})`}`;
    case 'succeed-then-fail':
      return `${formatCount(fault.calls)} calls pass, ${calls || 'all'} after them fail with ${fault.code}`;
    case 'slow-body':
      return `answers take ${formatDuration(fault.overMs)} to come through${of}`;
    case 'expired-credential':
      return `credentials come ${formatDuration(fault.agoMs)} after their end${of}`;
    case 'clock-skew':
      return `the clock of ${fault.target ?? 'STS'} is ${formatDuration(Math.abs(fault.offsetMs))} ${fault.offsetMs < 0 ? 'behind' : 'ahead'}`;
    case 'access-key-disabled':
      return `the AccessKeys of ${fault.user} are disabled`;
    case 'background':
      return `others make ${othersText(fault)} on ${fault.roleArn ?? 'the account'}`;
    default:
      return `${fault.kind.replaceAll('-', ' ')}${of}`;
  }
}

function othersText(others: BackgroundEffect): string {
  if ('ratePerSecond' in others) return `${rateText(others.ratePerSecond)} of calls`;
  const { callsBySecond } = others;
  const calls = callsBySecond.reduce((sum, count) => sum + count, 0);
  const most = callsBySecond.reduce((highest, count) => Math.max(highest, count), 0);
  return `${formatCount(calls)} calls as recorded, ${formatCount(most)} in the busiest second,`;
}

function limiterText(limiter: Limiter): string {
  return limiter.algorithm === 'token-bucket'
    ? `token bucket of ${limiter.burst}`
    : limiter.algorithm.replace('-', ' ');
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

function peakText(peak: Peak): string {
  return `${rateText(peak.ratePerSecond)} at ${instantText(peak.atMs)}`;
}

function rateText(ratePerSecond: number): string {
  return `${formatCount(ratePerSecond)}/s`;
}

function shareText(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

function distributionText({ medianMs, p99Ms }: Distribution): string {
  return medianMs === p99Ms
    ? `always ${formatDuration(medianMs)}`
    : `median ${formatDuration(medianMs)}, p99 ${formatDuration(p99Ms)}`;
}

/** An instant as the file writes it, `1h37m30s`: rounding would name another one. */
function instantText(atMs: number): string {
  const hours = Math.floor(atMs / 3_600_000);
  const minutes = Math.floor((atMs % 3_600_000) / 60_000);
  const seconds = Number(((atMs % 60_000) / 1_000).toFixed(3));
  const parts = [
    hours > 0 && `${hours}h`,
    minutes > 0 && `${minutes}m`,
    seconds > 0 && `${seconds}s`,
  ];
  return parts.filter(Boolean).join('') || '0s';
}

/** `20:15`; hours past midnight wrap. */
function clockText(hours: number): string {
  const minutes = Math.round(hours * 60) % (24 * 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
