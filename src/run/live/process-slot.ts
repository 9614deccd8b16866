/**
 * One process of the fleet as its driver thread holds it: its client, its work, and what is known
 * of the credential that it was last handed.
 */
import { readTokenExpiryMs } from '../../../mock-sts/core/token.ts';
import type { Credentials } from '../../kernel/sts/credentials.ts';
import type { ArrivalStream } from '../../scenario/arrivals.ts';
import type { PlannedProcess } from '../../scenario/plan.ts';
import type { WorkQueue } from '../../scenario/work-queue.ts';
import type { CredentialClient, FastForward } from '../subjects/subject.ts';
import type { ResourceCalls } from './resource-calls.ts';

export class ProcessSlot {
  readonly process: PlannedProcess;
  readonly work: WorkQueue;
  /** What the requests do with their credential, where they call a service: in place of `work`. */
  readonly calls: ResourceCalls | undefined;
  readonly fastForward: FastForward;
  private readonly arrivals: ArrivalStream;

  client: CredentialClient | undefined;
  /** Requests asked, and not yet answered or still calling a service. */
  pending = 0;
  /** When something is due in a gap, virtual ms; see `scheduleInGap`. */
  gapDueMs = Number.NEGATIVE_INFINITY;
  /** A new credential came since `scheduleInGap` last looked. */
  credentialChanged = false;
  accessKeyId = '';
  /** Epoch ms; -Infinity before the first credential, Infinity where nobody knows an end. */
  expiresAtMs = Number.NEGATIVE_INFINITY;
  /** Epoch ms of the present credential's last use. */
  handedAtMs = Number.NaN;

  constructor(
    process: PlannedProcess,
    parts: {
      work: WorkQueue;
      calls?: ResourceCalls | undefined;
      arrivals: ArrivalStream;
      fastForward: FastForward;
    },
  ) {
    this.process = process;
    this.work = parts.work;
    this.calls = parts.calls;
    this.arrivals = parts.arrivals;
    this.fastForward = parts.fastForward;
  }

  /**
   * A credential other than the last is handed over. A client that does not tell its expiry (the
   * official SDK) is served by the token: the mock's tokens carry it.
   */
  adopt(credential: Credentials): void {
    this.accessKeyId = credential.accessKeyId;
    this.credentialChanged = true;
    this.handedAtMs = Number.NaN;
    this.expiresAtMs = credential.expiresAtMs ?? expiryIn(credential.securityToken);
  }

  /** How little was left of the present credential when it was last handed over. */
  get leastRemaining(): { readonly remainingMs: number; readonly atMs: number } | undefined {
    const remainingMs = this.expiresAtMs - this.handedAtMs;
    return remainingMs > 0 && remainingMs < Number.POSITIVE_INFINITY
      ? { remainingMs, atMs: this.handedAtMs }
      : undefined;
  }

  /**
   * The next event of this process in a gap, virtual ms: its start; while it has no credential, or
   * one that its client would refresh on demand, its next request; otherwise the first request
   * after the credential goes stale. What its client does by timer is the clock's to tell.
   */
  scheduleInGap(nowMs: number, zeroAtMs: number): void {
    if (this.client === undefined) {
      this.gapDueMs = this.process.startMs;
    } else if (this.fastForward.mode !== 'hops') {
      this.gapDueMs = Number.POSITIVE_INFINITY;
    } else {
      this.arrivals.seek(nowMs);
      // A request at this very instant has just been offered.
      if (this.arrivals.atMs <= nowMs) this.arrivals.advance();
      this.gapDueMs = this.arrivals.atMs;
      this.skipWhileFresh(zeroAtMs);
    }
  }

  /** Passes over the requests that the present credential would serve without a refresh. */
  skipWhileFresh(zeroAtMs: number): void {
    this.credentialChanged = false;
    if (this.fastForward.mode !== 'hops') return;
    const staleAtMs = this.expiresAtMs - this.fastForward.leadMs - zeroAtMs;
    if (staleAtMs <= this.gapDueMs) return;
    this.arrivals.seek(staleAtMs);
    this.gapDueMs = this.arrivals.atMs;
  }
}

function expiryIn(securityToken: string | undefined): number {
  const atMs = securityToken === undefined ? undefined : readTokenExpiryMs(securityToken);
  return atMs ?? Number.POSITIVE_INFINITY;
}
