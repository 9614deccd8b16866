/**
 * What spreads refreshes: the jitter window and the lead of the reference client.
 *
 * A herd of N calls needs a window of about 1.5 N / Q seconds for a quota of Q (`jitterSecondsFor`). Where
 * one window serves all, the search begins there: fewer seconds might please the seeds that were
 * simulated, and fail one time in a hundred.
 */
import { type CachePolicy, cachePolicy, windowsOf } from '../../client/policy.ts';
import { formatDuration } from '../../kernel/units.ts';
import { referenceOptions } from '../../run/subjects/reference-options.ts';
import type { App, Scenario } from '../../scenario/scenario.ts';
import { jitterSecondsFor } from '../closed-forms.ts';
import {
  changed,
  isReference,
  keepsCredentials,
  type Measure,
  risingValues,
  whyNotReference,
} from './measure.ts';

/** As the policy allows. */
const JITTER_SHARE_MAX = 0.9;
const LEAD_SHARE_MAX = 0.5;
const STEPS = 24;
const FIRST_WINDOW_SECONDS = 1;

export const jitterWindow: Measure = {
  name: 'jitter-window',
  title: 'a longer jitter window',
  unit: 'seconds',
  sideEffects: [
    'a refresh comes less early where it is drawn late: less time is left to get over an outage of STS',
  ],
  rangeIn: (scenario, quotaPerSecond) => {
    const apps = scenario.apps.filter(isReference);
    if (apps.length === 0) {
      return { notApplicable: whyNotReference(scenario, 'its jitter, if any, is its own') };
    }
    const present = Math.min(...apps.map(jitterSeconds));
    const most = Math.min(...apps.map((app) => leadSeconds(app) * JITTER_SHARE_MAX));
    if (present >= most) {
      return { notApplicable: `its window is as long as the lead allows: ${text(present)}` };
    }
    const first = firstWindow(scenario, quotaPerSecond);
    return {
      values: risingValues(Math.min(Math.max(first, present), most), most, STEPS),
      change: (base, seconds) =>
        changed(base, isReference, (app) =>
          withPolicy(app, { jitterShare: shareFor(app, seconds) }),
        ),
      settingText: (seconds) =>
        `each refresh drawn over ${text(seconds)}: ${apps
          .map((app) => `jitterShare ${rounded(shareFor(app, seconds))} (${app.name})`)
          .join(', ')}`,
    };
  },
};

export const prefetchLead: Measure = {
  name: 'prefetch-lead',
  title: 'a longer prefetch lead',
  unit: 'share',
  sideEffects: [
    'more calls: a session is used for less of its time',
    'with the same jitterShare the jitter window grows with the lead',
    'an outage of STS may last longer before requests suffer',
  ],
  rangeIn: (scenario, quotaPerSecond) => {
    const apps = scenario.apps.filter(isReference);
    if (apps.length === 0) return { notApplicable: whyNotReference(scenario, 'its lead is fixed') };
    const present = Math.min(...apps.map(leadShare));
    if (present >= LEAD_SHARE_MAX) {
      return { notApplicable: 'the lead is half of the session, the most that the policy allows' };
    }
    const [app] = apps;
    const jitterShare = policyOf(app!).jitterShare;
    const first =
      jitterShare === 0
        ? present
        : firstWindow(scenario, quotaPerSecond) / jitterShare / sessionSeconds(app!);
    const from = Math.min(Math.max(first, present * 1.05), LEAD_SHARE_MAX);
    return {
      values: risingValues(from, LEAD_SHARE_MAX, STEPS),
      change: (base, share) =>
        changed(base, isReference, (each) =>
          withPolicy(each, {
            prefetchShareMax: LEAD_SHARE_MAX,
            prefetchSteps: [
              {
                lifetimeMsMax: Number.POSITIVE_INFINITY,
                windowMs: Math.max(each.sessionDurationMs * share, leadSeconds(each) * 1_000),
              },
            ],
          }),
        ),
      settingText: (share) =>
        apps
          .map(
            (each) =>
              `refreshes begin ${text(share * sessionSeconds(each))} before the end (${each.name})`,
          )
          .join(', '),
    };
  },
};

function policyOf({ client }: App): CachePolicy {
  return cachePolicy(referenceOptions(client.options).policy);
}

function withPolicy(app: App, changes: Partial<CachePolicy>): App {
  const { share, policy } = referenceOptions(app.client.options);
  const client = { ...app.client, options: { share, policy: { ...policy, ...changes } } };
  return { ...app, client };
}

function leadSeconds(app: App): number {
  return windowsOf(policyOf(app), app.sessionDurationMs).prefetchMs / 1_000;
}

function leadShare(app: App): number {
  return leadSeconds(app) / sessionSeconds(app);
}

function jitterSeconds(app: App): number {
  return leadSeconds(app) * policyOf(app).jitterShare;
}

function shareFor(app: App, seconds: number): number {
  return Math.min(
    JITTER_SHARE_MAX,
    Math.max(policyOf(app).jitterShare, seconds / leadSeconds(app)),
  );
}

/** What the closed form begins with; a second where several windows or calls make it say nothing. */
function firstWindow({ apps, faults }: Scenario, quotaPerSecond: number): number {
  const asking = apps.filter(keepsCredentials);
  const isPlain =
    asking.every(isReference) &&
    asking.every(({ via }) => via.length === 0) &&
    new Set(asking.map(leadSeconds)).size === 1 &&
    faults.every(({ kind }) => kind !== 'background');
  if (!isPlain) return FIRST_WINDOW_SECONDS;
  const processes = asking.reduce((sum, app) => sum + clientsOf(app), 0);
  return Math.max(FIRST_WINDOW_SECONDS, jitterSecondsFor({ processes, quotaPerSecond }));
}

function clientsOf({ client, hosts, processesPerHost }: App): number {
  return referenceOptions(client.options).share === 'host' ? hosts : hosts * processesPerHost;
}

function sessionSeconds({ sessionDurationMs }: App): number {
  return sessionDurationMs / 1_000;
}

function text(seconds: number): string {
  return formatDuration(seconds * 1_000);
}

function rounded(share: number): number {
  return Number(share.toPrecision(3));
}
