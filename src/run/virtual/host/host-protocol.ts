/** What the thread of a host and the one that started it say to each other. */
import type { ExitCode, Problem } from '../../../kernel/errors.ts';
import type { SubjectResult } from '../../../measure/result.ts';
import type { SimulatedSubject, SubjectProgress, SubjectTask } from '../simulate-subject.ts';

export interface HostThreadData {
  readonly task: SubjectTask;
  /** Somebody looks at the figures on the way. */
  readonly isWatched: boolean;
}

export type ToHost =
  | { readonly kind: 'stop' }
  /** The last `look` was looked at. */
  | { readonly kind: 'looked' };

export type FromHost =
  | { readonly kind: 'progress'; readonly progress: SubjectProgress }
  | { readonly kind: 'look'; readonly nowMs: number; readonly sofar: SubjectResult }
  | { readonly kind: 'done'; readonly simulated: SimulatedSubject }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** A `HarnessError` on its way between threads, where errors lose all but their text. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];
}
