/**
 * What was seen of clients while a script was played. It holds no key, secret or token: what a client
 * served is told by which answer of STS it came from.
 *
 * Instants are ms from virtual zero.
 */
export interface Observed {
  /** In the order in which they asked. */
  readonly requests: readonly SeenRequest[];
  /** AssumeRole calls and its kin, in the order in which STS received them. */
  readonly calls: readonly SeenCall[];
  readonly closes: readonly SeenClose[];
  /** Whether a client has asked KMS for the key that it calls STS with. */
  readonly readsKey: boolean;
  /** Whether the client has `invalidate`, and was told. */
  readonly toldInvalid: boolean;
  readonly crashes: readonly SeenCrash[];
  /** What is left at the end. */
  readonly timers: readonly { readonly dueAtMs: number; readonly isReferenced: boolean }[];
  readonly sockets: readonly { readonly host: string; readonly isReferenced: boolean }[];
  readonly endedAtMs: number;
  /** The client made too many calls for the script to be played to its end. */
  readonly isCut: boolean;
}

export interface SeenRequest {
  readonly client: number;
  readonly askedAtMs: number;
  readonly outcome: RequestOutcome;
}

export type RequestOutcome =
  | { readonly state: 'waiting' }
  | { readonly state: 'served'; readonly endedAtMs: number; readonly handed: Handed }
  | { readonly state: 'failed'; readonly endedAtMs: number; readonly error: SeenError };

/** A credential as a client handed it over. */
export interface Handed {
  /** The answer that its AccessKeyId came with; undefined if STS never issued it. */
  readonly issue: SeenIssue | undefined;
  /** Key, secret and token are those of one answer. */
  readonly isWhole: boolean;
}

export interface SeenIssue {
  /** 0-based, in the order of issue. */
  readonly number: number;
  readonly atMs: number;
  /** As the answer said, by STS's clock; where it did not, as asked for. */
  readonly expiresAtMs: number;
  readonly roleArn: string;
  readonly roleSessionName: string;
}

export interface SeenError {
  readonly isError: boolean;
  /** Secrets masked, and cut to a line's length. */
  readonly text: string;
  /** `code` of the error, where it has one. */
  readonly code: string | undefined;
  /** What its texts give away: `SecurityToken, in its message`. */
  readonly leaks: readonly string[];
}

export interface SeenCall {
  readonly client: number;
  readonly atMs: number;
  /** When the answer, or the connection, ended. */
  readonly answeredAtMs: number | undefined;
  readonly outcome: 'succeeded' | 'throttled' | 'failed';
  /** Error code; `OK` when it succeeded. */
  readonly code: string;
  readonly issue: SeenIssue | undefined;
}

export interface SeenClose {
  readonly atMs: number;
  readonly outcome: 'closed' | 'failed' | 'hangs' | 'has-none';
}

export interface SeenCrash {
  readonly atMs: number;
  readonly kind: 'exception' | 'rejection';
  readonly text: string;
}
