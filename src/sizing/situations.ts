/**
 * The four situations that a quota is sized for, each derived from the scenario:
 *
 * - `coldStart`: the scenario as it is, until half a session after its last start, before the first
 *   refresh of any sensible client.
 * - `steadyState`: the scenario as it is, from there to its end.
 * - `expiryHerd`: all processes get their first credential at one instant, which no quota disturbs; so
 *   all credentials end together. Judged from half a session on to a quarter after their end.
 * - `recovery`: the fleet starts as in the scenario, undisturbed by a quota. STS is away from its first
 *   refresh on; judged from the moment at which it is back, for half a session.
 *
 * The last two are over in a session or two, so each app is held at its peak rate for that time. Of the
 * scenario's faults only others' use of the quota is kept in them, and lasts throughout.
 *
 * A stretch is judged as if the quota began with it: what a quota does to the start would spread the
 * refreshes after it, and hide what they need.
 */
import type { RunShape } from '../measure/run-shape.ts';
import { highestRatePerSecond } from '../scenario/rate-curve.ts';
import type { App, Fault, Scenario } from '../scenario/scenario.ts';
import type { Situation, SituationName } from './size-report.ts';

/** A stretch of one simulation. */
export interface Stage {
  readonly name: SituationName;
  readonly scenario: Scenario;
  readonly fromMs: number;
  readonly toMs: number;
}

const WHOLE_WINDOW = 'whole';
/** Of the longest session: when the last of a herd's credentials is surely renewed. */
const HERD_SESSIONS = 1.25;
/** The pilot lasts until every process has come due once. */
const PILOT_SESSIONS = 1.25;

/** Half a session after the last start: whole seconds, whatever the seed. */
export function coldUntilMs({ apps }: Pick<Scenario, 'apps'>): number {
  return wholeSecond(lastStartMs(apps) + Math.min(...sessionsMs(apps)) / 2);
}

export function stagesOf(
  scenario: Scenario,
  recovery: { readonly outageFromMs: number | undefined; readonly outageMs: number },
): Stage[] {
  const open = withoutQuota(scenario);
  const { durationMs } = scenario;
  const coldMs = Math.min(coldUntilMs(scenario), durationMs);
  const herd = herdOf(open);
  const { outageFromMs, outageMs } = recovery;
  const stages: Stage[] = [
    { name: 'coldStart', scenario: open, fromMs: 0, toMs: coldMs },
    { name: 'steadyState', scenario: open, fromMs: coldMs, toMs: durationMs },
    { name: 'expiryHerd', scenario: herd, fromMs: coldUntilMs(herd), toMs: herd.durationMs },
    ...(outageFromMs === undefined ? [] : [recoveryOf(open, outageFromMs, outageMs)]),
  ];
  return stages.filter(({ fromMs, toMs }) => fromMs < toMs);
}

/** Without an outage: when the first refresh comes is seen in it. */
export function pilotOf(scenario: Scenario): Scenario {
  const open = withoutQuota(scenario);
  const endMs = lastStartMs(open.apps) + PILOT_SESSIONS * Math.max(...sessionsMs(open.apps));
  return synthetic(open, wholeSecond(endMs));
}

function herdOf(scenario: Scenario): Scenario {
  const { apps } = scenario;
  const herd = synthetic(scenario, wholeSecond(HERD_SESSIONS * Math.max(...sessionsMs(apps))));
  const together = { mode: 'together', atMs: 0, withinMs: 0 } as const;
  const started = { ...herd, apps: herd.apps.map((app) => ({ ...app, start: together })) };
  return { ...started, windows: [wholeWindow(coldUntilMs(started), herd.durationMs)] };
}

function recoveryOf(scenario: Scenario, outageFromMs: number, outageMs: number): Stage {
  const fromMs = outageFromMs + outageMs;
  const toMs = wholeSecond(fromMs + Math.max(...sessionsMs(scenario.apps)) / 2);
  const disturbed = synthetic(scenario, toMs);
  const outage: Fault = { kind: 'outage', atMs: outageFromMs, forMs: outageMs };
  return {
    name: 'recovery',
    scenario: {
      ...disturbed,
      faults: [...disturbed.faults, outage],
      windows: [wholeWindow(fromMs, toMs)],
    },
    fromMs,
    toMs,
  };
}

/** Each app at its peak throughout, for so long; no fault but others' use of the quota. */
function synthetic(scenario: Scenario, durationMs: number): Scenario {
  const background = scenario.faults.filter(({ kind }) => kind === 'background');
  return {
    ...scenario,
    durationMs,
    apps: scenario.apps.map((app) => atPeak(app, scenario.durationMs)),
    faults: background.map((fault) => ({ ...fault, atMs: 0, forMs: durationMs })),
    rotations: [],
    windows: [wholeWindow(0, durationMs)],
  };
}

function atPeak(app: App, durationMs: number): App {
  const { curve } = app.load;
  const rates = curve.filter(({ atMs }, i) => i === 0 || atMs <= durationMs);
  const ratePerSecond = highestRatePerSecond(rates);
  return { ...app, load: { ...app.load, curve: [{ atMs: 0, ratePerSecond }] } };
}

/** What calls there are where none is throttled. */
function withoutQuota(scenario: Scenario): Scenario {
  return {
    ...scenario,
    sts: { ...scenario.sts, quotaPerAccount: undefined, quotaPerRole: undefined },
  };
}

/** The stage's simulation with a quota from the stage's beginning on. */
export function withQuota(
  { scenario, fromMs }: Stage,
  quota: Pick<Scenario['sts'], 'quotaPerAccount' | 'quotaPerRole' | 'limiter'>,
): Scenario {
  return { ...scenario, sts: { ...scenario.sts, ...quota, quotaFromMs: fromMs } };
}

/** The stage alone, where its simulation goes on after it. */
export function cutAfter(stage: Stage): Stage {
  const { scenario, toMs } = stage;
  if (toMs >= scenario.durationMs) return stage;
  const windows = scenario.windows
    .filter(({ atMs }) => atMs < toMs)
    .map((window) => ({ ...window, forMs: Math.min(window.forMs, toMs - window.atMs) }));
  const whole = [wholeWindow(stage.fromMs, toMs)];
  return {
    ...stage,
    scenario: { ...scenario, durationMs: toMs, windows: windows.length > 0 ? windows : whole },
  };
}

/** The timeline's seconds begin with a window, and figures of a stretch with one of these. */
function wholeWindow(fromMs: number, toMs: number): Scenario['windows'][number] {
  return { name: WHOLE_WINDOW, atMs: fromMs, forMs: toMs - fromMs };
}

export function phaseOf({ name, fromMs, toMs }: Stage): NonNullable<RunShape['phases']>[number] {
  return { name, fromMs, toMs };
}

/** As the document shows it. */
export function situationOf(
  name: SituationName,
  stage: Stage | undefined,
  outageMs: number,
): Situation {
  return {
    name,
    derivation: derivationOf(name, stage, outageMs),
    fromSeconds: (stage?.fromMs ?? 0) / 1_000,
    toSeconds: (stage?.toMs ?? 0) / 1_000,
    applies: stage !== undefined,
  };
}

function derivationOf(name: SituationName, stage: Stage | undefined, outageMs: number): string {
  switch (name) {
    case 'coldStart':
      return 'The scenario as it is, until half a session after its last start.';
    case 'steadyState':
      return stage === undefined
        ? 'The scenario is over before its start is: there is nothing after it.'
        : 'The scenario as it is, from half a session after its last start to its end.';
    case 'expiryHerd':
      return stage === undefined
        ? 'Nothing is kept that could end.'
        : 'All credentials were issued at one instant, undisturbed by a quota, and end together; each app at its peak rate.';
    case 'recovery':
      return stage === undefined
        ? 'Nothing is refreshed after the start that an outage could keep back.'
        : `STS is away for ${outageMs / 60_000} min from the first refresh on, and is back; each app at its peak rate.`;
  }
}

function sessionsMs(apps: readonly App[]): number[] {
  return apps.map((app) => app.sessionDurationMs);
}

/** The latest instant at which a process may start. */
function lastStartMs(apps: readonly App[]): number {
  return Math.max(...apps.map(({ start }) => startsUntilMs(start)));
}

function startsUntilMs(start: App['start']): number {
  switch (start.mode) {
    case 'together':
      return start.atMs + start.withinMs;
    case 'rolling':
      return start.atMs + start.overMs;
    case 'bursts':
      return Math.max(...start.bursts.map(({ atMs, withinMs }) => atMs + withinMs));
  }
}

function wholeSecond(ms: number): number {
  return Math.ceil(ms / 1_000) * 1_000;
}
