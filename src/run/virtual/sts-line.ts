/**
 * The way to STS and back in virtual time: the mock's core decides a call at the instant at which it
 * is made, and its answer comes after the latency that STS takes, or a timeout before it.
 */
import type { AssumeRoleDecision } from '../../../mock-sts/core/decision.ts';
import type { CallerIdentity } from '../../../mock-sts/core/identity.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import { classify, TIMEOUT } from '../../client/classify.ts';
import type { StsFailure } from '../../client/failure.ts';
import type { Rng } from '../../kernel/rng.ts';
import type { AssumeRoleRequest, SessionCredentials } from '../../kernel/sts/credentials.ts';
import { CallLog } from '../../measure/call-log.ts';
import { mockConfigOf } from '../../scenario/identities.ts';
import type { Plan } from '../../scenario/plan.ts';

/** Virtual zero is the epoch: instants keep their fractions. */
const ZERO_AT_MS = 0;
const NO_SECRETS = { accessKeyId: '', accessKeySecret: '' };

export interface Answer {
  readonly latencyMs: number;
  readonly credential: SessionCredentials | undefined;
  /** Where there is no credential. */
  readonly failure: StsFailure | undefined;
}

export interface Caller {
  readonly identity: CallerIdentity;
  readonly request: AssumeRoleRequest;
  readonly chance: { readonly latency: Rng; readonly faults: Rng };
  readonly callTimeoutMs: number;
}

export class StsLine {
  readonly calls = new CallLog(ZERO_AT_MS);
  private readonly sts: StsCore;
  private readonly failures = new Map<string, StsFailure>();

  constructor(plan: Plan) {
    this.sts = new StsCore(
      mockConfigOf(plan.scenario, { epochOfZeroMs: ZERO_AT_MS, seed: plan.seed }),
    );
  }

  /** Instants must not fall from call to call. */
  call({ identity, request, chance, callTimeoutMs }: Caller, nowMs: number): Answer {
    const decision = this.sts.assumeRole(identity, request, nowMs, chance);
    this.calls.append(decision.record);
    if (decision.latencyMs > callTimeoutMs) {
      return { latencyMs: callTimeoutMs, credential: undefined, failure: TIMEOUT };
    }
    return { latencyMs: decision.latencyMs, ...this.read(decision) };
  }

  private read({ outcome }: AssumeRoleDecision): Pick<Answer, 'credential' | 'failure'> {
    if (outcome.kind === 'issued') return { credential: outcome.credential, failure: undefined };
    const { code, status, message } = outcome.error;
    let failure = this.failures.get(code);
    if (failure === undefined) {
      failure = classify({ code, status, message, isEmpty: false }, NO_SECRETS);
      this.failures.set(code, failure);
    }
    return { credential: undefined, failure };
  }
}
