/**
 * Which calls the quotas let through. Two scopes, each on or off: the role's ARN, and the caller's
 * account, region and action, which is the key that "API quotas (STS)" documents (a mock has one
 * region). Roles are those of the configuration and accounts those of its callers, so the number of
 * limiters is bounded.
 *
 * A call passes when every scope lets it pass, and only then does it spend, in each. A call that one
 * scope refuses leaves the other as it was: a throttled role must not eat the account's quota.
 * Which it is in production is not documented.
 */
import { Background, type BackgroundFault } from './background.ts';
import type { MockFault, QuotaConfig } from './config.ts';
import { createLimiter, type Limiter } from './limiter.ts';

/** A call that was refused for quota. */
export interface QuotaRefusal {
  readonly scope: 'role' | 'account';
  /** When that scope would let it pass, from now. */
  readonly waitMs: number;
}

export interface QuotaUse {
  readonly action: string;
  readonly accountId: string;
  /** A role of the configuration; undefined for other actions, and for a role that nobody knows. */
  readonly roleArn: string | undefined;
}

/** How much of a quota is spent at an instant. */
export interface QuotaLevel {
  readonly scope: 'role' | 'account';
  /** Role ARN, or account id. */
  readonly key: string;
  /** Empty for a role: it counts whatever assumes it. */
  readonly action: string;
  readonly limit: number;
  readonly used: number;
}

interface Meter {
  readonly limiter: Limiter;
  background: Background | undefined;
}

export class Quota {
  private readonly config: QuotaConfig;
  private background: readonly BackgroundFault[];
  private readonly seed: number;
  private readonly roles = new Map<string, Meter>();
  private readonly accounts = new Map<string, Map<string, Meter>>();

  /** `seed` places others' recorded calls within their seconds. */
  constructor(config: QuotaConfig, faults: readonly MockFault[], seed = 0) {
    this.config = config;
    this.seed = seed;
    this.background = faults.filter((fault) => fault.kind === 'background');
  }

  /** Spends the call in every scope; or spends nothing and says which scope refused. */
  admit(use: QuotaUse, nowMs: number): QuotaRefusal | undefined {
    if (nowMs < (this.config.fromMs ?? -Infinity)) return undefined;
    const account = this.accountMeter(use.accountId, use.action);
    const role = use.roleArn === undefined ? undefined : this.roleMeter(use.roleArn);
    const accountWaitMs = account === undefined ? 0 : waitMs(account, nowMs);
    if (accountWaitMs > 0) return { scope: 'account', waitMs: accountWaitMs };
    const roleWaitMs = role === undefined ? 0 : waitMs(role, nowMs);
    if (roleWaitMs > 0) return { scope: 'role', waitMs: roleWaitMs };
    account?.limiter.take(nowMs);
    role?.limiter.take(nowMs);
    return undefined;
  }

  /** Others' use from now on; what they have spent so far stays spent. */
  changeBackground(faults: readonly MockFault[], nowMs: number): void {
    this.background = faults.filter((fault) => fault.kind === 'background');
    const change = (meter: Meter, others: readonly BackgroundFault[]) => {
      meter.background?.catchUp(meter.limiter, nowMs);
      meter.background = others.length === 0 ? undefined : new Background(others, this.seed, nowMs);
    };
    for (const [roleArn, meter] of this.roles) change(meter, this.spentByOthers(roleArn));
    for (const meter of this.accounts.get('AssumeRole')?.values() ?? []) {
      change(meter, this.spentByOthers(undefined));
    }
  }

  /** Of everything that has been asked for so far. */
  levels(nowMs: number): QuotaLevel[] {
    const { perRole = 0, perAccount = 0 } = this.config;
    const used = (meter: Meter) => {
      meter.background?.catchUp(meter.limiter, nowMs);
      return meter.limiter.used(nowMs);
    };
    return [
      ...[...this.accounts].flatMap(([action, meters]) =>
        [...meters].map(
          ([key, meter]): QuotaLevel => ({
            scope: 'account',
            key,
            action,
            limit: perAccount,
            used: used(meter),
          }),
        ),
      ),
      ...[...this.roles].map(
        ([key, meter]): QuotaLevel => ({
          scope: 'role',
          key,
          action: '',
          limit: perRole,
          used: used(meter),
        }),
      ),
    ];
  }

  private accountMeter(accountId: string, action: string): Meter | undefined {
    if (this.config.perAccount === undefined) return undefined;
    const meters = this.accounts.get(action) ?? new Map<string, Meter>();
    this.accounts.set(action, meters);
    const known = meters.get(accountId);
    if (known !== undefined) return known;
    const others = action === 'AssumeRole' ? this.spentByOthers(undefined) : [];
    const meter = this.meter(this.config.perAccount, others);
    meters.set(accountId, meter);
    return meter;
  }

  private roleMeter(roleArn: string): Meter | undefined {
    if (this.config.perRole === undefined) return undefined;
    let meter = this.roles.get(roleArn);
    if (meter === undefined) {
      meter = this.meter(this.config.perRole, this.spentByOthers(roleArn));
      this.roles.set(roleArn, meter);
    }
    return meter;
  }

  private meter(quotaPerSecond: number, others: readonly BackgroundFault[]): Meter {
    return {
      limiter: createLimiter(quotaPerSecond, this.config.limiter),
      background: others.length === 0 ? undefined : new Background(others, this.seed),
    };
  }

  private spentByOthers(roleArn: string | undefined): BackgroundFault[] {
    return this.background.filter((fault) => fault.roleArn === roleArn);
  }
}

function waitMs(meter: Meter, nowMs: number): number {
  meter.background?.catchUp(meter.limiter, nowMs);
  return meter.limiter.waitMs(nowMs);
}
