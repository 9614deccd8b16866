/**
 * What happens to one client, or a few, at which instant: who asks when, and what STS answers. Data
 * only: `run/virtual/script` plays it on real clients, in virtual time.
 *
 * Instants are ms from virtual zero, at which the first client starts.
 */
export interface Script {
  /** When clients start, one instant each; the first is 0. Default: one client, at 0. */
  readonly startsAtMs?: readonly number[];
  /** What clients are told to ask for; defaults: 3,600 s, and no external id. */
  readonly durationSeconds?: number;
  readonly externalId?: string;
  /** Each client has a role of its own, in place of one for all. */
  readonly rolePerClient?: boolean;
  /** Clients' clocks are ahead by so much; behind where it is negative. */
  readonly skewMs?: number;
  /** What STS takes for an answer; default 20. */
  readonly latencyMs?: number;
  readonly rotation?: KeyRotation;
  readonly faults?: readonly ScriptedFault[];
  readonly edits?: readonly AnswerEdit[];
  readonly steps: readonly Step[];
  readonly endMs: number;
}

/**
 * The AccessKey that clients call STS with is in KMS, where they can read it, and is replaced once. They
 * are handed the first one, too, as applications are that know of no KMS.
 */
export interface KeyRotation {
  readonly atMs: number;
  /** Both keys work for so long; the old one is gone then. */
  readonly overlapMs: number;
  /** How long clients are told to use a key that they have read. */
  readonly ttlMs: number;
}

export interface Span {
  readonly fromMs: number;
  /** Exclusive; for good where left out. */
  readonly toMs?: number;
}

/** A fault of the mock, with its parameters as docs/faults.md has them. */
export interface ScriptedFault extends Span {
  readonly fault: Readonly<Record<string, unknown>> & { readonly kind: string };
}

/** Answers of STS in the span have another Expiration, or lack a field. */
export type AnswerEdit = Span &
  (
    | { readonly lifetimeMs: number }
    | { readonly omit: 'AccessKeyId' | 'AccessKeySecret' | 'SecurityToken' }
  );

export type Step =
  /** So many requests of one client at the same instant; default: one of the first. */
  | {
      readonly kind: 'request';
      readonly atMs: number;
      readonly count?: number;
      readonly client?: number;
    }
  /** One request of every client each `everyMs`, from `fromMs` on, before `toMs`. */
  | {
      readonly kind: 'load';
      readonly fromMs: number;
      readonly toMs: number;
      readonly everyMs: number;
    }
  | { readonly kind: 'close'; readonly atMs: number }
  /** The first client is told that a service refused the credential that it served last. */
  | { readonly kind: 'invalidate'; readonly atMs: number }
  /** The machine stands still for so long: clocks go on, timers fire late. */
  | { readonly kind: 'leap'; readonly atMs: number; readonly byMs: number };
