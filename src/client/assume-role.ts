/**
 * One AssumeRole call of a client, whatever its source and transport do: it ends when the signal
 * aborts, it never rejects, and the credential it gives expires by the local clock.
 */
import type { AssumeRoleRequest } from '../kernel/sts/credentials.ts';
import { TIMEOUT } from './classify.ts';
import type { CredentialSource } from './client-options.ts';
import { CredentialError, type StsFailure } from './failure.ts';
import { localExpiryMs } from './local-expiry.ts';
import type { AssumeRoleOutcome, StsTransport } from './sts-transport.ts';

export interface Call {
  readonly source: CredentialSource;
  readonly transport: StsTransport;
  readonly request: AssumeRoleRequest;
  /** Local clock. */
  readonly sentAtMs: number;
}

export function assumeRole(call: Call, signal: AbortSignal): Promise<AssumeRoleOutcome> {
  return new Promise((resolve) => {
    const fail = (failure: StsFailure) => resolve({ kind: 'failed', failure });
    signal.addEventListener('abort', () => fail(TIMEOUT), { once: true });
    attempt(call, signal).then(resolve, (error) => fail(failureOf(error)));
  });
}

async function attempt(call: Call, signal: AbortSignal): Promise<AssumeRoleOutcome> {
  const source = await call.source.getCredentials();
  const outcome = await call.transport.assumeRole(call.request, source, signal);
  if (outcome.kind === 'failed') return outcome;
  const { credential, serverAtMs } = outcome;
  const { durationSeconds } = call.request;
  const { expiresAtMs } = credential;
  const localMs = localExpiryMs({
    sentAtMs: call.sentAtMs,
    durationSeconds,
    expiresAtMs,
    serverAtMs,
  });
  return { ...outcome, credential: Object.freeze({ ...credential, expiresAtMs: localMs }) };
}

/** Somebody else's error may quote anything: only what it is called goes on. */
function failureOf(error: unknown): StsFailure {
  if (error instanceof CredentialError) return error.failure;
  const name = error instanceof Error ? error.constructor.name : typeof error;
  const message = `the source of credentials, or the transport, threw (${name})`;
  return { kind: 'transient', code: 'SourceFailure', message };
}
