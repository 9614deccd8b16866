/**
 * What a measure is: one change of a scenario, in steps from little to much, and what it costs those
 * who take it.
 */
import { exp, log } from '../../kernel/portable-math.ts';
import { presetNamed } from '../../models/presets.ts';
import type { App, Scenario } from '../../scenario/scenario.ts';
import type { MeasureName, MeasureRow } from './measures-report.ts';

export interface Measure {
  readonly name: MeasureName;
  readonly title: string;
  readonly unit: NonNullable<MeasureRow['unit']> | null;
  readonly sideEffects: readonly string[];
  /** `quotaPerSecond`: what is to suffice; closed forms take it for where to begin. */
  readonly rangeIn: (scenario: Scenario, quotaPerSecond: number) => MeasureRange | NotApplicable;
}

export interface MeasureRange {
  /** Rising, at least one. */
  readonly values: readonly number[];
  /** The scenario with this one change. May be laid over another measure's. */
  readonly change: (scenario: Scenario, value: number) => Scenario;
  readonly settingText: (value: number) => string;
}

export interface NotApplicable {
  readonly notApplicable: string;
}

/** The change in the apps that it is for; the others stay as they are. */
export function changed(
  scenario: Scenario,
  isFor: (app: App) => boolean,
  change: (app: App) => App,
): Scenario {
  return { ...scenario, apps: scenario.apps.map((app) => (isFor(app) ? change(app) : app)) };
}

export function isReference({ client }: App): boolean {
  return client.subject === 'reference';
}

/** False for a client that asks STS for every request, and for one that never asks. */
export function keepsCredentials({ client }: App): boolean {
  if (client.subject === 'uncached' || client.subject === 'static-keys') return false;
  return presetOf(client.subject)?.caches ?? true;
}

/** Asks STS for each request: nothing that is kept could be kept longer, or spread. */
export function asksPerRequest(app: App): boolean {
  return !keepsCredentials(app) && app.client.subject !== 'static-keys';
}

export function presetOf(subject: string) {
  return subject.startsWith('preset:') ? presetNamed(subject.slice('preset:'.length)) : undefined;
}

/** So many values that rise by the same factor, from the first to the last. */
export function risingValues(from: number, to: number, count: number): number[] {
  if (from >= to) return [to];
  const step = log(to / from) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? to : from * exp(i * step)));
}

const NO_CACHE = 'each request asks STS: there is no credential that is kept';

/** Why a change of the reference client's policy is for none of the apps. */
export function whyNotReference({ apps }: Scenario, fixed: string): string {
  const [app] = apps.filter((candidate) => candidate.client.subject !== 'static-keys');
  if (app === undefined) return 'no app asks STS for credentials';
  return asksPerRequest(app) ? NO_CACHE : `${app.client.subject}: ${fixed}`;
}

/** The same for a change that any client which keeps its credential takes. */
export function whyNotKept({ apps }: Scenario): string | undefined {
  if (apps.some(keepsCredentials)) return undefined;
  return apps.some(asksPerRequest) ? NO_CACHE : 'no app asks STS for credentials';
}
