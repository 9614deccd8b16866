import type { Window } from '../scenario/scenario.ts';

/** What recorder and result need to know of a run before it starts. Instants: ms from virtual zero. */
export interface RunShape {
  readonly apps: readonly {
    readonly name: string;
    readonly user: string;
    readonly roleArn: string;
  }[];
  /** Ordered and disjoint: replayed at full load. What lies between them is a gap. */
  readonly windows: readonly Window[];
  /** End of the covered virtual time. */
  readonly endMs: number;
  /** A shorter wait than this is no stall. */
  readonly stallThresholdMs: number;
}
