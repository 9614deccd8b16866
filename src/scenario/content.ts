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
  INSTANCE_DEFAULTS,
  STS_DEFAULTS,
  WHOLE_WINDOW,
} from './defaults.ts';
import type { AppDraft, Draft } from './draft.ts';
import { populationKnots } from './population.ts';
import { knotsBySecond, raised, stepKnots } from './rate-curve.ts';
import type {
  App,
  CallerAccount,
  Fault,
  Identity,
  Load,
  Population,
  RateKnot,
  Role,
  Rotation,
  Scenario,
  Start,
  StsModel,
  Work,
} from './scenario.ts';
import { type FaultDraft, KEY_ROTATION } from './schema-fault.ts';
import type { Source } from './source.ts';

/** All that says what a scenario means. */
export type Content = Omit<Scenario, 'name' | 'question' | 'file' | 'hash'>;

/** Only for a draft without problems: what is required is there. */
export function contentOf(draft: Draft, source: Source): Content {
  const durationMs = draft.durationMs!;
  const windows = draft.windows.map((window) => ({
    name: window!.name,
    atMs: window!.at,
    forMs: window!.for,
  }));
  return {
    seed: draft.seed ?? DEFAULT_SEED,
    durationMs,
    caller: callerOf(draft.caller!),
    apps: draft.apps.map((app) => appOf(app, durationMs)),
    sts: stsOf(draft.sts),
    faults: draft.faults.flatMap((fault) => faultOf(fault!)),
    rotations: draft.faults.flatMap((fault) => rotationOf(fault!)),
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
  const { client } = values;
  const { subject, ...options } =
    typeof client === 'object' ? client : { subject: client ?? APP_DEFAULTS.client.subject };
  return {
    name,
    user: values.user ?? name,
    identity: identityOf(values.identity, name),
    via: (values.via ?? []).map(roleOf),
    role: roleOf(values.role!),
    sessionDurationMs: values.sessionDuration ?? APP_DEFAULTS.sessionDurationMs,
    hosts: values.hosts!,
    processesPerHost: values.processesPerHost ?? APP_DEFAULTS.processesPerHost,
    start: startOf(values.start),
    client: { subject, options },
    load: loadOf(values.load!, durationMs),
    work: workOf(values.work),
  };
}

function callerOf({ account, region, instance }: NonNullable<Draft['caller']>): CallerAccount {
  return {
    accountId: account,
    region,
    instance: {
      roleName: instance?.role ?? INSTANCE_DEFAULTS.roleName,
      metadata: instance?.metadata ?? INSTANCE_DEFAULTS.metadata,
    },
  };
}

function identityOf(identity: AppDraft['values']['identity'], appName: string): Identity {
  switch (identity?.kind) {
    case undefined:
    case 'access-key':
      return { kind: 'access-key' };
    case 'kms':
      return { kind: 'kms', ttlMs: identity.ttl ?? APP_DEFAULTS.secretTtlMs };
    case 'instance-role':
      return { kind: 'instance-role' };
    case 'oidc':
      return {
        kind: 'oidc',
        provider: identity.provider ?? APP_DEFAULTS.provider,
        serviceAccount: identity.serviceAccount ?? `${appName}:${appName}`,
        tokenLifetimeMs: identity.tokenLifetime ?? APP_DEFAULTS.tokenLifetimeMs,
      };
  }
}

function roleOf(role: NonNullable<AppDraft['values']['role']>): Role {
  return {
    arn: role.arn,
    maxSessionDurationMs: role.maxSessionDuration ?? APP_DEFAULTS.maxSessionDurationMs,
    externalId: role.externalId,
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
  const usual = load.bySecond === undefined ? APP_DEFAULTS.arrivals : 'even';
  return { arrivals: load.arrivals ?? usual, curve, population };
}

function writtenKnots(load: LoadDraft): RateKnot[] {
  const knot = (atMs: number, ratePerSecond: number) => ({ atMs, ratePerSecond });
  if (load.steps !== undefined) return stepKnots(load.steps.map(({ at, rate }) => knot(at, rate)));
  if (load.bySecond !== undefined) return knotsBySecond(load.bySecond);
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
function faultOf(fault: FaultDraft): Fault[] {
  if (fault.kind === KEY_ROTATION) return [];
  const effect = faultKind(fault.kind).effect(fault);
  if ('misfit' in effect) throw new Error(`a ${fault.kind} fault was not checked`);
  const { target } = fault;
  const where = target === undefined ? {} : { target };
  return [{ atMs: fault.at, forMs: fault.for, ...where, ...effect }];
}

function rotationOf(fault: FaultDraft): Rotation[] {
  if (fault.kind !== KEY_ROTATION) return [];
  return [{ user: String(fault.user), atMs: fault.at, overlapMs: fault.for }];
}
