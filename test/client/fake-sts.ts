/**
 * A transport that answers from a script, in virtual time.
 */
import type { StsFailure } from '../../src/client/failure.ts';
import type { AssumeRoleOutcome, StsTransport } from '../../src/client/sts-transport.ts';
import type { AssumeRoleRequest, Credentials } from '../../src/kernel/sts/credentials.ts';
import type { VirtualClock } from '../../src/kernel/virtual-clock.ts';

/** What STS does from now on: issue, fail, or never answer. */
export type Behaviour = 'issue' | 'hang' | StsFailure;

export class FakeSts implements StsTransport {
  behaviour: Behaviour = 'issue';
  latencyMs = 50;
  /** STS's clock minus ours; undefined: it sends no `Date`. */
  skewMs: number | undefined = 0;
  readonly calls: { atMs: number; request: AssumeRoleRequest; source: Credentials }[] = [];
  aborted = 0;
  isClosed = false;
  private readonly clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.clock = clock;
  }

  async assumeRole(
    request: AssumeRoleRequest,
    source: Credentials,
    signal: AbortSignal,
  ): Promise<AssumeRoleOutcome> {
    this.calls.push({ atMs: this.clock.nowMs(), request, source });
    signal.addEventListener('abort', () => {
      this.aborted += 1;
    });
    const { behaviour } = this;
    const number = this.calls.length;
    const answerAtMs =
      behaviour === 'hang' ? Number.POSITIVE_INFINITY : this.clock.nowMs() + this.latencyMs;
    await new Promise<void>((resolve) => this.clock.setTimer(answerAtMs, resolve));
    if (typeof behaviour === 'object') return { kind: 'failed', failure: behaviour };
    const serverAtMs = this.clock.nowMs() + (this.skewMs ?? 0);
    const credential = {
      accessKeyId: `STS.number${number}`,
      accessKeySecret: `secret-of-${number}`,
      securityToken: `token-of-${number}`,
      expiresAtMs: serverAtMs + request.durationSeconds * 1_000,
    };
    const date = this.skewMs === undefined ? {} : { serverAtMs };
    return { kind: 'issued', credential, ...date };
  }

  close(): void {
    this.isClosed = true;
  }
}
