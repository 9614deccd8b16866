/**
 * A check of a client: a promise that a credential client should keep, the script that puts it to the
 * test, and the judgement of what was seen. Pure: whoever plays the script is elsewhere.
 */
import type { Observed } from '../../measure/observed.ts';
import type { Script } from '../../scenario/script.ts';
import type { CheckLimits } from './limits.ts';

export interface Promised {
  /** Stable, kebab-case. */
  readonly name: string;
  /** One sentence: what a client that passes does. */
  readonly proves: string;
  /** One sentence: what happens in production to those that do not. */
  readonly why: string;
}

/** Judged by scripts of its own. */
export interface ScriptedCheck extends Promised {
  readonly kind: 'scripted';
  readonly cases: (limits: CheckLimits) => readonly CheckCase[];
}

/** Judged by what was seen in all scripts of the others. */
export interface SweepingCheck extends Promised {
  readonly kind: 'sweeping';
  readonly judge: (played: readonly PlayedCase[]) => Finding;
}

export type ClientCheck = ScriptedCheck | SweepingCheck;

export interface CheckCase {
  /** Such as `Throttling.User`; empty for the only one. */
  readonly name: string;
  readonly script: Script;
  readonly judge: (seen: Observed) => Finding;
}

export interface PlayedCase {
  readonly check: string;
  readonly case: string;
  readonly seen: Observed;
}

export type Finding =
  | { readonly status: 'passed' | 'failed'; readonly seen: string; readonly wanted: string }
  | { readonly status: 'skipped'; readonly reason: string };

export function scripted(
  promised: Promised,
  cases: (limits: CheckLimits) => readonly CheckCase[],
): ScriptedCheck {
  return { kind: 'scripted', ...promised, cases };
}

/** For a check with one script. */
export function onlyCase(script: Script, judge: CheckCase['judge']): readonly CheckCase[] {
  return [{ name: '', script, judge }];
}

/** `throttling-backs-off (Throttling.User)` */
export function scriptOf(played: PlayedCase): string {
  return played.case === '' ? played.check : `${played.check} (${played.case})`;
}
