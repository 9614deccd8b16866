/**
 * One call as STS saw it, or, where STS cannot be asked, as the client saw it. Counts,
 * peaks and the use of quotas are made from these alone.
 */
export interface CallRecord {
  /** Epoch milliseconds at which STS received it. */
  readonly atMs: number;
  readonly action: string;
  /** The caller's account and region: the account quota's key. */
  readonly accountId: string;
  readonly region: string;
  /** RAM user (or `role/<name>`) that called; empty when the signature did not tell. */
  readonly caller: string;
  /** Empty for actions without one. */
  readonly roleArn: string;
  readonly outcome: 'succeeded' | 'throttled' | 'failed';
  /** Error code; `OK` when it succeeded. */
  readonly code: string;
  /** Which quota refused it. */
  readonly throttledBy?: 'role' | 'account';
  /** Time spent in STS, its modelled latency and faults included. */
  readonly serviceMs: number;
}

/** The two actions that give a session of a role; the account quota counts each by itself. */
export function isSessionAction(action: string): boolean {
  return action === 'AssumeRole' || action === 'AssumeRoleWithOIDC';
}
