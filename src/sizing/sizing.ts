import type { Entry } from '../run/subjects/line-up.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Threshold } from '../verdict/thresholds.ts';
import type { Crew } from './crew.ts';
import type { Stage } from './situations.ts';
import type { SizeOptions } from './size-options.ts';

/** What all parts of one sizing have in common. */
export interface Sizing {
  readonly scenario: Scenario;
  readonly options: SizeOptions;
  readonly entry: Entry;
  readonly isDefault: boolean;
  readonly objectives: readonly Threshold[];
  readonly stages: readonly Stage[];
  readonly crew: Crew;
  /** The `index`-th seed: the scenario's own, and others derived from it. */
  readonly seed: (index: number) => number;
}
