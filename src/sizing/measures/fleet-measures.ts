/** What changes the fleet or its clients: the start, one client a host, another client, regions. */
import { formatDuration } from '../../kernel/units.ts';
import { referenceOptions } from '../../run/subjects/reference-options.ts';
import type { App, Start } from '../../scenario/scenario.ts';
import {
  asksPerRequest,
  changed,
  isReference,
  keepsCredentials,
  type Measure,
  whyNotKept,
} from './measure.ts';

/** Releases are planned in such times. */
const ROLLING_SECONDS = [
  5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600, 900, 1_200, 1_800, 2_700, 3_600,
];
/** Of the scenario: what comes after the start has to be seen, too. */
const START_SHARE_MAX = 0.25;
const REGIONS_MAX = 8;

export const rollingStart: Measure = {
  name: 'rolling-start',
  title: 'a slower rolling start',
  unit: 'seconds',
  sideEffects: [
    'a release, and a way back from it, takes that long',
    'a restart that nobody planned (a failover) comes at once all the same',
  ],
  rangeIn: (scenario) => {
    const apps = scenario.apps.filter(starts);
    if (apps.length === 0) return { notApplicable: 'no app asks STS when it starts' };
    const present = Math.min(...apps.map(({ start }) => spreadSeconds(start)));
    const most = (scenario.durationMs / 1_000) * START_SHARE_MAX;
    const values = ROLLING_SECONDS.filter((seconds) => seconds > present && seconds <= most);
    if (values.length === 0) {
      const now = formatDuration(present * 1_000);
      return {
        notApplicable: `its start takes ${now}; a slower one is not tried in so short a time`,
      };
    }
    return {
      values,
      change: (base, seconds) =>
        changed(base, starts, (app) => ({ ...app, start: slowed(app.start, seconds) })),
      settingText: (seconds) => `hosts one after another over ${formatDuration(seconds * 1_000)}`,
    };
  },
};

export const sharePerHost: Measure = {
  name: 'share-per-host',
  title: 'one credential a host',
  unit: null,
  sideEffects: [
    'one component more on each host, whose failure all of its processes feel',
    'every process of the host can read the credential: roles can no longer be told apart by process',
  ],
  rangeIn: (scenario) => {
    const reason = whyNotKept(scenario);
    if (reason !== undefined) return { notApplicable: reason };
    const apps = scenario.apps.filter(isShareable);
    if (apps.length === 0) return { notApplicable: 'each host has one client as it is' };
    return {
      values: [1],
      change: (base) => changed(base, isShareable, shared),
      settingText: () =>
        apps
          .map(({ name, processesPerHost }) => `1 client in place of ${processesPerHost} (${name})`)
          .join(', '),
    };
  },
};

export const spreadingClient: Measure = {
  name: 'spreading-client',
  title: 'a client that spreads its refreshes',
  unit: null,
  sideEffects: [
    'another dependency, and a release of each application',
    'simulated with the reference client and its default policy',
  ],
  rangeIn: (scenario) => {
    const apps = scenario.apps.filter(isReplaceable);
    if (apps.length === 0) return { notApplicable: 'its clients spread their refreshes as it is' };
    const isShared = apps.some(asksPerRequest);
    return {
      values: [1],
      change: (base) =>
        changed(base, isReplaceable, (app) => ({
          ...app,
          client: { subject: 'reference', options: {} },
        })),
      settingText: () =>
        `reference in place of ${[...new Set(apps.map(({ client }) => client.subject))].join(', ')}${
          isShared ? ', only where requests may share a credential' : ''
        }`,
    };
  },
};

export const regionalEndpoints: Measure = {
  name: 'regional-endpoints',
  title: 'endpoints of several regions',
  unit: 'regions',
  sideEffects: [
    'the application has to choose a region, and to survive the loss of one',
    'the quota is by region as one page of Alibaba Cloud says it (API quotas), and by account as another does (FAQ on STS): ask before relying on it',
    'each region’s share has to fit its own quota when traffic moves',
  ],
  rangeIn: (scenario) => {
    const apps = scenario.apps.filter(starts);
    const hosts = Math.min(REGIONS_MAX, ...apps.map((app) => app.hosts));
    if (apps.length === 0 || hosts < 2) {
      return { notApplicable: 'a fleet of one host cannot be divided' };
    }
    return {
      values: Array.from({ length: hosts - 1 }, (_, i) => i + 2),
      change: (base, regions) => changed(base, starts, (app) => shareOf(app, regions)),
      settingText: (regions) =>
        `the fleet over ${regions} regions; the figures are of the largest share`,
    };
  },
};

function starts({ client }: App): boolean {
  return client.subject !== 'static-keys';
}

function spreadSeconds(start: Start): number {
  switch (start.mode) {
    case 'together':
      return start.withinMs / 1_000;
    case 'rolling':
      return start.overMs / 1_000;
    case 'bursts':
      return Math.min(...start.bursts.map(({ withinMs }) => withinMs)) / 1_000;
  }
}

function slowed(start: Start, seconds: number): Start {
  const ms = seconds * 1_000;
  switch (start.mode) {
    case 'together':
      return { mode: 'rolling', atMs: start.atMs, overMs: ms };
    case 'rolling':
      return { ...start, overMs: Math.max(ms, start.overMs) };
    case 'bursts':
      return {
        mode: 'bursts',
        bursts: start.bursts.map((burst) => ({
          ...burst,
          withinMs: Math.max(ms, burst.withinMs),
        })),
      };
  }
}

function isShareable(app: App): boolean {
  if (app.processesPerHost === 1 || !keepsCredentials(app)) return false;
  return !isReference(app) || referenceOptions(app.client.options).share === 'process';
}

/** Another client than ours is shared by a component that holds it: one process for all requests. */
function shared(app: App): App {
  if (isReference(app)) {
    return { ...app, client: { ...app.client, options: { ...app.client.options, share: 'host' } } };
  }
  const { work, processesPerHost } = app;
  return {
    ...app,
    processesPerHost: 1,
    work: { ...work, concurrency: work.concurrency * processesPerHost },
  };
}

function isReplaceable(app: App): boolean {
  return starts(app) && !isReference(app);
}

/** Of its hosts and of its load, the largest share. */
function shareOf(app: App, regions: number): App {
  const share = Math.ceil(app.hosts / regions) / app.hosts;
  const curve = app.load.curve.map((knot) => ({
    ...knot,
    ratePerSecond: knot.ratePerSecond * share,
  }));
  const { start } = app;
  const bursts =
    start.mode === 'bursts'
      ? start.bursts.map((burst) => ({ ...burst, hosts: Math.ceil(burst.hosts / regions) }))
      : [];
  return {
    ...app,
    hosts:
      start.mode === 'bursts'
        ? bursts.reduce((sum, { hosts }) => sum + hosts, 0)
        : Math.ceil(app.hosts / regions),
    start: start.mode === 'bursts' ? { mode: 'bursts', bursts } : start,
    load: { ...app.load, curve },
  };
}
