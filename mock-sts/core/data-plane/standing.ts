/**
 * What the data plane says to a credential that asks for an action, and until when it says so: the
 * way in for callers in this process, who sign nothing. The rules are those of a call on the wire.
 */
import { stsError } from '../../../src/kernel/sts/error-codes.ts';
import { Authorizer } from '../authorize.ts';
import type { MockStsConfig } from '../config.ts';
import type { FaultSchedule } from '../faults.ts';
import type { CallerIdentity } from '../identity.ts';
import { requestContext } from '../request-context.ts';
import { ossError, ossKeyError } from './oss-errors.ts';
import { type ResourceAction, resourceOf } from './resource-actions.ts';
import { NO_PERMISSION } from './rpc-resource.ts';

/** To its holder a session that was revoked has ended: no page names a code of its own for it. */
const ENDED = stsError('InvalidSecurityToken.Expired');

export interface HeldCredential {
  readonly caller: CallerIdentity;
  readonly accessKeyId: string;
  /** As STS issued it; Infinity for a permanent AccessKey. */
  readonly expiresAtMs: number;
}

export interface Standing {
  /** The error's code; undefined for a call that succeeds. */
  readonly refusal: string | undefined;
  /** From now until before then nothing else is said. */
  readonly untilMs: number;
}

export class Standings {
  private readonly region: string;
  private readonly authorizer: Authorizer;
  private readonly faults: Pick<FaultSchedule, 'isRevoked' | 'unchangedUntilMs'>;

  constructor(
    config: MockStsConfig,
    faults: Pick<FaultSchedule, 'isRevoked' | 'unchangedUntilMs'>,
  ) {
    this.region = config.region;
    this.authorizer = new Authorizer(config);
    this.faults = faults;
  }

  /** Policies whose conditions ask for the time are asked once, for `nowMs`. */
  of(held: HeldCredential, asked: ResourceAction, nowMs: number): Standing {
    const { expiresAtMs } = held;
    const refusal = this.refusal(held, asked, nowMs);
    const changesAtMs = this.faults.unchangedUntilMs(nowMs);
    const untilMs = nowMs < expiresAtMs ? Math.min(expiresAtMs, changesAtMs) : changesAtMs;
    return { refusal, untilMs };
  }

  private refusal(
    { caller, accessKeyId, expiresAtMs }: HeldCredential,
    asked: ResourceAction,
    nowMs: number,
  ): string | undefined {
    const isOss = asked.product === 'oss';
    if (nowMs >= expiresAtMs || this.faults.isRevoked(accessKeyId, nowMs)) {
      return isOss ? ossKeyError(ENDED).code : ENDED.code;
    }
    const denied = this.authorizer.check(caller, {
      action: `${asked.product}:${asked.action}`,
      resource: resourceOf(asked, caller, this.region),
      context: requestContext(caller, nowMs, {}),
    });
    if (denied === undefined) return undefined;
    return isOss ? ossError('forbidden').code : NO_PERMISSION.code;
  }
}
