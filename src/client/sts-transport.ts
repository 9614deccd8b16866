/**
 * The way to STS: one call that issues a session of a role, whose outcome is a value. A transport neither caches nor
 * retries (but for one repetition where STS refused its timestamp); when to call is the cache's.
 */
import type {
  AssumeRoleRequest,
  CallerProof,
  SessionCredentials,
} from '../kernel/sts/credentials.ts';
import type { StsFailure } from './failure.ts';

export interface StsTransport {
  /**
   * `source` signs the call; where it is a token, the call is AssumeRoleWithOIDC, which nobody signs
   * and which has no ExternalId. An aborted `signal` ends it with the failure `Timeout`. Never rejects
   * for anything that STS or the network did.
   */
  assumeRole(
    request: AssumeRoleRequest,
    source: CallerProof,
    signal: AbortSignal,
  ): Promise<AssumeRoleOutcome>;
  close(): void | Promise<void>;
}

export type AssumeRoleOutcome =
  | {
      readonly kind: 'issued';
      /** `expiresAtMs` by STS's clock, as answered. */
      readonly credential: SessionCredentials;
      /** STS's clock at the answer (`Date` header), whole seconds. */
      readonly serverAtMs?: number;
    }
  | { readonly kind: 'failed'; readonly failure: StsFailure };
