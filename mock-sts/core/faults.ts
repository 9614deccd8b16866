/**
 * What is wrong with a place at an instant: with STS, or with one of those around it. Three questions
 * are asked of it for a call: is it struck down, is its answer spoilt, how much longer does it take.
 * While nothing is in force, each costs three comparisons.
 *
 * Others' use of the quota is a fault too, but it is spent in `background.ts`.
 */
import type { Rng } from '../../src/kernel/rng.ts';
import { injectedError, type StsError, stsError } from '../../src/kernel/sts/error-codes.ts';
import type { FaultTarget, MockFault } from './config.ts';
import {
  type Delivery,
  type Described,
  FAULT_ERRORS,
  type Issued,
  NORMAL,
  type Refusal,
  refused,
} from './decision.ts';
import type { FaultList, KnownFault } from './fault-list.ts';
import { issuedAtMs } from './identifiers.ts';
import type { Caller } from './identity.ts';

type Outcome = Issued | Described | Refusal;

const NONE: readonly KnownFault[] = [];

export class FaultSchedule {
  private readonly list: FaultList;
  private readonly target: FaultTarget;
  /** What `inForce` was looked up in. */
  private seen: readonly KnownFault[] = NONE;
  /** In force from `sinceMs` until before `untilMs`. */
  private inForce: readonly KnownFault[] = NONE;
  private sinceMs = -Infinity;
  private untilMs = Infinity;

  constructor(list: FaultList, target: FaultTarget = 'sts') {
    this.list = list;
    this.target = target;
  }

  /** What befalls a call before it is looked at. The first fault that strikes is the one. */
  strike(caller: Caller | undefined, nowMs: number, rng: Rng): Refusal | undefined {
    for (const entry of this.at(nowMs)) {
      const refusal = struckBy(entry, caller, rng);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  /** What becomes of the outcome on its way to the client. */
  spoil<O extends Outcome>(outcome: O, nowMs: number, rng: Rng): O | Refusal {
    if (outcome.kind === 'refused' && outcome.delivery !== undefined) return outcome;
    const delivery = this.spoiling(outcome.kind === 'issued', nowMs, rng);
    if (delivery === undefined) return outcome;
    const status = outcome.kind === 'refused' ? outcome.error.status : 200;
    const error: StsError = { ...FAULT_ERRORS.badResponse, status };
    return { kind: 'refused', error, delivery, spoilt: outcome };
  }

  /** How an answer is spoilt, if it is: one with a credential has an Expiration to miss. */
  spoiling(hasCredential: boolean, nowMs: number, rng: Rng): Delivery | undefined {
    for (const { fault } of this.at(nowMs)) {
      const delivery = spoiltBy(fault, hasCredential);
      if (delivery !== undefined && falls(fault, rng)) return delivery;
    }
    return undefined;
  }

  /** How long the body takes, from its first byte to its last. */
  bodyMs(nowMs: number, rng: Rng): number {
    for (const { fault } of this.at(nowMs)) {
      if (fault.kind === 'slow-body' && falls(fault, rng)) return fault.overMs;
    }
    return 0;
  }

  addedLatencyMs(nowMs: number, rng: Rng): number {
    let addedMs = 0;
    for (const { fault, drawMs } of this.at(nowMs)) {
      if (fault.kind === 'latency' && falls(fault, rng)) addedMs += drawMs(rng);
    }
    return addedMs;
  }

  /** How long ago a credential that is issued now ended; undefined where it lives. */
  endedAgoMs(nowMs: number, rng: Rng): number | undefined {
    for (const { fault } of this.at(nowMs)) {
      if (fault.kind === 'expired-credential' && falls(fault, rng)) return fault.agoMs;
    }
    return undefined;
  }

  /** How far the server's clock is ahead of the true one. */
  clockOffsetMs(nowMs: number): number {
    let offsetMs = 0;
    for (const { fault } of this.at(nowMs)) {
      if (fault.kind === 'clock-skew') offsetMs += fault.offsetMs;
    }
    return offsetMs;
  }

  /** Whether a temporary key has been revoked before its time. */
  isRevoked(accessKeyId: string, nowMs: number): boolean {
    for (const { fault } of this.at(nowMs)) {
      if (fault.kind !== 'early-revocation') continue;
      const atMs = issuedAtMs(accessKeyId);
      // Issue is known by the second, and whoever was issued in the second of it is spared.
      if (atMs !== undefined && atMs < Math.floor(fault.fromMs / 1_000) * 1_000) return true;
    }
    return false;
  }

  /** Nothing comes into force or ends from `nowMs` until then, unless somebody changes the faults. */
  unchangedUntilMs(nowMs: number): number {
    this.at(nowMs);
    return this.untilMs;
  }

  private at(nowMs: number): readonly KnownFault[] {
    if (nowMs >= this.untilMs || nowMs < this.sinceMs || this.list.known !== this.seen) {
      this.look(nowMs);
    }
    return this.inForce;
  }

  private look(nowMs: number): void {
    this.seen = this.list.known;
    const here = this.seen.filter(({ fault }) => reaches(fault, this.target));
    this.inForce = here.filter((entry) => this.list.isActive(entry, nowMs));
    this.sinceMs = -Infinity;
    this.untilMs = Infinity;
    for (const edgeMs of here.flatMap(({ fault }) => [fault.fromMs, fault.toMs])) {
      if (edgeMs <= nowMs) this.sinceMs = Math.max(this.sinceMs, edgeMs);
      else this.untilMs = Math.min(this.untilMs, edgeMs);
    }
  }
}

/** Without a target it is a fault of STS; what happens to a key is known wherever it is judged. */
function reaches({ kind, target }: MockFault, place: FaultTarget): boolean {
  if (target !== undefined) return target === place;
  return place === 'sts' || kind === 'early-revocation' || kind === 'access-key-disabled';
}

/** A share is drawn once a call; without one nothing is. */
function falls(fault: MockFault, rng: Rng): boolean {
  return !('share' in fault) || fault.share === undefined || rng.chance(fault.share);
}

function struckBy(entry: KnownFault, caller: Caller | undefined, rng: Rng): Refusal | undefined {
  const { fault } = entry;
  switch (fault.kind) {
    case 'access-key-disabled':
      return caller?.kind === 'user' && caller.name === fault.user
        ? refused(stsError('InvalidAccessKeyId.Inactive'))
        : undefined;
    case 'outage':
      return falls(fault, rng) ? refused(stsError('ServiceUnavailable')) : undefined;
    case 'errors':
      return falls(fault, rng) ? refused(errorOf(fault)) : undefined;
    case 'succeed-then-fail':
      if (entry.passed < fault.calls) {
        entry.passed += 1;
        return undefined;
      }
      return falls(fault, rng) ? refused(errorOf(fault)) : undefined;
    case 'redirect-empty':
      return falls(fault, rng) ? lost('empty') : undefined;
    case 'connection-reset':
      return falls(fault, rng) ? lost('reset') : undefined;
    case 'hang':
      return falls(fault, rng) ? lost('hang') : undefined;
    default:
      return undefined;
  }
}

function spoiltBy(fault: MockFault, hasCredential: boolean): Delivery | undefined {
  switch (fault.kind) {
    case 'truncated-json':
    case 'malformed-json':
      return { kind: fault.kind };
    case 'missing-expiration':
      return hasCredential ? { kind: fault.kind } : undefined;
    default:
      return undefined;
  }
}

function lost(kind: 'empty' | 'reset' | 'hang'): Refusal {
  return { kind: 'refused', error: FAULT_ERRORS[kind], delivery: { kind } };
}

function errorOf({ code, status }: { readonly code: string; readonly status?: number }): StsError {
  const error = injectedError(code);
  return status === undefined ? error : { ...error, status };
}

/** The delivery of a decided outcome. */
export function deliveryOf(outcome: Outcome, bodyMs: number): Delivery {
  if (outcome.kind === 'refused' && outcome.delivery !== undefined) return outcome.delivery;
  return bodyMs > 0 ? { kind: 'slow-body', bodyMs } : NORMAL;
}
