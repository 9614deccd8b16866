/**
 * What is wrong with STS at an instant: the faults of its configuration, and those that somebody adds
 * while it runs. Three questions are asked of it for a call: is it struck down, is its answer spoilt,
 * how much longer does it take. While nothing is in force, each costs two comparisons.
 *
 * Others' use of the quota is a fault too, but it is spent in `background.ts`.
 */
import { drawerOf } from '../../src/kernel/distribution.ts';
import type { Rng } from '../../src/kernel/rng.ts';
import { injectedError, type StsError, stsError } from '../../src/kernel/sts/error-codes.ts';
import type { MockFault } from './config.ts';
import {
  type Delivery,
  type Described,
  FAULT_ERRORS,
  type Issued,
  NORMAL,
  type Refusal,
} from './decision.ts';
import { issuedAtMs } from './identifiers.ts';
import type { Caller } from './identity.ts';

export const FAULTS_MAX = 1_000;

export interface FaultEntry {
  /** `fault-1`, `fault-2`, … in the order in which they came. */
  readonly id: string;
  /** The name it was asked for by, see `fault-kinds.ts`. */
  readonly name: string;
  readonly fault: MockFault;
}

/** An entry, and what has to be remembered of it. */
interface Known extends FaultEntry {
  /** Calls that it let pass. */
  passed: number;
  readonly drawMs: (rng: Rng) => number;
}

type Outcome = Issued | Described | Refusal;

const NONE: readonly Known[] = [];

export class FaultSchedule {
  private known: Known[] = [];
  private nextId = 1;
  /** In force from `sinceMs` until before `untilMs`. */
  private inForce: readonly Known[] = NONE;
  private sinceMs = -Infinity;
  private untilMs = Infinity;

  constructor(faults: readonly MockFault[]) {
    for (const fault of faults) this.add(fault);
  }

  /** Undefined if there are `FAULTS_MAX` already. */
  add(fault: MockFault, name: string = fault.kind): FaultEntry | undefined {
    if (this.known.length >= FAULTS_MAX) return undefined;
    const entry = { id: `fault-${this.nextId}`, name, fault, passed: 0, drawMs: addedBy(fault) };
    this.nextId += 1;
    this.known = [...this.known, entry];
    this.forget();
    return entry;
  }

  /** Whether there was one of that id. */
  remove(id: string): boolean {
    const before = this.known.length;
    this.known = this.known.filter((entry) => entry.id !== id);
    this.forget();
    return this.known.length < before;
  }

  removeAll(): void {
    this.known = [];
    this.forget();
  }

  list(): readonly FaultEntry[] {
    return this.known.map(({ id, name, fault }) => ({ id, name, fault }));
  }

  isActive({ fault }: FaultEntry, nowMs: number): boolean {
    return fault.fromMs <= nowMs && nowMs < fault.toMs;
  }

  /** What befalls a call before STS looks at it. The first fault that strikes is the one. */
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
    for (const { fault } of this.at(nowMs)) {
      const delivery = spoiltBy(fault, outcome);
      if (delivery === undefined || !falls(fault, rng)) continue;
      const status = outcome.kind === 'refused' ? outcome.error.status : 200;
      const error: StsError = { ...FAULT_ERRORS.badResponse, status };
      return { kind: 'refused', error, delivery, spoilt: outcome };
    }
    return outcome;
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

  private at(nowMs: number): readonly Known[] {
    if (nowMs >= this.untilMs || nowMs < this.sinceMs) this.look(nowMs);
    return this.inForce;
  }

  private look(nowMs: number): void {
    this.inForce = this.known.filter((entry) => this.isActive(entry, nowMs));
    this.sinceMs = -Infinity;
    this.untilMs = Infinity;
    for (const edgeMs of this.known.flatMap(({ fault }) => [fault.fromMs, fault.toMs])) {
      if (edgeMs <= nowMs) this.sinceMs = Math.max(this.sinceMs, edgeMs);
      else this.untilMs = Math.min(this.untilMs, edgeMs);
    }
  }

  /** So that the next question looks anew. */
  private forget(): void {
    this.sinceMs = Infinity;
  }
}

/** A share is drawn once a call; without one nothing is. */
function falls(fault: MockFault, rng: Rng): boolean {
  return !('share' in fault) || fault.share === undefined || rng.chance(fault.share);
}

function struckBy(entry: Known, caller: Caller | undefined, rng: Rng): Refusal | undefined {
  const { fault } = entry;
  switch (fault.kind) {
    case 'access-key-disabled':
      return caller?.kind === 'user' && caller.name === fault.user
        ? refusedWith(stsError('InvalidAccessKeyId.Inactive'))
        : undefined;
    case 'outage':
      return falls(fault, rng) ? refusedWith(stsError('ServiceUnavailable')) : undefined;
    case 'errors':
      return falls(fault, rng) ? refusedWith(errorOf(fault)) : undefined;
    case 'succeed-then-fail':
      if (entry.passed < fault.calls) {
        entry.passed += 1;
        return undefined;
      }
      return falls(fault, rng) ? refusedWith(errorOf(fault)) : undefined;
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

/** Only a credential has an Expiration to miss. */
function spoiltBy(fault: MockFault, outcome: Outcome): Delivery | undefined {
  switch (fault.kind) {
    case 'truncated-json':
    case 'malformed-json':
      return { kind: fault.kind };
    case 'missing-expiration':
      return outcome.kind === 'issued' ? { kind: fault.kind } : undefined;
    default:
      return undefined;
  }
}

function refusedWith(error: StsError): Refusal {
  return { kind: 'refused', error };
}

function lost(kind: 'empty' | 'reset' | 'hang'): Refusal {
  return { kind: 'refused', error: FAULT_ERRORS[kind], delivery: { kind } };
}

function errorOf({ code, status }: { readonly code: string; readonly status?: number }): StsError {
  const error = injectedError(code);
  return status === undefined ? error : { ...error, status };
}

function addedBy(fault: MockFault): (rng: Rng) => number {
  if (fault.kind !== 'latency') return () => 0;
  if ('added' in fault) return drawerOf(fault.added);
  const { addMs } = fault;
  return () => addMs;
}

/** The delivery of a decided outcome. */
export function deliveryOf(outcome: Outcome, bodyMs: number): Delivery {
  if (outcome.kind === 'refused' && outcome.delivery !== undefined) return outcome.delivery;
  return bodyMs > 0 ? { kind: 'slow-body', bodyMs } : NORMAL;
}
