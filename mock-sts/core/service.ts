/**
 * The STS core: given a call and the instant, the answer. Two doors lead to one decision: callers in
 * this process (the simulator) name themselves and get a credential or a refusal as data; callers on
 * the wire sign a request and get bytes.
 *
 * It owns no clock, socket or timer: the caller waits out `latencyMs`. Its state (quotas, nonces,
 * streams of chance) lives and dies with the instance; its credentials do not, since any instance of
 * the same seed can judge them.
 */
import type { AssumeRoleRequest } from '../../src/kernel/sts/credentials.ts';
import { stsError } from '../../src/kernel/sts/error-codes.ts';
import { DEFAULT_WIRE, type MockStsConfig } from './config.ts';
import { type CallChance, Decider } from './decider.ts';
import type { AssumeRoleDecision, CallerIdentityDecision } from './decision.ts';
import type { FaultList } from './fault-list.ts';
import type { CallerIdentity } from './identity.ts';
import type { QuotaLevel } from './quota.ts';
import { RamSecrets } from './ram-secrets.ts';
import { WireDoor } from './wire/door.ts';
import type { WireAnswer, WireRequest } from './wire/request.ts';

export class StsCore {
  private readonly decider: Decider;
  private readonly door: WireDoor;
  /** Users' AccessKeys as KMS keeps and rotates them. */
  readonly secrets: RamSecrets;
  private readonly toleranceMs: number;

  constructor(config: MockStsConfig) {
    this.decider = new Decider(config);
    this.secrets = new RamSecrets(config);
    this.door = new WireDoor(config, this.decider, this.secrets);
    this.toleranceMs = config.wire?.timestampToleranceMs ?? DEFAULT_WIRE.timestampToleranceMs;
  }

  /** What is wrong with it and around it; `changeFaults` is the way to change that. */
  get faults(): FaultList {
    return this.decider.faultList;
  }

  changeFaults<T>(nowMs: number, change: (faults: FaultList) => T): T {
    return this.decider.changeFaults(nowMs, change);
  }

  quotaLevels(nowMs: number): QuotaLevel[] {
    return this.decider.quotaLevels(nowMs);
  }

  /** The decision alone: no signature, no wire. The caller's clock is taken to be right. */
  assumeRole(
    caller: CallerIdentity,
    request: AssumeRoleRequest,
    nowMs: number,
    chance?: CallChance,
  ): AssumeRoleDecision {
    if (Math.abs(this.decider.faults.clockOffsetMs(nowMs)) > this.toleranceMs) {
      const call = { action: 'AssumeRole', caller, roleArn: request.roleArn, nowMs };
      return this.decider.refuse(call, stsError('InvalidTimeStamp.Expired'), chance);
    }
    return this.decider.assumeRole(caller, request, nowMs, chance);
  }

  getCallerIdentity(caller: CallerIdentity, nowMs: number): CallerIdentityDecision {
    return this.decider.getCallerIdentity(caller, nowMs);
  }

  /** A request as HTTP carried it. */
  handle(request: WireRequest): WireAnswer {
    return this.door.handle(request);
  }
}
