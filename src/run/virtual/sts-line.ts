/**
 * The way to STS and back in virtual time: the mock's core decides a call at the instant at which it
 * is made, and its answer comes after the latency that STS takes, or a timeout before it. An answer
 * that a fault spoils or keeps back is the failure that a client makes of it.
 */
import type { AssumeRoleDecision } from '../../../mock-sts/core/decision.ts';
import type { FaultList } from '../../../mock-sts/core/fault-list.ts';
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
  /** How far STS's clock is ahead. */
  readonly clockOffsetMs: number;
}

export interface Caller {
  readonly identity: CallerIdentity;
  readonly request: AssumeRoleRequest;
  readonly chance: { readonly latency: Rng; readonly faults: Rng };
  readonly callTimeoutMs: number;
  readonly limitsSilence: boolean;
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

  /** What goes wrong, here and at the services that take STS's credentials. */
  get faults(): FaultList {
    return this.sts.faults;
  }

  /** Instants must not fall from call to call. */
  call(caller: Caller, nowMs: number): Answer {
    const { identity, request, chance, callTimeoutMs } = caller;
    const decision = this.sts.assumeRole(identity, request, nowMs, chance);
    this.calls.append(decision.record);
    const { latencyMs, clockOffsetMs, delivery } = decision;
    const isDribbled = delivery.kind === 'slow-body' && caller.limitsSilence;
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
