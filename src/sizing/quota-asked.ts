/** Which quota is to be raised, and to how much: the figures of a request. */
import { HarnessError } from '../kernel/errors.ts';
import { STS_DEFAULTS } from '../scenario/defaults.ts';
import type { ListedQuota } from './listed-quota.ts';
import type { Reading, SizeReport } from './size-report.ts';

export interface QuotaAsked {
  /** Of STS: each has a quota of its own. */
  readonly action: string;
  readonly accountId: string;
  readonly region: string;
  readonly presentPerSecond: number;
  /** Who says so; `documented`: nobody, so that it is what Alibaba Cloud documents. */
  readonly presentFrom: 'quota-center' | 'scenario' | 'documented';
  /** By simulation, as it is now; null where no quota meets the objective. */
  readonly neededPerSecond: number | null;
  /** The month of the forecast that needs most; null where none needs more than now. */
  readonly grown: { readonly month: number; readonly perSecond: number } | null;
  /** Null where the user named the value. */
  readonly headroom: number | null;
  readonly desiredPerSecond: number;
  /** False where the present quota is at least what would be asked for. */
  readonly isNeeded: boolean;
  /** Further quotas that are too small: another action, or another account that calls. */
  readonly otherKeys: readonly { readonly key: string; readonly neededPerSecond: number }[];
}

export interface AskedInputs {
  readonly listed: ListedQuota | undefined;
  readonly headroom: number;
  readonly desiredPerSecond: number | undefined;
}

export function quotaAsked(size: SizeReport, inputs: AskedInputs): QuotaAsked {
  const reading = accountReading(size);
  const neededPerSecond = reading.quotaPerSecond;
  const named = inputs.desiredPerSecond;
  if (neededPerSecond === null && named === undefined) throw noneIsEnough(size, reading);
  const { key, action, accountId, region } = keyOf(size);
  const { presentPerSecond, presentFrom } = presentOf(reading, inputs.listed);
  const grown = grownOf(size, neededPerSecond ?? 0);
  const need = grown?.perSecond ?? neededPerSecond ?? 0;
  const desiredPerSecond = named ?? Math.ceil(withoutDust(need * (1 + inputs.headroom)));
  return {
    action,
    accountId,
    region,
    presentPerSecond,
    presentFrom,
    neededPerSecond,
    grown,
    headroom: named === undefined ? inputs.headroom : null,
    desiredPerSecond,
    isNeeded: desiredPerSecond > presentPerSecond,
    otherKeys: reading.keys.flatMap((other) =>
      other.key !== key && (other.quotaPerSecond ?? 0) > presentPerSecond
        ? [{ key: other.key, neededPerSecond: other.quotaPerSecond! }]
        : [],
    ),
  };
}

/** The one that Alibaba Cloud documents. */
export function accountReading({ readings, scenario }: SizeReport): Reading {
  const reading = readings.find(({ scope }) => scope === 'account');
  if (reading !== undefined) return reading;
  throw new HarnessError(
    'SIZE_INVALID',
    `The size document of ${scenario} has no quota by account.`,
    {
      hint: 'Make it without a choice of scopes.',
    },
  );
}

/** 100 × 1.25 is 125, whatever binary fractions make of it. */
function withoutDust(value: number): number {
  return Number(value.toFixed(6));
}

/** The key that needs most: `account/region`, then the action where it is not AssumeRole. */
export function keyOf(size: SizeReport) {
  const [most] = [...accountReading(size).keys].sort(
    (a, b) => (b.quotaPerSecond ?? Infinity) - (a.quotaPerSecond ?? Infinity),
  );
  const key = most?.key ?? size.callerAccount;
  const [account = '', action = 'AssumeRole'] = key.split(' ');
  const [accountId = '', region = ''] = account.split('/');
  return { key, action, accountId, region };
}

function presentOf(reading: Reading, listed: ListedQuota | undefined) {
  if (listed?.totalQuota !== undefined) {
    const presentPerSecond = listed.totalQuota / listed.periodSeconds;
    return { presentPerSecond, presentFrom: 'quota-center' } as const;
  }
  if (reading.presentPerSecond !== null) {
    return { presentPerSecond: reading.presentPerSecond, presentFrom: 'scenario' } as const;
  }
  return { presentPerSecond: STS_DEFAULTS.quotaPerAccount!, presentFrom: 'documented' } as const;
}

function grownOf({ forecast }: SizeReport, neededPerSecond: number): QuotaAsked['grown'] {
  const months = forecast.flatMap(({ month, perAccountPerSecond: perSecond }) =>
    perSecond !== null && perSecond > neededPerSecond ? [{ month, perSecond }] : [],
  );
  return months.sort((a, b) => b.perSecond - a.perSecond)[0] ?? null;
}

function noneIsEnough({ scenario }: SizeReport, reading: Reading): HarnessError {
  const reasons = reading.situations.flatMap(({ situation, quotaPerSecond, reason }) =>
    quotaPerSecond === null ? [`${situation}: ${reason ?? 'the objective never holds'}`] : [],
  );
  return new HarnessError(
    'NO_QUOTA_IS_ENOUGH',
    `No quota meets the objective in ${scenario}, so there is none to ask for.\n  ${reasons.join('\n  ')}`,
    {
      hint: `What would help instead: sts-harness size ${scenario} --measures. Or name a value: --desired <calls a second>.`,
    },
  );
}
