import type { RunShape } from '../../measure/run-shape.ts';
import type { Plan } from '../../scenario/plan.ts';
import type { VirtualSubject } from './virtual-subject.ts';

export interface SimulationParts {
  readonly plan: Plan;
  readonly shape: RunShape;
  /** By app. */
  readonly subjects: readonly VirtualSubject[];
  /** The subject that takes the place of every app's own, if one does. */
  readonly override: string | undefined;
  /** False: every request is simulated, for comparison. */
  readonly skipsAhead: boolean;
  /** A plan of at most so many requests has its skipped ones counted, a larger one drawn. */
  readonly countedMax: number;
  /** By app: requests between windows are left out. */
  readonly windowsOnly: readonly boolean[];
}
