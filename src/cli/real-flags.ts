/** The flags of `run --target real`: read together, all problems at once. None has an environment variable. */
import { badInput, type Problem } from '../kernel/errors.ts';
import { parseShare } from '../kernel/units.ts';
import type { RealStsTerms } from '../run/live/real/gate-protocol.ts';

export interface RealFlags {
  readonly budget?: string;
  readonly ceiling?: string;
  readonly allowThrottling?: boolean;
  readonly maxErrorShare?: string;
  readonly sessionPrefix?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

const NAMES: Readonly<Record<keyof RealFlags, string>> = {
  budget: '--budget',
  ceiling: '--ceiling',
  allowThrottling: '--allow-throttling',
  maxErrorShare: '--max-error-share',
  sessionPrefix: '--session-prefix',
  region: '--region',
  endpoint: '--endpoint',
  yes: '--yes',
  dryRun: '--dry-run',
};

const BUDGET_MAX = 1_000_000;
/** The documented quota of an account: a rehearsal never needs all of it. */
const CEILING_MAX = 100;
const DEFAULTS = { ceiling: 5, errorShare: 0.1, sessionPrefix: 'sts-harness' } as const;

/** Half of a session name's 64 characters are left for the process. */
const PREFIX = /^[A-Za-z0-9.@_-]{2,32}$/;
const REGION = /^[a-z]{2}-[a-z0-9-]{2,30}$/;
/** Source: Alibaba Cloud, "Endpoints" of STS: central, public and VPC by region. */
const ENDPOINT = /^sts(\.[a-z]{2}-[a-z0-9-]{2,30}|-vpc\.[a-z]{2}-[a-z0-9-]{2,30})?\.aliyuncs\.com$/;

export interface ReadRealFlags {
  readonly terms: Omit<RealStsTerms, 'rules'>;
  readonly rules: Omit<RealStsTerms['rules'], 'budget'>;
  /** Undefined where none was given: allowed for a dry run alone. */
  readonly budget: number | undefined;
}

/** `region`: the scenario's, where the flags name none. */
export function readRealFlags(flags: RealFlags, region: string): ReadRealFlags {
  const problems: Problem[] = [];
  const wrong = (flag: keyof RealFlags, allowed: string): undefined => {
    const value = flags[flag];
    const found = value === undefined ? 'nothing' : `"${value}"`;
    problems.push({ file: NAMES[flag], path: '', found, allowed });
  };
  const whole = (flag: 'budget' | 'ceiling', max: number) => {
    const text = flags[flag] ?? '';
    const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
    return value >= 1 && value <= max ? value : wrong(flag, `a whole number from 1 to ${max}`);
  };
  const isNeeded = flags.budget !== undefined || flags.dryRun !== true;
  const budget = isNeeded ? whole('budget', BUDGET_MAX) : undefined;
  const ceiling = flags.ceiling === undefined ? DEFAULTS.ceiling : whole('ceiling', CEILING_MAX);
  const share =
    flags.maxErrorShare === undefined ? DEFAULTS.errorShare : parseShare(flags.maxErrorShare);
  const isShare = share !== undefined && share >= 0 && share <= 1;
  if (!isShare) wrong('maxErrorShare', 'a share, such as 10% or 0.1');
  const sessionPrefix = flags.sessionPrefix ?? DEFAULTS.sessionPrefix;
  if (!PREFIX.test(sessionPrefix)) wrong('sessionPrefix', '2 to 32 of A-Z a-z 0-9 . @ _ -');
  if (flags.region !== undefined && !REGION.test(flags.region)) {
    wrong('region', 'a region, such as cn-shanghai');
  }
  const host = flags.endpoint ?? `sts.${flags.region ?? region}.aliyuncs.com`;
  if (flags.endpoint !== undefined && !ENDPOINT.test(flags.endpoint)) {
    wrong(
      'endpoint',
      'sts.<region>.aliyuncs.com, sts-vpc.<region>.aliyuncs.com or sts.aliyuncs.com',
    );
  }
  if (problems.length > 0) throw badInput('FLAG_INVALID', problems, 'See docs/real-sts.md.');
  return {
    terms: { endpoint: `https://${host}`, sessionPrefix },
    rules: {
      ceilingPerSecond: ceiling!,
      allowsThrottling: flags.allowThrottling === true,
      errorShareMax: share!,
    },
    budget,
  };
}

/** Throws HarnessError (exit 2) where one was given without `--target real`. */
export function refuseRealFlags(flags: RealFlags): void {
  const given = (Object.keys(NAMES) as (keyof RealFlags)[]).filter(
    (flag) => flags[flag] !== undefined,
  );
  if (given.length === 0) return;
  throw badInput(
    'FLAG_INVALID',
    given.map((flag) => ({
      file: NAMES[flag],
      path: '',
      found: `"${flags[flag]}" without --target real`,
      allowed: 'with --target real alone: without it no run leaves this machine',
    })),
  );
}
