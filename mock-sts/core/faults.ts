/**
 * What is wrong with STS at an instant, by the configuration's faults. Others' use of the quota is a
 * fault too, but it is spent in `background.ts`.
 */
import type { Rng } from '../../src/kernel/rng.ts';
import { injectedError, type StsError, stsError } from '../../src/kernel/sts/error-codes.ts';
import type { MockFault } from './config.ts';

type ErrorFault = Extract<MockFault, { kind: 'errors' }>;
type LatencyFault = Extract<MockFault, { kind: 'latency' }>;

export class FaultSchedule {
  private readonly outages: readonly MockFault[];
  private readonly errors: readonly ErrorFault[];
  private readonly latencies: readonly LatencyFault[];

  constructor(faults: readonly MockFault[]) {
    this.outages = faults.filter((fault) => fault.kind === 'outage');
    this.errors = faults.filter((fault) => fault.kind === 'errors');
    this.latencies = faults.filter((fault) => fault.kind === 'latency');
  }

  /** The error of a call at `nowMs`, if a fault strikes it. A share is drawn once a call. */
  strike(nowMs: number, rng: Rng): StsError | undefined {
    if (this.outages.some((fault) => inForce(fault, nowMs))) return stsError('ServiceUnavailable');
    for (const fault of this.errors) {
      if (inForce(fault, nowMs) && rng.chance(fault.share)) return injectedError(fault.code);
    }
    return undefined;
  }

  addedLatencyMs(nowMs: number): number {
    let addedMs = 0;
    for (const fault of this.latencies) if (inForce(fault, nowMs)) addedMs += fault.addMs;
    return addedMs;
  }
}

function inForce(fault: MockFault, nowMs: number): boolean {
  return fault.fromMs <= nowMs && nowMs < fault.toMs;
}
