/**
 * Sends calls to real STS through the official client, each when the gate lets it pass, with the
 * credential of the chain and a session name that can be found again in ActionTrail.
 */
import type { CallerIdentityOutcome } from '../../../client/alicloud-caller-identity.ts';
import type { StsFailure } from '../../../client/failure.ts';
import type { AssumeRoleOutcome, StsTransport } from '../../../client/sts-transport.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { AssumeRoleRequest, Credentials } from '../../../kernel/sts/credentials.ts';
import type { CallGuard } from './call-guard.ts';
import type { ChainAnswer, CredentialChain } from './credential-chain.ts';
import { Gate } from './gate.ts';
import type { CallEnd, GuardStop } from './stop-rules.ts';
import { watched } from './wire-watch.ts';

export interface ForwarderTerms {
  readonly sessionPrefix: string;
  readonly guard: CallGuard;
  readonly chain: Pick<CredentialChain, 'ask' | 'isDue' | 'credential'>;
  /** To real STS. */
  readonly transport: Pick<StsTransport, 'assumeRole'>;
  readonly callerIdentity: (source: Credentials, clock: Clock) => Promise<CallerIdentityOutcome>;
  /** Follows a monotonic counter, and is nobody's to move. */
  readonly clock: Clock;
  readonly onStopped: (stop: GuardStop) => void;
}

/** What became of a call, once it is over on the wire. */
export interface Forwarded extends CallEnd {
  readonly failure: StsFailure | undefined;
  readonly tookMs: number;
}

export interface Forwarding {
  readonly request: AssumeRoleRequest;
  readonly isWanted: () => boolean;
  readonly onSent: () => void;
  readonly onEnd: (forwarded: Forwarded) => void;
  readonly onRefused: (stop: GuardStop) => void;
}

const SESSION_NAME_LENGTH_MAX = 64;
const NO_CREDENTIAL: StsFailure = {
  kind: 'transient',
  code: 'NoCredential',
  message: 'the credential chain gives no credential any more',
};

export class Forwarder {
  private readonly terms: ForwarderTerms;
  private readonly gate: Gate;
  /** Calls that the chain made for its first credential. */
  private ownCalls = 0;
  private renewal: Promise<void> | undefined;

  constructor(terms: ForwarderTerms) {
    this.terms = terms;
    this.gate = new Gate(terms.guard, terms.clock, terms.onStopped);
  }

  /** Before anything else: the chain's first credential, and who it belongs to. */
  async identify(): Promise<ChainAnswer & { readonly outcome: CallerIdentityOutcome | undefined }> {
    const { clock, guard, callerIdentity } = this.terms;
    const answer = await this.terms.chain.ask(clock.nowMs());
    this.ownCalls = answer.ownCalls;
    guard.charge(answer.ownCalls, clock.nowMs());
    const { credential } = answer;
    const outcome = credential && (await callerIdentity(credential, clock));
    return { ...answer, outcome };
  }

  async forward(forwarding: Forwarding): Promise<void> {
    const { clock } = this.terms;
    if (this.terms.chain.isDue(clock.nowMs())) await this.renewOnce();
    const { isWanted, onRefused, onEnd } = forwarding;
    const send = async () => {
      const end = await this.send(forwarding);
      onEnd(end);
      return end;
    };
    this.gate.pass({ isWanted, onRefused, send });
  }

  stop(stop: GuardStop): void {
    this.gate.stop(stop);
  }

  /** Resolves when every call that was sent is over. */
  landed(): Promise<void> {
    return this.gate.landed();
  }

  private async send({ request, onSent }: Forwarding): Promise<Forwarded> {
    const { clock } = this.terms;
    const { credential } = this.terms.chain;
    const sentAtMs = clock.nowMs();
    if (credential === undefined) {
      return { outcome: 'failed', code: NO_CREDENTIAL.code, failure: NO_CREDENTIAL, tookMs: 0 };
    }
    onSent();
    const { value, seen } = await watched(() =>
      this.terms.transport.assumeRole(
        this.prefixed(request),
        credential,
        new AbortController().signal,
      ),
    );
    const tookMs = clock.nowMs() - sentAtMs;
    return { ...endOf(value, seen.status), tookMs };
  }

  private prefixed(request: AssumeRoleRequest): AssumeRoleRequest {
    const name = `${this.terms.sessionPrefix}-${request.roleSessionName}`;
    return { ...request, roleSessionName: name.slice(0, SESSION_NAME_LENGTH_MAX) };
  }

  private renewOnce(): Promise<void> {
    this.renewal ??= this.renew();
    return this.renewal;
  }

  /** With as many permissions as the chain may need: a chain that calls nobody needs none. */
  private async renew(): Promise<void> {
    const { clock, guard } = this.terms;
    const ask = async (): Promise<CallEnd | undefined> => {
      const { credential, ownCalls } = await this.terms.chain.ask(clock.nowMs());
      // Another source than at first may have answered.
      guard.charge(Math.max(0, ownCalls - this.ownCalls), clock.nowMs());
      if (ownCalls === 0) return undefined;
      return credential === undefined
        ? { outcome: 'failed', code: NO_CREDENTIAL.code }
        : { outcome: 'succeeded', code: 'OK' };
    };
    await this.withPermissions(this.ownCalls, ask);
    this.renewal = undefined;
  }

  private withPermissions(
    count: number,
    use: () => Promise<CallEnd | undefined>,
  ): Promise<CallEnd | undefined> {
    if (count === 0) return use();
    return new Promise((resolve) => {
      this.gate.pass({
        isWanted: () => true,
        onRefused: () => resolve(undefined),
        send: async () => {
          const end = await this.withPermissions(count - 1, use);
          resolve(end);
          return end;
        },
      });
    });
  }
}

/** A bare 302 is throttling, too ("FAQ about RAM roles and STS tokens"); the client does not tell it. */
function endOf(outcome: AssumeRoleOutcome, status: number | undefined): Omit<Forwarded, 'tookMs'> {
  if (outcome.kind === 'issued') return { outcome: 'succeeded', code: 'OK', failure: undefined };
  const { failure } = outcome;
  if (status === 302 && failure.kind !== 'throttled') {
    const throttled: StsFailure = {
      kind: 'throttled',
      code: 'Throttling',
      message: 'STS answered with status 302',
      status,
    };
    return { outcome: 'throttled', code: throttled.code, failure: throttled };
  }
  const kind = failure.kind === 'throttled' ? 'throttled' : 'failed';
  return { outcome: kind, code: failure.code, failure };
}
