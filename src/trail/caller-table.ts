/**
 * Callers of AssumeRole as a trail is read. Memory has a limit, whatever the trail holds: so many
 * callers, so many calls one by one in all of them, so many hours of counts by second.
 */
import { Caller, type CallerName } from './caller.ts';
import type { StsEvent } from './event.ts';
import { BlockBudget, SecondSeries } from './second-series.ts';

/** Further ones are counted, and belong to others' use of the quota. */
const CALLERS_MAX = 2_000;
/** Of one caller, and of all: 16 bytes each at most. */
const CALLS_MAX_OF_ONE = 200_000;
const CALLS_MAX = 2_000_000;
/** 86 MB: a year of one account and region, or 100 busy callers for five days. */
const HOURS_MAX = 12_000;

/** Accounts and regions that call; a trail has a handful. */
const QUOTAS_MAX = 1_000;

export interface QuotaKey {
  readonly accountId: string;
  readonly region: string;
}

/** All calls that share one quota. */
export interface QuotaUse extends QuotaKey {
  calls: number;
  /** Epoch seconds of the first and the last call. */
  first: number;
  last: number;
  /** Of the busiest second, and the calls in it. */
  busiest: { readonly second: number; readonly calls: number };
  readonly seconds: SecondSeries;
}

const NEVER = { second: 0, calls: 0 };

export interface CallerLimits {
  readonly callers: number;
  readonly callsOfOne: number;
  readonly calls: number;
  readonly hours: number;
}

const LIMITS: CallerLimits = {
  callers: CALLERS_MAX,
  callsOfOne: CALLS_MAX_OF_ONE,
  calls: CALLS_MAX,
  hours: HOURS_MAX,
};

export class CallerTable {
  /** Of callers beyond the limit. */
  furtherCalls = 0;
  private readonly limits: CallerLimits;
  private readonly budget: BlockBudget;
  private readonly byName = new Map<string, Caller>();
  private readonly byQuota = new Map<string, QuotaUse>();
  private kept = 0;

  constructor(limits: CallerLimits = LIMITS) {
    this.limits = limits;
    this.budget = new BlockBudget(limits.hours);
  }

  /** An AssumeRole call. */
  add(event: StsEvent): void {
    const { callerAccountId: accountId, region, principal, roleArn, userAgent } = event;
    this.countUse({ accountId, region }, event.atMs);
    const name = { accountId, region, principal, roleArn, userAgent };
    const caller = this.callerNamed(name);
    if (caller === undefined) {
      this.furtherCalls += 1;
      return;
    }
    const before = caller.kept;
    caller.add(event);
    if (caller.isFull) caller.shrink();
    this.kept += caller.kept - before;
    if (this.kept > this.limits.calls) this.shrinkLargest();
  }

  get callers(): readonly Caller[] {
    return [...this.byName.values()];
  }

  /** Most calls first. */
  get uses(): readonly QuotaUse[] {
    return [...this.byQuota.values()].sort((a, b) => b.calls - a.calls);
  }

  private countUse(key: QuotaKey, atMs: number): void {
    const second = Math.floor(atMs / 1_000);
    const name = `${key.accountId}/${key.region}`;
    let use = this.byQuota.get(name);
    if (use === undefined) {
      if (this.byQuota.size >= QUOTAS_MAX) return;
      const seconds = new SecondSeries(this.budget);
      use = { ...key, calls: 0, first: second, last: second, busiest: NEVER, seconds };
      this.byQuota.set(name, use);
    }
    use.calls += 1;
    use.first = Math.min(use.first, second);
    use.last = Math.max(use.last, second);
    const calls = use.seconds.add(second) ?? 0;
    const isAsBusy = calls === use.busiest.calls && second < use.busiest.second;
    if (calls > use.busiest.calls || isAsBusy) use.busiest = { second, calls };
  }

  private callerNamed(name: CallerName): Caller | undefined {
    const { accountId, region, principal, roleArn, userAgent } = name;
    const key = [accountId, region, principal, roleArn, userAgent].join('\n');
    const known = this.byName.get(key);
    if (known !== undefined || this.byName.size >= this.limits.callers) return known;
    const caller = new Caller(name, this.limits.callsOfOne, this.budget);
    this.byName.set(key, caller);
    return caller;
  }

  private shrinkLargest(): void {
    const [first, ...others] = this.callers.filter(({ canShrink }) => canShrink);
    if (first === undefined) return;
    others.reduce((most, each) => (each.kept > most.kept ? each : most), first).shrink();
    this.kept = this.callers.reduce((sum, caller) => sum + caller.kept, 0);
  }
}
