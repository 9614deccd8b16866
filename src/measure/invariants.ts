/**
 * What must hold of every result, live or simulated, whatever was measured. A violation is a bug of
 * the harness, never the client's doing. Runs check their own results with it, and so do tests.
 */
import type {
  GroupResult,
  Latencies,
  LatencySummary,
  MeasuredResult,
  QuotaUse,
  SubjectResult,
  Totals,
} from './result.ts';

/** One sentence for each violation: which subject, where, and what was found. */
export function violations(result: MeasuredResult): string[] {
  return result.subjects.flatMap((subject) => {
    const found: string[] = [];
    const check: Check = (holds, where, rule) => {
      if (!holds) found.push(`${subject.name}: ${where}: ${rule}`);
    };
    for (const [where, group] of groupsOf(subject)) checkGroup(group, where, check);
    checkSums(subject, check);
    for (const quota of subject.quotas) checkQuota(quota, check);
    checkTimeline(subject, check);
    checkClaims(subject, check);
    return found;
  });
}

type Check = (holds: boolean, where: string, rule: string) => void;

function groupsOf(subject: SubjectResult): [string, GroupResult][] {
  const named = (kind: string, groups: Readonly<Record<string, GroupResult>>) =>
    Object.entries(groups).map(([name, group]): [string, GroupResult] => [
      `${kind}.${name}`,
      group,
    ]);
  return [
    ['totals', subject],
    ...named('apps', subject.apps),
    ...named('roles', subject.roles),
    ...named('windows', subject.windows),
    ...named('phases', subject.phases),
  ];
}

function checkGroup({ totals, latency }: GroupResult, where: string, check: Check): void {
  const { requests, assumeRole, stalls } = totals;
  const { offered, completed, failed, inFlight, notStarted } = requests;
  check(
    offered === completed + failed + inFlight + notStarted,
    where,
    `offered ${offered} is not completed ${completed} + failed ${failed} + inFlight ${inFlight} + notStarted ${notStarted}`,
  );
  const { calls, succeeded, throttled } = assumeRole;
  check(
    calls === succeeded + throttled + assumeRole.failed,
    where,
    `AssumeRole calls ${calls} is not succeeded ${succeeded} + throttled ${throttled} + failed ${assumeRole.failed}`,
  );
  checkPeaks(assumeRole, where, check);
  check(assumeRole.peakPerSecond <= calls, where, 'peak of calls above their number');
  check(stalls.episodes <= stalls.requests, where, 'more stall episodes than stalled requests');
  check(
    stalls.longestSeconds <= stalls.totalSeconds * (1 + ROUNDING),
    where,
    'the longest stall is longer than all together',
  );
  checkLatencies(latency, totals, where, check);
}

function checkLatencies(latency: Latencies, totals: Totals, where: string, check: Check): void {
  const { credentialWait, request } = latency;
  for (const [name, summary] of Object.entries(latency)) {
    check(isMonotone(summary), `${where} latency.${name}`, 'percentiles are not in order');
  }
  check(
    credentialWait.count === request.count,
    where,
    `${credentialWait.count} credential waits but ${request.count} request latencies`,
  );
  check(
    request.count <= totals.requests.completed,
    where,
    `${request.count} latencies of ${totals.requests.completed} completed requests`,
  );
}

function isMonotone(summary: LatencySummary): boolean {
  const { count, meanMs, p50Ms, p90Ms, p99Ms, p999Ms, p9999Ms, maxMs } = summary;
  const steps = [0, p50Ms, p90Ms, p99Ms, p999Ms, p9999Ms, maxMs];
  const inOrder = steps.every((step, index) => index === 0 || step >= steps[index - 1]!);
  return inOrder && meanMs >= 0 && meanMs <= maxMs && (count > 0 || maxMs === 0);
}

/** A half-open second touches at most two aligned ones. */
function checkPeaks(
  peaks: { readonly peakPerSecond: number; readonly slidingPeakPerSecond: number },
  where: string,
  check: Check,
): void {
  const { peakPerSecond: aligned, slidingPeakPerSecond: sliding } = peaks;
  check(
    aligned <= sliding && sliding <= 2 * aligned,
    where,
    `peak ${aligned} and sliding peak ${sliding} cannot be of the same calls`,
  );
}

/** Seconds are sums of fractions. */
const ROUNDING = 1e-9;

function checkSums(subject: SubjectResult, check: Check): void {
  const apps = Object.values(subject.apps);
  const windows = Object.values(subject.windows);
  const sum = (groups: readonly GroupResult[], figure: (group: GroupResult) => number) =>
    groups.reduce((total, group) => total + figure(group), 0);
  for (const [name, figure] of FIGURES) {
    const total = figure(subject);
    const ofApps = sum(apps, figure);
    check(
      Math.abs(ofApps - total) <= ROUNDING * total,
      name,
      `the apps add up to ${ofApps}, the total is ${total}`,
    );
    const ofWindows = sum(windows, figure);
    check(
      ofWindows <= total * (1 + ROUNDING),
      name,
      `the windows add up to ${ofWindows}, more than the total ${total}`,
    );
  }
  // Calls of nobody in the scenario are in the total alone.
  const ofApps = sum(apps, ({ totals }) => totals.assumeRole.calls);
  check(ofApps <= subject.totals.assumeRole.calls, 'assumeRole.calls', 'apps made more than all');
  const inWindows = sum(windows, ({ latency }) => latency.request.count);
  check(
    inWindows === subject.latency.request.count,
    'latency.request.count',
    `the windows add up to ${inWindows}, the total is ${subject.latency.request.count}`,
  );
}

const FIGURES: readonly [string, (group: GroupResult) => number][] = [
  ['requests.offered', ({ totals }) => totals.requests.offered],
  ['requests.completed', ({ totals }) => totals.requests.completed],
  ['requests.failed', ({ totals }) => totals.requests.failed],
  ['requests.inFlight', ({ totals }) => totals.requests.inFlight],
  ['requests.notStarted', ({ totals }) => totals.requests.notStarted],
  ['stalls.requests', ({ totals }) => totals.stalls.requests],
  ['stalls.episodes', ({ totals }) => totals.stalls.episodes],
  ['stalls.totalSeconds', ({ totals }) => totals.stalls.totalSeconds],
  ['credentials.servedExpired', ({ totals }) => totals.credentials.servedExpired],
  ['credentialWait.count', ({ latency }) => latency.credentialWait.count],
  ['assumeRole.count', ({ latency }) => latency.assumeRole.count],
];

/** What succeeded was let through by the limiter, so no more of it than the limiter allows. */
function checkQuota(quota: QuotaUse, check: Check): void {
  const where = `quota ${quota.scope} ${quota.key}`;
  checkPeaks(quota, where, check);
  const { limit, limiter, throttled } = quota;
  if (limit === null || limiter === null) {
    check(throttled === 0, where, `${throttled} calls throttled by a quota that is not enforced`);
    return;
  }
  const aligned = quota.succeededPeakPerSecond;
  const sliding = quota.succeededSlidingPeakPerSecond;
  switch (limiter.algorithm) {
    case 'fixed-window':
      check(aligned <= limit, where, `${aligned} succeeded in one second of a limit of ${limit}`);
      break;
    case 'sliding-window':
      check(sliding <= limit, where, `${sliding} succeeded in any second of a limit of ${limit}`);
      break;
    case 'token-bucket':
      check(
        sliding <= limit + limiter.burst,
        where,
        `${sliding} succeeded in any second of a limit of ${limit} and a burst of ${limiter.burst}`,
      );
      checkBurst(quota, limiter.burst, where, check);
  }
}

/** In any stretch of t seconds, not only in one: limit × t + burst. */
function checkBurst(quota: QuotaUse, burst: number, where: string, check: Check): void {
  const { succeededBurst = 0, limit } = quota;
  check(
    succeededBurst <= burst * (1 + ROUNDING) + ROUNDING,
    where,
    `what succeeded needs a burst of ${succeededBurst} at ${limit} a second, the bucket has ${burst}`,
  );
}

/** What a subject promises of itself is part of our own description of it. */
function checkClaims({ claims, refreshesInFlightMax, totals }: SubjectResult, check: Check): void {
  if (claims === undefined) return;
  const inFlight = refreshesInFlightMax ?? 0;
  check(
    !claims.singleFlight || inFlight <= 1,
    'claims.singleFlight',
    `${inFlight} refreshes of one client were in the air at once`,
  );
  const { servedExpired } = totals.credentials;
  check(
    !claims.neverServesExpired || servedExpired === 0,
    'claims.neverServesExpired',
    `${servedExpired} expired credentials were handed over`,
  );
}

function checkTimeline({ timeline, totals }: SubjectResult, check: Check): void {
  const { requests, stalls, assumeRole } = totals;
  const sum = (figure: (bucket: SubjectResult['timeline'][number]) => number) =>
    timeline.reduce((total, bucket) => total + figure(bucket), 0);
  const offered = sum((bucket) => bucket.offered);
  // Requests in flight at the end may have no instant.
  check(
    offered <= requests.offered && offered >= requests.offered - requests.inFlight,
    'timeline',
    `${offered} offered, ${requests.offered} in the totals`,
  );
  const completed = sum((bucket) => bucket.completed);
  check(
    completed === requests.completed,
    'timeline',
    `${completed} completed, ${requests.completed} in the totals`,
  );
  const stalled = sum((bucket) => bucket.stalled);
  check(
    stalled === stalls.requests,
    'timeline',
    `${stalled} stalled, ${stalls.requests} in the totals`,
  );
  check(
    sum((bucket) => bucket.assumeRole) <= assumeRole.calls,
    'timeline',
    'more AssumeRole calls than in the totals',
  );
  for (const bucket of timeline) {
    check(
      bucket.assumeRolePeakPerSecond <= assumeRole.slidingPeakPerSecond &&
        bucket.assumeRolePeakPerSecond <= bucket.assumeRole,
      `timeline at ${bucket.at}`,
      'a peak above the run’s or above the bucket’s calls',
    );
  }
}
