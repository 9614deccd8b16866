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
import type { MockStsConfig } from './config.ts';
import { type CallChance, Decider } from './decider.ts';
import type { AssumeRoleDecision, CallerIdentityDecision } from './decision.ts';
import type { CallerIdentity } from './identity.ts';
import { WireDoor } from './wire/door.ts';
import type { WireAnswer, WireRequest } from './wire/request.ts';

export class StsCore {
  private readonly decider: Decider;
  private readonly door: WireDoor;

  constructor(config: MockStsConfig) {
    this.decider = new Decider(config);
    this.door = new WireDoor(config, this.decider);
  }

  /** The decision alone: no signature, no wire. */
  assumeRole(
    caller: CallerIdentity,
    request: AssumeRoleRequest,
    nowMs: number,
    chance?: CallChance,
  ): AssumeRoleDecision {
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
