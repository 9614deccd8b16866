/**
 * What contradicts what in a scenario file, on the parts that could be read. Forms are the schema's
 * business; here are the rules that tie parts together, with the Alibaba Cloud ones after "AssumeRole"
 * and "CreateRole" of its API references: a session lasts at most the role's MaxSessionDuration.
 */
import { faultKind } from '../../mock-sts/core/fault-kinds.ts';
import type { Problem } from '../kernel/errors.ts';
import { formatDuration } from '../kernel/units.ts';
import { workOf } from './content.ts';
import { APP_DEFAULTS } from './defaults.ts';
import type { AppDraft, Draft } from './draft.ts';
import { oneOf } from './issues.ts';
import type { IdentityKind } from './scenario.ts';
import { KEY_ROTATION } from './schema-fault.ts';
import type { Path, Source } from './source.ts';

const MOST_PROCESSES = 100_000;

/** Adds a problem unless the rule holds. */
type Check = (holds: boolean, path: Path, allowed: string) => void;

export function checkDraft(draft: Draft, source: Source): Problem[] {
  const problems: Problem[] = [];
  const check: Check = (holds, path, allowed) => {
    if (!holds) problems.push(source.problem(path, allowed));
  };
  checkSpans(draft, check);
  checkWindows(draft, check);
  for (const app of draft.apps) {
    checkSession(app, check);
    checkIdentity(app, check);
    checkStart(app, draft.durationMs, check);
    checkLoad(app, draft.durationMs, check);
  }
  checkRoles(draft, check);
  checkServices(draft, check);
  checkFaults(draft, check);
  checkSubjects(draft, check);
  const processes = draft.apps.reduce((sum, app) => sum + processesOf(app), 0);
  const most = `at most ${MOST_PROCESSES} processes in all, not ${processes}`;
  check(processes <= MOST_PROCESSES, ['apps'], most);
  return unique(problems);
}

/** One problem in `defaults` shows in every app that takes it from there. */
function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((found) => [JSON.stringify(found), found])).values()];
}

function processesOf({ values }: AppDraft): number {
  return (values.hosts ?? 0) * (values.processesPerHost ?? APP_DEFAULTS.processesPerHost);
}

function endText(durationMs: number): string {
  return `an end within the duration of ${formatDuration(durationMs)}`;
}

function checkSpans(draft: Draft, check: Check): void {
  const { durationMs } = draft;
  if (durationMs === undefined) return;
  for (const key of ['windows', 'faults'] as const) {
    for (const [i, span] of draft[key].entries()) {
      if (span === undefined) continue;
      // The old key may outlast the scenario, as it does in an automatic rotation.
      const forMs = 'kind' in span && span.kind === KEY_ROTATION ? 0 : span.for;
      check(span.at + forMs <= durationMs, [key, i], endText(durationMs));
    }
  }
}

function checkWindows(draft: Draft, check: Check): void {
  const names = new Set<string>();
  let endMs = 0;
  for (const [i, window] of draft.windows.entries()) {
    if (window === undefined) continue;
    check(!names.has(window.name), ['windows', i, 'name'], 'a name of its own');
    names.add(window.name);
    const after = `an instant after the window before it, from ${formatDuration(endMs)}`;
    check(window.at >= endMs, ['windows', i, 'at'], after);
    endMs = Math.max(endMs, window.at + window.for);
  }
}

function checkSession({ values, placeOf }: AppDraft, check: Check): void {
  const { role } = values;
  if (role === undefined) return;
  const session = values.sessionDuration ?? APP_DEFAULTS.sessionDurationMs;
  const longest = role.maxSessionDuration ?? APP_DEFAULTS.maxSessionDurationMs;
  const allowed = `at most the role's maxSessionDuration, ${formatDuration(longest)}`;
  check(session <= longest, placeOf('sessionDuration'), allowed);
}

/** A key of its own is a user's; whoever has none has no user. */
function checkIdentity({ values, placeOf }: AppDraft, check: Check): void {
  const { identity, via = [], role } = values;
  const hasUser = identity === undefined || hasKey(identity.kind);
  const noUser = `no user: an identity of the kind ${identity?.kind} has none`;
  check(hasUser || values.user === undefined, placeOf('user'), noUser);
  const arns = via.map(({ arn }) => arn);
  const isPath = new Set([...arns, role?.arn]).size === arns.length + 1;
  check(isPath, placeOf('via'), "roles that differ from each other and from the app's own");
}

function hasKey(kind: IdentityKind): boolean {
  return kind === 'access-key' || kind === 'kms';
}

function checkStart(
  { values, placeOf }: AppDraft,
  durationMs: number | undefined,
  check: Check,
): void {
  const { start } = values;
  if (start === undefined) return;
  const place = placeOf('start');
  if (start.mode === 'bursts') {
    const hosts = start.bursts.reduce((sum, burst) => sum + burst.hosts, 0);
    const allowed = `bursts whose hosts add up to the app's hosts, ${values.hosts}, not ${hosts}`;
    check(values.hosts === undefined || hosts === values.hosts, [...place, 'bursts'], allowed);
  }
  if (durationMs === undefined) return;
  const lastMs =
    start.mode === 'bursts'
      ? Math.max(...start.bursts.map((burst) => burst.at + (burst.within ?? 0)))
      : (start.at ?? 0) + (start.mode === 'rolling' ? start.over : (start.within ?? 0));
  check(lastMs <= durationMs, place, endText(durationMs));
}

function checkLoad(
  { values, placeOf }: AppDraft,
  durationMs: number | undefined,
  check: Check,
): void {
  const { load } = values;
  if (load === undefined) return;
  const place = placeOf('load');
  for (const [i, [at]] of (load.curve ?? []).entries()) {
    const before = load.curve?.[i - 1]?.[0] ?? 0;
    check(at >= before, [...place, 'curve', i], 'an instant not before the one above it');
  }
  for (const [i, { at }] of (load.steps ?? []).entries()) {
    const before = load.steps?.[i - 1]?.at;
    const allowed =
      before === undefined ? '0s for the first step' : 'an instant after the one above';
    check(before === undefined ? at === 0 : at > before, [...place, 'steps', i, 'at'], allowed);
  }
  if (durationMs === undefined) return;
  const sale = load.population?.flashSale;
  const saleFits = sale === undefined || sale.at + sale.for <= durationMs;
  check(saleFits, [...place, 'population', 'flashSale'], endText(durationMs));
  for (const [i, spike] of (load.spikes ?? []).entries()) {
    check(spike.at + spike.for <= durationMs, [...place, 'spikes', i], endText(durationMs));
  }
}

/** A role that several apps assume is one role. */
function checkRoles(draft: Draft, check: Check): void {
  const seen = new Map<
    string,
    { app: string; maxSession: number; externalId: string | undefined }
  >();
  for (const { name, values, placeOf } of draft.apps) {
    const roles = [
      ...(values.role === undefined ? [] : [{ role: values.role, field: 'role' as const }]),
      ...(values.via ?? []).map((role) => ({ role, field: 'via' as const })),
    ];
    for (const { role, field } of roles) {
      const { arn, externalId } = role;
      const maxSession = role.maxSessionDuration ?? APP_DEFAULTS.maxSessionDurationMs;
      const first = seen.get(arn) ?? { app: name, maxSession, externalId };
      seen.set(arn, first);
      const same = first.maxSession === maxSession && first.externalId === externalId;
      check(same, placeOf(field), `the same role as app ${first.app} has under this ARN`);
    }
  }
  for (const [i, fault] of draft.faults.entries()) {
    if (fault?.kind !== 'background' || fault.role === undefined) continue;
    const arn = String(fault.role);
    check(seen.has(arn), ['faults', i, 'role'], oneOf(arn, seen.keys()));
  }
}

/** A service answers whoever asks it in the name of one role, or user, for one action in one time. */
function checkServices(draft: Draft, check: Check): void {
  const seen = new Map<string, { app: string; service: string }>();
  for (const { name, values, placeOf } of draft.apps) {
    const { resource, service } = workOf(values.work);
    if (resource === undefined) continue;
    for (const who of [values.role?.arn, values.user ?? name]) {
      const key = `${who} ${resource.product}:${resource.action}`;
      const first = seen.get(key) ?? { app: name, service: JSON.stringify(service) };
      seen.set(key, first);
      const allowed = `the service time of app ${first.app}, whose role or user calls for the same`;
      check(first.service === JSON.stringify(service), placeOf('work'), allowed);
    }
  }
}

/** What a fault's parameters say of each other, and whom they name. */
function checkFaults(draft: Draft, check: Check): void {
  const users = usersOf(draft, ['access-key', 'kms']);
  const kept = usersOf(draft, ['kms']);
  for (const [i, fault] of draft.faults.entries()) {
    if (fault === undefined) continue;
    if (fault.kind === KEY_ROTATION) {
      const user = String(fault.user);
      const allowed =
        kept.size === 0 ? 'a user of an app whose identity is of the kind kms' : oneOf(user, kept);
      check(kept.has(user), ['faults', i, 'user'], allowed);
      continue;
    }
    const effect = faultKind(fault.kind).effect(fault);
    if ('misfit' in effect) check(false, ['faults', i, effect.misfit], effect.allowed);
    else if ('callsBySecond' in effect) {
      const fits = effect.callsBySecond.length * 1_000 <= fault.for;
      check(fits, ['faults', i, 'bySecond'], `at most ${formatDuration(fault.for)} of seconds`);
    }
    if (fault.kind !== 'access-key-disabled') continue;
    const user = String(fault.user);
    check(users.has(user), ['faults', i, 'user'], oneOf(user, users));
  }
}

function usersOf(draft: Draft, kinds: readonly IdentityKind[]): Set<string> {
  const apps = draft.apps.filter(({ values }) =>
    kinds.includes(values.identity?.kind ?? 'access-key'),
  );
  return new Set(apps.map(({ name, values }) => values.user ?? name));
}

function checkSubjects(draft: Draft, check: Check): void {
  const tested = new Set(
    draft.apps.map(({ values: { client } }) =>
      typeof client === 'object' ? client.subject : (client ?? APP_DEFAULTS.client.subject),
    ),
  );
  for (const [i, subject] of (draft.compare ?? []).entries()) {
    const repeated = draft.compare?.indexOf(subject) !== i;
    const underTest = tested.size === 1 && tested.has(subject);
    check(!repeated && !underTest, ['compare', i], 'a subject not named yet, here or as client');
  }
}
