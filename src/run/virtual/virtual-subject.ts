/**
 * What the simulator has to know of a subject: which cache its clients decide by, and the shell
 * around it. Shells do no more here than a call's timeout and a credential's expiry by the client's
 * own reckoning.
 */
import type { CacheChance, CredentialCache } from '../../client/credential-cache.ts';
import type { SessionCredentials } from '../../kernel/sts/credentials.ts';
import type { SessionFacts } from '../../models/lease-holder.ts';
import type { PlannedProcess } from '../../scenario/plan.ts';
import type { App } from '../../scenario/scenario.ts';
import type { Claims } from '../subjects/claims.ts';

export interface VirtualSubject {
  readonly name: string;
  /** Whose requests one client serves. */
  readonly scope: 'process' | 'host';
  /** What the process does when it starts: `warm-up` asks and nobody waits for it, `call` keeps nothing. */
  readonly atStart: 'nothing' | 'warm-up' | 'call';
  /** What one AssumeRole call may take. */
  readonly callTimeoutMs: number;
  /** The limit is on silence, not on the whole call. */
  readonly limitsSilence?: boolean | undefined;
  /** Asked for whatever the scenario says; undefined: as it says. */
  readonly durationSeconds?: number | undefined;
  /** False where every request is a call: there is nothing to skip. */
  readonly caches: boolean;
  /** Nobody knows what a request may be, so that each is asked. */
  readonly isOpaque?: boolean;
  readonly claims?: Claims;
  /**
   * What becomes of the key that it calls with, where that is not the process's own: `renewed`, at
   * every hop, as the reference client does it; `at-start`, read once; `anew`, every hop for each call.
   * `own`: a real client, which sees to it itself.
   */
  readonly source: 'renewed' | 'at-start' | 'anew' | 'own';
  /** Throws HarnessError (exit 2) for an app whose identity it knows no way to. */
  checkApp?(app: App): void;
  /** What is to be said beside its figures. */
  readonly note?: string;
  newCache(chance: CacheChance, session: SessionFacts, process: PlannedProcess): CredentialCache;
  /** The credential as the client keeps it; as STS issued it where this is left out. */
  receive?(credential: SessionCredentials, call: CallTimes): SessionCredentials;
}

export interface CallTimes {
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  readonly durationSeconds: number;
  /** How far STS's clock, and so its `Date`, is ahead. */
  readonly clockOffsetMs: number;
}
