/**
 * From a draft without problems to what a scenario holds: the file's keys become the project's
 * names, every default is filled in, and each load becomes one curve.
 */
import { resourceActionOf } from '../../mock-sts/core/data-plane/resource-actions.ts';
import { faultKind } from '../../mock-sts/core/fault-kinds.ts';
import {
  APP_DEFAULTS,
  DEFAULT_RESOURCE,
  DEFAULT_SEED,
  STS_DEFAULTS,
  WHOLE_WINDOW,
} from './defaults.ts';
import type { AppDraft, Draft } from './draft.ts';
import { populationKnots } from './population.ts';
import { raised, stepKnots } from './rate-curve.ts';
import type {
  App,
  Fault,
  Load,
  Population,
  RateKnot,
  Scenario,
  Start,
  StsModel,
  Work,
} from './scenario.ts';
import type { FaultDraft } from './schema-fault.ts';
import type { Source } from './source.ts';

/** All that says what a scenario means. */
export type Content = Omit<Scenario, 'name' | 'question' | 'file' | 'hash'>;

/** Only for a draft without problems: what is required is there. */
export function contentOf(draft: Draft, source: Source): Content {
  const durationMs = draft.durationMs!;
  const caller = draft.caller!;
  const windows = draft.windows.map((window) => ({
    name: window!.name,
    atMs: window!.at,
    forMs: window!.for,
  }));
  return {
    seed: draft.seed ?? DEFAULT_SEED,
    durationMs,
    caller: { accountId: caller.account, region: caller.region },
    apps: draft.apps.map((app) => appOf(app, durationMs)),
    sts: stsOf(draft.sts),
    faults: draft.faults.map((fault) => faultOf(fault!)),
    windows: windows.length > 0 ? windows : [{ name: WHOLE_WINDOW, atMs: 0, forMs: durationMs }],
    thresholds: draft.thresholds.map((threshold, i) => ({
      expression: (threshold!.error ?? threshold!.warn)!,
      level: threshold!.error === undefined ? 'warn' : 'error',
      abortAfterMs: threshold!.abort?.after,
      line: source.lineOf(['thresholds', i]),
    })),
    compare: draft.compare ?? [],
  };
}

function appOf({ name, values }: AppDraft, durationMs: number): App {
  const role = values.role!;
  const { client } = values;
  const { subject, ...options } =
    typeof client === 'object' ? client : { subject: client ?? APP_DEFAULTS.client.subject };
  return {
    name,
    user: values.user ?? name,
    role: {
      arn: role.arn,
      maxSessionDurationMs: role.maxSessionDuration ?? APP_DEFAULTS.maxSessionDurationMs,
      externalId: role.externalId,
    },
    sessionDurationMs: values.sessionDuration ?? APP_DEFAULTS.sessionDurationMs,
    hosts: values.hosts!,
    processesPerHost: values.processesPerHost ?? APP_DEFAULTS.processesPerHost,
    start: startOf(values.start),
    client: { subject, options },
    load: loadOf(values.load!, durationMs),
    work: workOf(values.work),
  };
}

function startOf(start: AppDraft['values']['start']): Start {
  if (start === undefined) return APP_DEFAULTS.start;
  const within = (value: number | undefined) => value ?? APP_DEFAULTS.startWithinMs;
  switch (start.mode) {
    case 'together':
      return { mode: 'together', atMs: start.at ?? 0, withinMs: within(start.within) };
    case 'rolling':
      return { mode: 'rolling', atMs: start.at ?? 0, overMs: start.over };
    case 'bursts':
      return {
        mode: 'bursts',
        bursts: start.bursts.map((burst) => ({
          atMs: burst.at,
          hosts: burst.hosts,
          withinMs: within(burst.within),
        })),
      };
  }
}

export function workOf(work: AppDraft['values']['work']): Work {
  const { service, concurrency } = APP_DEFAULTS.work;
  if (work === 'resource') {
    return { resource: resourceActionOf(DEFAULT_RESOURCE), service, concurrency };
  }
  return {
    resource: work?.resource,
    service: work?.service ?? service,
    concurrency: work?.concurrency ?? concurrency,
  };
}

type LoadDraft = NonNullable<AppDraft['values']['load']>;

function loadOf(load: LoadDraft, durationMs: number): Load {
  const population = load.population && populationOf(load.population);
  const base =
    population === undefined ? writtenKnots(load) : populationKnots(population, durationMs);
  const curve = (load.spikes ?? []).reduce<readonly RateKnot[]>((knots, spike) => {
    const span = { fromMs: spike.at, toMs: spike.at + spike.for, edgeMs: 0 };
    return raised(knots, span, (rate) => rate * (spike.factor ?? 1) + (spike.add ?? 0));
  }, base);
  return { arrivals: load.arrivals ?? APP_DEFAULTS.arrivals, curve, population };
}

function writtenKnots(load: LoadDraft): RateKnot[] {
  const knot = (atMs: number, ratePerSecond: number) => ({ atMs, ratePerSecond });
  if (load.steps !== undefined) return stepKnots(load.steps.map(({ at, rate }) => knot(at, rate)));
  return load.curve?.map(([at, rate]) => knot(at, rate)) ?? [knot(0, load.rate!)];
}

function populationOf(population: NonNullable<LoadDraft['population']>): Population {
  const { dailyActive, startHour = APP_DEFAULTS.startHour, flashSale, ...rest } = population;
  return {
    ...rest,
    dailyActiveShare: dailyActive,
    startHour,
    flashSale: flashSale && {
      atMs: flashSale.at,
      forMs: flashSale.for,
      factor: flashSale.factor,
    },
  };
}

function stsOf(sts: Draft['sts']): StsModel {
  const quota = (value: number | 'off' | undefined, otherwise: number | undefined) =>
    value === 'off' ? undefined : (value ?? otherwise);
  const limiter = sts?.quota?.limiter;
  return {
    latency: sts?.latency ?? STS_DEFAULTS.latency,
    quotaPerRole: quota(sts?.quota?.perRole, STS_DEFAULTS.quotaPerRole),
    quotaPerAccount: quota(sts?.quota?.perAccount, STS_DEFAULTS.quotaPerAccount),
    limiter:
      limiter === undefined
        ? STS_DEFAULTS.limiter
        : typeof limiter === 'string'
          ? { algorithm: limiter }
          : { algorithm: 'token-bucket', burst: limiter['token-bucket'].burst },
  };
}

/** The checks have seen to it that nothing in it contradicts itself. */
function faultOf(fault: FaultDraft): Fault {
  const effect = faultKind(fault.kind).effect(fault);
  if ('misfit' in effect) throw new Error(`a ${fault.kind} fault was not checked`);
  const { target } = fault;
  return {
    atMs: fault.at,
    forMs: fault.for,
    ...(target === undefined ? {} : { target }),
    ...effect,
  };
}
