/** Longer sessions, as far as the roles allow: fewer refreshes of the same fleet. */
import { formatDuration } from '../../kernel/units.ts';
import type { App, Scenario } from '../../scenario/scenario.ts';
import { changed, keepsCredentials, type Measure, presetOf, whyNotKept } from './measure.ts';

const QUARTER_HOUR_SECONDS = 900;

export const sessionDuration: Measure = {
  name: 'session-duration',
  title: 'longer sessions',
  unit: 'seconds',
  sideEffects: [
    'a stolen credential works for longer: the blast radius grows',
    'what is taken from the role is taken from running sessions later, unless they are revoked',
    'the role’s MaxSessionDuration has to be at least as long (UpdateRole)',
  ],
  rangeIn: (scenario) => {
    const reason = whyNotKept(scenario);
    if (reason !== undefined) return { notApplicable: reason };
    const apps = scenario.apps.filter(isLengthenable);
    if (apps.length === 0) return { notApplicable: whyNotLonger(scenario) };
    const present = Math.min(...apps.map(sessionSeconds));
    const most = Math.max(...apps.map(({ role }) => role.maxSessionDurationMs / 1_000));
    const first = present - (present % QUARTER_HOUR_SECONDS) + QUARTER_HOUR_SECONDS;
    return {
      values: steps(Math.min(first, most), most, QUARTER_HOUR_SECONDS),
      change: (base, seconds) =>
        covering(changed(base, isLengthenable, (app) => lengthened(app, seconds))),
      settingText: (seconds) =>
        apps
          .map((app) => `DurationSeconds ${sessionSeconds(lengthened(app, seconds))} (${app.name})`)
          .join(', '),
    };
  },
};

function sessionSeconds({ sessionDurationMs }: App): number {
  return sessionDurationMs / 1_000;
}

function isLengthenable(app: App): boolean {
  return (
    keepsCredentials(app) &&
    presetOf(app.client.subject)?.durationSeconds === undefined &&
    app.sessionDurationMs < app.role.maxSessionDurationMs
  );
}

function lengthened(app: App, seconds: number): App {
  const sessionDurationMs = Math.min(
    app.role.maxSessionDurationMs,
    Math.max(app.sessionDurationMs, seconds * 1_000),
  );
  return { ...app, sessionDurationMs };
}

/** Long enough for two sessions: one that never ends within it would seem to need no refresh. */
function covering(scenario: Scenario): Scenario {
  const longestMs = Math.max(...scenario.apps.map(({ sessionDurationMs }) => sessionDurationMs));
  return { ...scenario, durationMs: Math.max(scenario.durationMs, 2 * longestMs) };
}

function whyNotLonger({ apps }: Scenario): string {
  const app = apps.find(keepsCredentials)!;
  const seconds = presetOf(app.client.subject)?.durationSeconds;
  if (seconds !== undefined) return `${app.client.subject} asks for ${seconds} s, whatever is set`;
  const most = formatDuration(app.role.maxSessionDurationMs);
  return `its sessions are as long as its role’s MaxSessionDuration of ${most}; UpdateRole raises that, to 12 h at most`;
}

function steps(from: number, to: number, by: number): number[] {
  const values: number[] = [];
  for (let value = from; value < to; value += by) values.push(value);
  return [...values, to];
}
