/** What the thread of a host and the one that started it say to each other. */
import type { ExitCode, Problem } from '../../../kernel/errors.ts';
import type { SimulatedSubject, SubjectProgress, SubjectTask } from '../simulate-subject.ts';

export type HostThreadData = SubjectTask;

export interface ToHost {
  readonly kind: 'stop';
}

export type FromHost =
  | { readonly kind: 'progress'; readonly progress: SubjectProgress }
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
