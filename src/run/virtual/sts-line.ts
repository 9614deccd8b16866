/**
 * The way to STS and back in virtual time: the mock's core decides a call at the instant at which it
 * is made, and its answer comes after the latency that STS takes, or a timeout before it. An answer
 * that a fault spoils or keeps back is the failure that a client makes of it.
 */
import type { MockStsConfig } from '../../../mock-sts/core/config.ts';
import type { AssumeRoleDecision } from '../../../mock-sts/core/decision.ts';
import type { CallerIdentity } from '../../../mock-sts/core/identity.ts';
import type { RamSecrets } from '../../../mock-sts/core/ram-secrets.ts';
import { StsCore } from '../../../mock-sts/core/service.ts';
import { classify, TIMEOUT } from '../../client/classify.ts';
import type { StsFailure } from '../../client/failure.ts';
import type { Rng } from '../../kernel/rng.ts';
import type { AssumeRoleRequest, SessionCredentials } from '../../kernel/sts/credentials.ts';
import { CallLog } from '../../measure/call-log.ts';
import { mockConfigOf } from '../../scenario/identities.ts';
import type { Plan } from '../../scenario/plan.ts';
import type { Proof } from './caller-source.ts';

/** Virtual zero is the epoch: instants keep their fractions. */
const ZERO_AT_MS = 0;
const NO_SECRETS = { accessKeyId: '', accessKeySecret: '' };

export interface Answer {
  readonly latencyMs: number;
  readonly credential: SessionCredentials | undefined;
  /** Where there is no credential. */
  readonly failure: StsFailure | undefined;
  /** How far STS's clock is ahead. */
  readonly clockOffsetMs: number;
}

export interface Call {
  readonly request: AssumeRoleRequest;
  readonly chance: { readonly latency: Rng; readonly faults: Rng };
  readonly callTimeoutMs: number;
  readonly limitsSilence: boolean;
}

export interface Caller extends Call {
  readonly identity: CallerIdentity;
}

export class StsLine {
  readonly calls = new CallLog(ZERO_AT_MS);
  readonly config: MockStsConfig;
  private readonly sts: StsCore;
  private readonly failures = new Map<string, StsFailure>();

  constructor(plan: Plan) {
    this.config = mockConfigOf(plan.scenario, { epochOfZeroMs: ZERO_AT_MS, seed: plan.seed });
    this.sts = new StsCore(this.config);
  }

  /** Of whom the mock holds the secrets. */
  get secrets(): RamSecrets {
    return this.sts.secrets;
  }

  /** With a permanent key. Instants must not fall from call to call. */
  call(caller: Caller, nowMs: number): Answer {
    const { identity, request, chance } = caller;
    return this.answerOf(this.sts.assumeRole(identity, request, nowMs, chance), caller);
  }

  /** With a key that may have ended, or a token. */
  callAs(proof: Proof, call: Call, nowMs: number): Answer {
    const { request, chance } = call;
    const decision =
      proof.kind === 'key'
        ? this.sts.assumeRole(proof.identity, request, nowMs, chance, proof.key)
        : this.sts.assumeRoleWithOidc({ ...request, ...proof.token }, nowMs, chance);
    return this.answerOf(decision, call);
  }

  private answerOf(decision: AssumeRoleDecision, call: Call): Answer {
    const { callTimeoutMs } = call;
    this.calls.append(decision.record);
    const { latencyMs, clockOffsetMs, delivery } = decision;
    const isDribbled = delivery.kind === 'slow-body' && call.limitsSilence;
    const silentMs = isDribbled ? latencyMs - delivery.bodyMs : latencyMs;
    if (silentMs > callTimeoutMs) {
      return { latencyMs: callTimeoutMs, credential: undefined, failure: TIMEOUT, clockOffsetMs };
    }
    return { latencyMs, clockOffsetMs, ...this.read(decision) };
  }

  private read({ outcome, delivery }: AssumeRoleDecision): Pick<Answer, 'credential' | 'failure'> {
    if (outcome.kind === 'issued') return { credential: outcome.credential, failure: undefined };
    const { code, status, message } = outcome.error;
    const key = `${status} ${code}`;
    let failure = this.failures.get(key);
    if (failure === undefined) {
      const isEmpty = delivery.kind === 'empty';
      const classified = classify({ code, status, message, isEmpty }, NO_SECRETS);
      failure = delivery.kind === 'reset' ? withoutStatus(classified) : classified;
      this.failures.set(key, failure);
    }
    return { credential: undefined, failure };
  }
}

/** A call that got no answer has none. */
function withoutStatus({ status: _, ...failure }: StsFailure): StsFailure {
  return failure;
}
