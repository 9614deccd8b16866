/**
 * The lease in hand, and how it changes hands: what every family does alike.
 */
import type { CacheChance } from '../client/credential-cache.ts';
import type { SessionCredentials } from '../kernel/sts/credentials.ts';
import type { ArrivalRule } from './arrival-rule.ts';
import { type Lease, type LeaseTerms, leaseOf, shown } from './lease.ts';

export interface HoldingTerms {
  readonly lease: LeaseTerms;
  readonly arrival: ArrivalRule;
}

/** What a model knows of its session beside its own terms. */
export interface SessionFacts {
  /** As asked for in every call. */
  readonly durationSeconds: number;
}

export class LeaseHolder {
  lease: Lease | undefined;
  private readonly terms: HoldingTerms;
  private readonly session: SessionFacts;
  private readonly chance: CacheChance;

  constructor(terms: HoldingTerms, session: SessionFacts, chance: CacheChance) {
    this.terms = terms;
    this.session = session;
    this.chance = chance;
  }

  get credential(): SessionCredentials | undefined {
    return this.lease?.credential;
  }

  /** The lease that the answer leaves in hand; undefined where it is refused: nothing changed. */
  arrive(nowMs: number, credential: SessionCredentials): Lease | undefined {
    const { lease: terms, arrival } = this.terms;
    const receipt = { credential, nowMs, durationSeconds: this.session.durationSeconds };
    const arrived = leaseOf(terms, receipt, this.chance.jitter);
    const lease = arrival({ arrived, held: this.lease, nowMs: shown(terms, nowMs) }, this.chance);
    if (lease !== undefined) this.lease = lease;
    return lease;
  }
}
