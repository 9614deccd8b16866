/**
 * Faults of a place around STS: the instance metadata service, KMS, the credentials URI, the data
 * plane. A place asks before it acts whether the request is struck; what it then answers goes through
 * `onItsWay`, which says how it gets to the client. Chance comes from a stream of the place's own.
 */
import { type Rng, stream } from '../../src/kernel/rng.ts';
import { type StsError, stsError } from '../../src/kernel/sts/error-codes.ts';
import type { FaultTarget } from './config.ts';
import { type Delivery, FAULT_ERRORS, NORMAL } from './decision.ts';
import type { FaultList } from './fault-list.ts';
import { FaultSchedule } from './faults.ts';
import type { Caller } from './identity.ts';
import { spoil } from './wire/spoil.ts';

/** As the place puts it, in its own words. */
export interface PlaceAnswer {
  /** Text, or the bytes of an object. */
  readonly body: string | Uint8Array;
  /** `OK`, or the error's code. */
  readonly code: string;
  /** How long the place itself takes until it answers; at once where it is left out. */
  readonly serviceMs?: number;
  /** Where a fault that struck the request leaves no answer. */
  readonly delivery?: Delivery;
}

export type OnItsWay<Answer> = Answer & {
  readonly delivery: Delivery;
  /** Until the first byte. */
  readonly latencyMs: number;
  /** How far the place's clock is ahead, in its `Date` header too. */
  readonly clockOffsetMs: number;
};

export interface Struck {
  readonly error: StsError;
  readonly delivery?: Delivery;
}

export class PlaceFaults {
  private readonly schedule: FaultSchedule;
  private readonly rng: Rng;

  constructor(list: FaultList, target: FaultTarget, seed: number) {
    this.schedule = new FaultSchedule(list, target);
    this.rng = stream(seed, 'place-faults', target);
  }

  /** What the place takes the time to be. */
  serverMs(nowMs: number): number {
    return nowMs + this.schedule.clockOffsetMs(nowMs);
  }

  /** What befalls a request before it is acted on. */
  strike(nowMs: number): Struck | undefined {
    return this.schedule.strike(undefined, nowMs, this.rng);
  }

  /** The same for one that is signed, by a key that may have been revoked or disabled. */
  strikeCaller(caller: Caller, accessKeyId: string, nowMs: number): Struck | undefined {
    return this.schedule.isRevoked(accessKeyId, nowMs)
      ? { error: stsError('InvalidSecurityToken.Expired') }
      : this.schedule.strike(caller, nowMs, this.rng);
  }

  /** How long ago a credential that is handed out now ended; undefined where it lives. */
  endedAgoMs(nowMs: number): number | undefined {
    return this.schedule.endedAgoMs(nowMs, this.rng);
  }

  onItsWay<Answer extends PlaceAnswer>(answer: Answer, nowMs: number): OnItsWay<Answer> {
    const latencyMs = (answer.serviceMs ?? 0) + this.schedule.addedLatencyMs(nowMs, this.rng);
    const clockOffsetMs = this.schedule.clockOffsetMs(nowMs);
    if (answer.delivery !== undefined) {
      return { ...answer, body: '', delivery: answer.delivery, latencyMs, clockOffsetMs };
    }
    const spoiling = this.spoiling(answer.body, nowMs);
    if (spoiling !== undefined) {
      const { code } = FAULT_ERRORS.badResponse;
      const body = spoil(String(answer.body), spoiling);
      return { ...answer, body, code, delivery: spoiling, latencyMs, clockOffsetMs };
    }
    const bodyMs = this.schedule.bodyMs(nowMs, this.rng);
    const delivery: Delivery = bodyMs > 0 ? { kind: 'slow-body', bodyMs } : NORMAL;
    return { ...answer, delivery, latencyMs, clockOffsetMs };
  }

  /** Documents can be spoilt; the bytes of an object are nobody's JSON. */
  private spoiling(body: string | Uint8Array, nowMs: number): Delivery | undefined {
    if (typeof body !== 'string') return undefined;
    return this.schedule.spoiling(/"Expiration":"/.test(body), nowMs, this.rng);
  }
}
