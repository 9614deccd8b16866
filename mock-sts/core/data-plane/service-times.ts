/**
 * How long services take for a call: drawn by who calls for what. Calls that are refused take no
 * time, like those that nobody gave one.
 */
import { drawsOf } from '../../../src/kernel/distribution.ts';
import { type Rng, stream } from '../../../src/kernel/rng.ts';
import type { MockStsConfig } from '../config.ts';
import { type CallerIdentity, principalArn } from '../identity.ts';

export class ServiceTimes {
  private readonly draws: ReadonlyMap<string, () => number>;

  constructor({ seed, serviceTimes = [] }: Pick<MockStsConfig, 'seed' | 'serviceTimes'>) {
    const rng: Rng = stream(seed, 'data-plane-service');
    this.draws = new Map(
      serviceTimes.map(({ principal, action, time }) => [
        `${principal} ${action}`,
        drawsOf(time, rng),
      ]),
    );
  }

  /** Milliseconds of the next call. */
  drawMs(caller: CallerIdentity, action: string): number {
    if (this.draws.size === 0) return 0;
    return this.draws.get(`${principalArn(caller)} ${action}`)?.() ?? 0;
  }
}
