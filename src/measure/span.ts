/**
 * Virtual time as a run sees it: windows, replayed at full load, and gaps between them. Instants are
 * milliseconds from virtual zero.
 */
export interface Span {
  readonly name: string;
  readonly atMs: number;
  readonly forMs: number;
}

/** What recorder and result need to know of a run before it starts. */
export interface RunShape {
  readonly apps: readonly {
    readonly name: string;
    readonly roleArn: string;
    readonly user: string;
  }[];
  /** Ordered and disjoint. */
  readonly windows: readonly Span[];
  /** End of the covered virtual time. */
  readonly endMs: number;
  /** A shorter wait than this is no stall. */
  readonly stallThresholdMs: number;
}
