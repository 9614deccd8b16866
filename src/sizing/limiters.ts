/**
 * The algorithms that a quota may be counted by. Alibaba Cloud documents none, so each is tried, and the
 * worst one decides.
 */
import type { LimiterConfig } from '../../mock-sts/core/config.ts';
import type { Algorithm } from './size-report.ts';

export const ALGORITHMS: readonly Algorithm[] = ['fixed-window', 'sliding-window', 'token-bucket'];

/**
 * A bucket has the burst that the scenario gives it; where it gives none, a second's quota, which is what
 * "100/1(s)" lets pass at once.
 */
export function limiterOf(
  algorithm: Algorithm,
  quotaPerSecond: number,
  scenarios: LimiterConfig,
): LimiterConfig {
  if (algorithm !== 'token-bucket') return { algorithm };
  const burst = scenarios.algorithm === 'token-bucket' ? scenarios.burst : quotaPerSecond;
  return { algorithm, burst };
}
