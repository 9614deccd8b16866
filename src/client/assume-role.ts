/**
 * One call of a client for a session of its role, whatever its source and transport do: the
 * credential that it gives expires by the local clock.
 */
import type { Clock } from '../kernel/clock.ts';
import type { AssumeRoleRequest, CallerProof } from '../kernel/sts/credentials.ts';
import { callAs, type ProofSource } from './caller-source.ts';
import { localExpiryMs } from './local-expiry.ts';
import type { AssumeRoleOutcome, StsTransport } from './sts-transport.ts';

export interface Call {
  readonly source: ProofSource<CallerProof>;
  readonly transport: StsTransport;
  readonly request: AssumeRoleRequest;
  readonly clock: Clock;
}

/** Rejects where source or transport does. */
export function assumeRole(call: Call, signal: AbortSignal): Promise<AssumeRoleOutcome> {
  const { transport, request, clock } = call;
  return callAs(call.source, async (proof) => {
    const sentAtMs = clock.nowMs();
    const outcome = await transport.assumeRole(request, proof, signal);
    return expiringLocally(outcome, { sentAtMs, durationSeconds: request.durationSeconds });
  });
}

/** `durationSeconds`: what was asked for; infinite where nobody asks for a duration. */
export function expiringLocally(
  outcome: AssumeRoleOutcome,
  asked: { readonly sentAtMs: number; readonly durationSeconds: number },
): AssumeRoleOutcome {
  if (outcome.kind === 'failed') return outcome;
  const { credential, serverAtMs } = outcome;
  const expiresAtMs = localExpiryMs({
    ...asked,
    expiresAtMs: credential.expiresAtMs,
    serverAtMs,
  });
  return { ...outcome, credential: Object.freeze({ ...credential, expiresAtMs }) };
}
