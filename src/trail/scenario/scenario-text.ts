/**
 * A trail as a scenario file: its largest callers as apps, and all other calls of the same quota as
 * recorded background. Whoever writes the file checks the text with the scenario's own parser.
 */
import { formatTimestamp, parseRoleArn } from '../../kernel/sts/wire.ts';
import { formatCount } from '../../kernel/units.ts';
import type { ImportedCaller, ImportedQuota } from '../imported.ts';
import type { Pseudonym } from '../pseudonyms.ts';
import { appText, sessionSecondsOf } from './app-text.ts';
import { backgroundLines } from './background-text.ts';
import { boundedSession } from './client-terms.ts';
import { recordedAppText } from './recorded-app-text.ts';

/** Limits of a scenario. */
const APPS_MAX = 100;
const PROCESSES_MAX = 100_000;
const WINDOW_SECONDS = 10;
/** Of all series: a scenario file has at most a megabyte. */
const SERIES_LENGTH_MAX = 700_000;
/** Kept of it for callers that become no app. */
const BACKGROUND_LENGTH_MAX = 200_000;

export interface WrittenScenario {
  readonly text: string;
  /** By caller, its app; the others are in the background. */
  readonly apps: ReadonlyMap<ImportedCaller, string>;
  readonly backgroundCalls: number;
}

/** Undefined where no caller can be an app: a scenario has one at least. */
export function scenarioText(
  quota: ImportedQuota,
  pseudonym: Pseudonym,
  { asRecorded = false }: { readonly asRecorded?: boolean } = {},
): WrittenScenario | undefined {
  const { use, span } = quota;
  const durationSeconds = span.to - span.from + 1;
  const others = use.seconds.between(span.from, span.to + 1);
  const names = new Names();
  const apps = new Map<ImportedCaller, string>();
  const lines: string[] = [];
  let processes = 0;
  let seriesLeft = SERIES_LENGTH_MAX - BACKGROUND_LENGTH_MAX;
  const candidates = quota.callers.filter(
    (caller) => isRole(caller) && (asRecorded || isApp(caller)),
  );
  const roleSeconds = sessionsByRole(candidates, asRecorded);
  for (const candidate of candidates) {
    if (apps.size === APPS_MAX) break;
    const { seen, inferred } = candidate;
    const { name } = inferred;
    const calls = seen.between(span.from, span.to + 1);
    if (calls.every((count) => count === 0)) continue;
    const app = names.of(name.roleArn);
    const terms = {
      app,
      user: userName(pseudonym('user', name.principal)),
      durationSeconds,
      roleSessionSeconds: roleSeconds.get(name.roleArn)!,
      calls,
    };
    const recorded = asRecorded ? recordedAppText(inferred, terms, seriesLeft) : undefined;
    seriesLeft -= recorded?.length ?? 0;
    const written = asRecorded || inferred.kind === 'unknown' ? recorded : appText(inferred, terms);
    if (written === undefined || processes + written.processes > PROCESSES_MAX) continue;
    processes += written.processes;
    apps.set(candidate, app);
    lines.push(...written.lines);
    for (let i = 0; i < others.length; i += 1) others[i] = Math.max(0, others[i]! - calls[i]!);
  }
  if (apps.size === 0) return undefined;
  const backgroundCalls = others.reduce((sum, count) => sum + count, 0);
  const text = [
    ...headLines(quota, durationSeconds, asRecorded),
    'apps:',
    ...lines,
    'sts:',
    '  # As Alibaba Cloud documents it; put in what your account has.',
    '  quota: { perAccount: 100/s }',
    ...backgroundLines(others, durationSeconds, seriesLeft + BACKGROUND_LENGTH_MAX),
    'windows:',
    `  - ${windowText(quota, durationSeconds)}`,
    'thresholds:',
    '  - totals.assumeRole.throttled == 0',
    '',
  ].join('\n');
  return { text, apps, backgroundCalls };
}

function isRole({ inferred }: ImportedCaller): boolean {
  return parseRoleArn(inferred.name.roleArn) !== undefined;
}

function isApp({ inferred }: ImportedCaller): boolean {
  return inferred.kind !== 'unknown';
}

function sessionsByRole(
  candidates: readonly ImportedCaller[],
  asRecorded: boolean,
): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const { inferred } of candidates) {
    const { roleArn } = inferred.name;
    const own =
      asRecorded || inferred.kind === 'unknown'
        ? boundedSession(inferred.lifetimeSeconds)
        : sessionSecondsOf(inferred);
    const most = Math.max(seconds.get(roleArn) ?? 3_600, own);
    seconds.set(roleArn, most);
  }
  return seconds;
}

function headLines(
  { use, span, isCut }: ImportedQuota,
  durationSeconds: number,
  asRecorded: boolean,
): string[] {
  const { accountId, region, calls } = use;
  const at = (second: number) => formatTimestamp(second * 1_000);
  return [
    '# Does the quota hold for the callers that a trail shows?',
    '#',
    `# Made by sts-harness import-trail of ${formatCount(calls)} AssumeRole calls, ${at(span.from)} to ${at(span.to)},`,
    `# the busiest second with ${formatCount(use.busiest.calls)} calls at ${at(use.busiest.second)}. Virtual zero is the first of them.`,
    ...(isCut
      ? ['# The trail covers more than 31 days: these are the ones around its busiest hour.']
      : []),
    asRecorded
      ? '# Calls come as they were recorded, evenly spaced within their second, which is all that a trail tells.'
      : '# Figures are inferred, each with its confidence and method: look at them before you rely on them.',
    'seed: 1',
    `duration: ${durationSeconds}s`,
    `caller: { account: ${JSON.stringify(accountId)}, region: ${JSON.stringify(region)} }`,
  ];
}

/** Around the busiest second. */
function windowText({ use, span }: ImportedQuota, durationSeconds: number): string {
  const forSeconds = Math.min(WINDOW_SECONDS, durationSeconds);
  const middle = use.busiest.second - span.from - Math.floor(forSeconds / 2);
  const atSeconds = Math.max(0, Math.min(middle, durationSeconds - forSeconds));
  return `{ name: busiest-second, at: ${atSeconds}s, for: ${forSeconds}s }`;
}

/** A name as RAM allows it. */
function userName(name: string): string {
  return name.replace(/[^A-Za-z0-9.@_-]/g, '-').slice(0, 64) || 'nobody';
}

const APP_NAME_MAX = 32;

/** Apps by the names of their roles, with a number where several have one. */
class Names {
  private readonly taken = new Map<string, number>();

  of(roleArn: string): string {
    const role = roleArn.replace(/^.*\//, '').toLowerCase();
    const name = role
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+/, '')
      .slice(0, APP_NAME_MAX);
    const base = name === '' ? 'app' : name;
    const count = (this.taken.get(base) ?? 0) + 1;
    this.taken.set(base, count);
    return count === 1 ? base : this.of(`${base}-${count}`);
  }
}
