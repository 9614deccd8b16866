/**
 * What a result rests on that nobody outside Alibaba Cloud knows. Said in every result, so that a
 * figure is not taken for more than it is.
 */
import { formatCount, formatDuration } from '../kernel/units.ts';
import type { StsModel } from '../scenario/scenario.ts';

export function assumptionsOf(sts: StsModel): string[] {
  const { latency } = sts;
  const assumptions = [
    `STS answers as the scenario says: median ${formatDuration(latency.medianMs)}, 99th percentile ${formatDuration(latency.p99Ms)}.`,
  ];
  if (sts.quotaPerRole === undefined && sts.quotaPerAccount === undefined) {
    return ['No quota is enforced: calls are counted, none is throttled.', ...assumptions];
  }
  assumptions.unshift(
    `STS counts its quota by ${limiterText(sts.limiter)}: Alibaba Cloud documents how many calls a second, not what counts them.`,
  );
  if (sts.quotaPerRole !== undefined) {
    assumptions.push(
      `Each role has ${formatCount(sts.quotaPerRole)} calls a second: Alibaba Cloud documents a quota for account, region and API only.`,
    );
  }
  return assumptions;
}

function limiterText(limiter: StsModel['limiter']): string {
  switch (limiter.algorithm) {
    case 'fixed-window':
      return 'a fixed window of one second';
    case 'sliding-window':
      return 'a sliding window of one second';
    case 'token-bucket':
      return `a token bucket with a burst of ${formatCount(limiter.burst)}`;
  }
}
