/** Whether a subject stays within the quotas of its scenario, or within a share of them. */
import { EXIT, HarnessError } from '../../kernel/errors.ts';
import type { QuotaUse, Result, SubjectResult } from '../../measure/result.ts';
import { counted, type Finding, placeText, plain } from './finding.ts';
import { type OfSubject, ofText, refused, soundSubject } from './part.ts';

export interface QuotaOptions extends OfSubject {
  /** The quotas of one scope; of all that are enforced when left out. */
  readonly scope?: 'account' | 'role';
  /** How much of the quota may be used at its busiest, above 0 and up to 1 (the default): `0.8`. */
  readonly share?: number;
}

/** No call is refused by a quota, and no second has more calls than its share of it. */
export function withinQuota(result: Result, options: QuotaOptions = {}): Finding {
  const subject = soundSubject(result, options);
  const { scope, share = 1 } = options;
  if (!(share > 0 && share <= 1)) throw refused('share', String(share), 'above 0, up to 1');
  const uses = subject.quotas
    .filter((quota) => quota.limit !== null && (scope === undefined || quota.scope === scope))
    .map((quota) => useOf(quota, share));
  const [worst] = uses.sort((a, b) => b.used - a.used);
  if (worst === undefined) throw unlimited(result, scope);
  const { quota, allowed, peak } = worst;
  const ofShare = share === 1 ? '' : ` (${plain(share * 100)} % of ${quota.limit})`;
  return {
    passed: worst.used <= 1,
    expected: `at most ${plain(allowed)} calls a second${ofShare} of ${quota.scope} ${quota.key}, and none refused`,
    seen: `${counted(peak, 'call')} in the busiest second, ${quota.throttled.toLocaleString('en-US')} refused`,
    first: quota.scope === 'account' ? firstBeyond(subject, allowed) : undefined,
    of: ofText(result, subject),
  };
}

interface Use {
  readonly quota: QuotaUse;
  readonly allowed: number;
  readonly peak: number;
  /** Above 1 is too much. A call that was refused is, whatever the second's count. */
  readonly used: number;
}

/** Counted as the quota counts: a bucket lets through what it holds, beside what comes in. */
function useOf(quota: QuotaUse, share: number): Use {
  const { limiter, throttled } = quota;
  const burst = limiter?.algorithm === 'token-bucket' ? limiter.burst : 0;
  const isSliding = limiter !== null && limiter.algorithm !== 'fixed-window';
  const peak = isSliding ? quota.slidingPeakPerSecond : quota.peakPerSecond;
  const allowed = (quota.limit! + burst) * share;
  const used = peak / allowed;
  return { quota, allowed, peak, used: throttled > 0 ? Math.max(used, 1 + throttled) : used };
}

/** The account's quota counts all calls, as the timeline does. */
function firstBeyond(subject: SubjectResult, allowed: number): string | undefined {
  const first = subject.timeline.find(
    (bucket) => bucket.throttled > 0 || bucket.assumeRolePeakPerSecond > allowed,
  );
  if (first === undefined) return undefined;
  const { assumeRolePeakPerSecond: peak, throttled } = first;
  return placeText(subject, first, `${counted(peak, 'call')} in a second, ${throttled} refused`);
}

function unlimited({ run }: Result, scope: string | undefined): HarnessError {
  const which = scope === undefined ? 'no quota' : `no quota by ${scope}`;
  return new HarnessError('EXPECTATION_INVALID', `scenario ${run.scenario} enforces ${which}`, {
    exitCode: EXIT.usage,
    hint: 'Set sts.quota.perAccount or sts.quota.perRole in the scenario.',
  });
}
