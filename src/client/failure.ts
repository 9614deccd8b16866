/**
 * A failed AssumeRole call as a value, and what can be done about it.
 */

/**
 * `throttled`: refused for quota, try later and less often. `transient`: STS or the network failed,
 * try again. `fatal`: the same call will fail again (permission, signature, parameters).
 */
export type FailureKind = 'throttled' | 'transient' | 'fatal';

export interface StsFailure {
  readonly kind: FailureKind;
  /** STS error code (`Throttling.User`), or one of the transport's own: `Timeout`, `ConnectionReset`, `BadResponse`. */
  readonly code: string;
  /** Text fit for a log: never holds a secret or a token. */
  readonly message: string;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  readonly requestId?: string;
  /** How long STS asks to wait (`x-acs-retry-after`), milliseconds. */
  readonly retryAfterMs?: number;
}

/** What a caller that is refused a credential gets. Match on `code`, never on the text. */
export class CredentialError extends Error {
  readonly code: string;
  readonly failure: StsFailure;

  constructor(failure: StsFailure) {
    const requestId = failure.requestId === undefined ? '' : ` (RequestId ${failure.requestId})`;
    super(`${failure.code}: ${failure.message}${requestId}`);
    this.name = 'CredentialError';
    this.code = failure.code;
    this.failure = failure;
  }
}
