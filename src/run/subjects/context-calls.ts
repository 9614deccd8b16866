/**
 * The calls that a context makes for a subject (`callerProof`, `assumeRole`), with a source and a
 * transport that are not the subject's own.
 */
import { type CallerSource, callAs, sourceOf } from '../../client/caller-source.ts';
import type { StsTransport } from '../../client/sts-transport.ts';
import type {
  AssumeRoleRequest,
  CallerProof,
  Credentials,
  SessionCredentials,
} from '../../kernel/sts/credentials.ts';
import { AssumeRoleError } from './assume-role-error.ts';

type Source = Credentials | CallerSource;

export async function proofOf(source: Source): Promise<CallerProof> {
  return sourceOf(source).ask();
}

/** One after the other, each with what the one before it gave. Throws AssumeRoleError. */
export async function assumeRoles(
  requests: readonly AssumeRoleRequest[],
  by: { readonly source: Source; readonly transport: StsTransport; readonly signal: AbortSignal },
): Promise<SessionCredentials> {
  let { source } = by;
  let session: SessionCredentials | undefined;
  for (const request of requests) {
    const outcome = await callAs(sourceOf(source), (proof) =>
      by.transport.assumeRole(request, proof, by.signal),
    );
    if (outcome.kind === 'failed') {
      throw new AssumeRoleError(outcome.failure.code, outcome.failure.message);
    }
    session = outcome.credential;
    source = session;
  }
  return session!;
}
