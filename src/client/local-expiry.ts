/**
 * When a credential expires by the clock of this machine, which may differ from STS's.
 */
export interface Issue {
  /** Local clock before the call was made: the credential was issued later, so it lives longer. */
  readonly sentAtMs: number;
  readonly durationSeconds: number;
  /** By STS's clock, as answered. */
  readonly expiresAtMs: number;
  /** STS's clock at the answer, where it told. */
  readonly serverAtMs?: number | undefined;
}

/**
 * Local sending time plus lifetime. The lifetime is what lies between the two instants that STS
 * gave, on its own clock: no skew enters. It is never taken as longer than what was asked for,
 * which also guards against a proxy that rewrites `Date`. Without `Date`, a local clock that runs
 * ahead shortens the lifetime, and one that is behind is caught by the duration.
 */
export function localExpiryMs(issue: Issue): number {
  const askedMs = issue.durationSeconds * 1_000;
  const lifetimeMs = issue.expiresAtMs - (issue.serverAtMs ?? issue.sentAtMs);
  return issue.sentAtMs + Math.min(lifetimeMs, askedMs);
}
