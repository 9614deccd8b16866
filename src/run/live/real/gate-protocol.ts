/** What the coordinator and the thread of the gate say to each other. */
import type { MockStsConfig } from '../../../../mock-sts/core/config.ts';
import type { CallerIdentityOutcome } from '../../../client/alicloud-caller-identity.ts';
import type { CallLogExport } from '../../../measure/call-log.ts';
import type { MockCounts } from '../protocol.ts';
import type { RunClockShare } from '../run-clock.ts';
import type { GuardRules, GuardStop } from './stop-rules.ts';

export interface RealStsTerms {
  /** `https://sts.cn-shanghai.aliyuncs.com` */
  readonly endpoint: string;
  readonly sessionPrefix: string;
  readonly rules: GuardRules;
}

/** One subject's replay. */
export interface GateDrive {
  readonly config: MockStsConfig;
  readonly clock: RunClockShare;
  readonly zeroAtMs: number;
}

export interface ChainIdentity {
  /** Such as `default/env`; empty where no source of the chain had a credential. */
  readonly provider: string;
  /** Calls of STS that the chain made for its first credential: counted in the budget. */
  readonly ownCalls: number;
  /** Undefined without a credential. */
  readonly outcome: CallerIdentityOutcome | undefined;
}

export type ToGate =
  | { readonly kind: 'identify' }
  | { readonly kind: 'open'; readonly drive: GateDrive }
  | { readonly kind: 'log' }
  /** The end of a replay; the gate stays, and so does what is left of the budget. */
  | { readonly kind: 'finish' }
  | { readonly kind: 'stop'; readonly stop: GuardStop };

export type FromGate =
  | { readonly kind: 'identified'; readonly identity: ChainIdentity }
  | { readonly kind: 'opened'; readonly authority: string; readonly caPem: string }
  | { readonly kind: 'counts'; readonly counts: MockCounts }
  | { readonly kind: 'log'; readonly log: CallLogExport }
  | { readonly kind: 'finished'; readonly log: CallLogExport }
  | { readonly kind: 'stopped'; readonly stop: GuardStop };
